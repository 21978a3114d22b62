"""Numbers: arithmetic, floats, trigonometry, bits, conversions."""

from __future__ import annotations

import math

import pytest

from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.values import INT_MAX, INT_MIN, Char, ExclusiveRange, InclusiveRange, Value
from tests.engine.bench import Bench


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("is_zero", (0,), True),
        ("is_zero", (-0.0,), True),
        ("is_odd", (-3,), True),
        ("is_even", (-3,), False),
        ("abs", (-3,), 3),
        ("abs", (-3.5,), 3.5),
        ("sign", (-3,), -1),
        ("sign", (0.0,), 0),
        ("sign", (1e-9,), 1),
        ("max", (1, 2), 2),
        ("max", (1, 2.5), 2.5),
        ("max", (3, 2.5), 3.0),
        ("max", ("a", "b"), "b"),
        ("min", (Char("a"), Char("b")), Char("a")),
        ("min", (2.5, 3), 2.5),
        ("PI", (), math.pi),
        ("E", (), math.e),
        ("sqrt", (9.0,), 3.0),
        ("exp", (1000.0,), math.inf),
        ("ln", (0.0,), -math.inf),
        ("log", (100.0,), 2.0),
        ("log", (0.0,), -math.inf),
        ("log", (8.0, 2.0), 3.0),
        ("log", (8.0, 1.0), math.inf),
        ("floor", (-1.5,), -2.0),
        ("ceiling", (1.2,), 2.0),
        ("round", (2.5,), 3.0),
        ("round", (-2.5,), -3.0),
        ("round", (0.49999999999999994,), 0.0),
        ("round", (4503599627370497.5,), 4503599627370498.0),
        ("round", (math.inf,), math.inf),
        ("int", (-1.7,), -1.0),
        ("fraction", (-1.5,), -0.5),
        ("is_nan", (math.nan,), True),
        ("is_finite", (math.inf,), False),
        ("is_infinite", (-math.inf,), True),
        ("to_radians", (180.0,), math.pi),
        ("to_degrees", (math.pi,), 180.0),
        ("sin", (0.0,), 0.0),
        ("cos", (0.0,), 1.0),
        ("tan", (0.0,), 0.0),
        ("asin", (1.0,), math.pi / 2),
        ("acos", (1.0,), 0.0),
        ("atan", (1.0,), math.pi / 4),
        ("atan", (1.0, -1.0), 3 * math.pi / 4),
        ("sinh", (-1000.0,), -math.inf),
        ("cosh", (1000.0,), math.inf),
        ("tanh", (0.0,), 0.0),
        ("asinh", (1.0,), 0.881373587019543),
        ("asinh", (-0.0,), 0.0),
        ("acosh", (1.0,), 0.0),
        ("atanh", (0.5,), 0.5493061443340548),
        ("atanh", (-1.0,), -math.inf),
        ("hypot", (3.0, 4.0), 5.0),
        ("get_bit", (0b1010, 1), True),
        ("get_bit", (0b1010, -1), False),
        ("get_bits", (0b11110000, 4, 4), 15),
        ("get_bits", (0b11110000, ExclusiveRange(4, 8)), 15),
        ("get_bits", (0b11110000, InclusiveRange(4, 5)), 3),
        ("get_bits", (0b11110000, -60, 4), 15),
        ("get_bits", (-1, 0, 64), -1),
        ("get_bits", (-1, 60, 99), 15),
        ("get_bits", (255, 0, -1), 0),
        ("to_hex", (-1,), "f" * 16),
        ("to_octal", (255,), "377"),
        ("to_binary", (5,), "101"),
        ("to_int", (5,), 5),
        ("to_int", (-1.9,), -1),
        ("to_int", (math.nan,), 0),
        ("to_int", (2.0**63,), INT_MAX),
        ("to_int", (Char("A"),), 65),
        ("to_float", (5,), 5.0),
        ("to_float", (5.5,), 5.5),
        ("parse_int", (" -42\u3000",), -42),
        ("parse_int", ("+7",), 7),
        ("parse_int", ("-9223372036854775808",), INT_MIN),
        ("parse_int", ("zZ", 36), 35 * 37),
        ("parse_float", (" 1.5e-3 ",), 0.0015),
        ("parse_float", (".5",), 0.5),
        ("parse_float", ("-Infinity",), -math.inf),
    ],
)
def test_results(name: str, args: tuple[Value, ...], result: Value) -> None:
    computed = Bench().run(name, *args)
    assert computed == result
    assert type(computed) is type(result)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sqrt", (-1.0,)),
        ("ln", (-1.0,)),
        ("log", (1.0, 1.0)),
        ("sin", (math.inf,)),
        ("asin", (2.0,)),
        ("acosh", (0.5,)),
        ("atanh", (2.0,)),
        ("round", (math.nan,)),
        ("fraction", (math.inf,)),
        ("parse_float", ("NaN",)),
    ],
)
def test_results_that_are_no_number(name: str, args: tuple[Value, ...]) -> None:
    result = Bench().run(name, *args)
    assert isinstance(result, float)
    assert math.isnan(result)


def test_zeros_keep_their_sign() -> None:
    for name, value in (("ceiling", -0.5), ("round", -0.3), ("int", -0.5), ("asinh", -0.0)):
        result = Bench().run(name, value)
        assert isinstance(result, float)
        assert math.copysign(1.0, result) == -1.0, name


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("abs", (INT_MIN,), "Negation overflow: --9223372036854775808"),
        ("sign", (math.nan,), "Sign of NaN is undefined"),
        ("to_int", (1e30,), "Integer overflow: to_int(1000000000000000000000000000000)"),
        ("to_int", (-math.inf,), "Integer overflow: to_int(-inf)"),
        ("parse_int", ("x",), "Error parsing integer number 'x': invalid digit found in string"),
        ("parse_int", ("-",), "Error parsing integer number '-': invalid digit found in string"),
        ("parse_int", ("1_0",), "Error parsing integer number '1_0': invalid digit found in string"),
        ("parse_int", ("٣",), "Error parsing integer number '٣': invalid digit found in string"),
        ("parse_int", ("",), "Error parsing integer number '': cannot parse integer from empty string"),
        ("parse_int", ("9" * 20,), f"Error parsing integer number '{'9' * 20}': number too large to fit in target type"),
        ("parse_int", ("-" + "9" * 20,), f"Error parsing integer number '-{'9' * 20}': number too small to fit in target type"),
        ("parse_int", ("1", 40), "Invalid radix: '40'"),
        ("parse_int", ("2", 2), "Error parsing integer number '2': invalid digit found in string"),
        ("parse_float", ("x",), "Error parsing floating-point number 'x': invalid float literal"),
        ("parse_float", ("1_0.5",), "Error parsing floating-point number '1_0.5': invalid float literal"),
        ("parse_float", (" ",), "Error parsing floating-point number ' ': cannot parse float from empty string"),
        ("get_bit", (1, 64), "Bit-field index 64 out of bounds: only 64 bits in bit-field"),
        ("get_bits", (1, InclusiveRange(0, 64)), "Bit-field index 64 out of bounds: only 64 bits in bit-field"),
        ("bits", (1, 64), "Bit-field index 64 out of bounds: only 64 bits in bit-field"),
    ],
)
def test_faults(name: str, args: tuple[Value, ...], message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        Bench().run(name, *args)
    assert (caught.value.text, caught.value.has_place) == (message, True)


@pytest.mark.parametrize(
    ("name", "args", "after"),
    [
        ("set_bit", (0, 3, True), 8),
        ("set_bit", (-1, 63, False), INT_MAX),
        ("set_bits", (0, 4, 4, 15), 240),
        ("set_bits", (0, 0, 64, -1), -1),
        ("set_bits", (5, 0, 0, -1), 5),
        ("set_bits", (0, ExclusiveRange(4, 6), 15), 48),
        ("set_bits", (0, InclusiveRange(4, 5), 15), 48),
        ("set_bits", (0, 63, 1, 1), INT_MIN),
    ],
)
def test_changes(name: str, args: tuple[Value, ...], after: Value) -> None:
    assert Bench().change(name, *args) == (after, None)


def test_digits_are_measured_like_any_text() -> None:
    with pytest.raises(Stop, match="string too large"):
        Bench(limits=Limits(max_string_size=1)).run("to_hex", 255)
    assert Bench(limits=Limits(max_string_size=2)).run("to_hex", 255) == "ff"
