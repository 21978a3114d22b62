"""The verifier lets through what the compiler needs, and nothing that reaches beyond a script's own values."""

import dis
from types import CodeType

import pytest

from app.engine.verify import Refused, verify


def compiled(source: str) -> CodeType:
    """Python source as a code object."""
    return compile(source, "<test>", "exec")


def function_of(source: str) -> CodeType:
    """The first function inside Python source."""
    return next(constant for constant in compiled(source).co_consts if isinstance(constant, CodeType))


def is_test_name(name: str) -> bool:
    """Plain short names stand for the namespace."""
    return len(name) < 10 and "_" not in name


@pytest.mark.parametrize(
    "source",
    [
        "x = 1 + 2 * y",
        "def f(a, b=0):\n    return a if a > b else -b",
        "for d in g: \n    x = [1, 2]; x[0] = {'a': y}; z = x[1:2]",
        "while x:\n    x = not x\n    if x is None: break\n    if x in y: continue",
        "def m(x):\n    try:\n        f(x)\n    except Fault as e:\n        y = e",
        "def m(x):\n  try:\n    f(x)\n  except A as e:\n    for d in g:\n      try:\n        f(1)\n      except A:\n        y = 1",
        "a, b = f(x)\nraise a",
        "def f():\n    def g(a=1):\n        return a\n    return g",
        "x = (1, 'a', None, True, 1.5)",
        "del x[0]",
    ],
)
def test_plain_code_passes(source: str) -> None:
    verify(compiled(source), is_test_name)


@pytest.mark.parametrize(
    "source",
    [
        "x = y.z",
        "y.z = x",
        "del y.z",
        "x.append(1)",
        "import os",
        "from os import path",
        "class A: pass",
        "x = __builtins__",
        "x = __import__('os')",
        "def f():\n    yield 1",
        "async def f():\n    pass",
        "x = (a for a in b)",
        "with x: pass",
        "x = f'{y}'",
        "x = f(*y)",
        "x = f(**y)",
        "x = f(a=1)",
        "def f(*a): pass",
        "def f(**a): pass",
        "def f(*, a=1): pass",
        "a, *b = c",
        "match x:\n    case A(b=1): pass",
        "match x:\n    case {'a': b}: pass",
        "x = y ** z",
        "x **= y",
        "x = y << z",
        "x = y @ z",
        "x = 99999999999999999999",
        "x = (1, (2, 99999999999999999999))",
        "x = b'bytes'",
        "x = 1j",
        "x = ...",
        "x = y in {1, z}",
        "x = lambda: (lambda: y)\ndef f():\n    z = 1\n    return lambda: z",
        "try:\n    f(x)\nexcept:\n    y = 1",
        "try:\n    f(x)\nfinally:\n    y = 1",
        "try:\n    f(x)\nexcept (A, B):\n    y = 1",
        "assert x",
        "x: int = 1",
        "def f() -> int: pass",
        "global_name_too_long = 1",
        "print_it_all(x)",
        "del x",
    ],
)
def test_code_that_a_script_never_needs_is_refused(source: str) -> None:
    with pytest.raises(Refused):
        verify(compiled(source), is_test_name)


def test_a_name_is_refused_even_where_no_instruction_uses_it() -> None:
    code = compiled("x = 1").replace(co_names=("x", "__class__"))
    with pytest.raises(Refused, match="__class__"):
        verify(code, is_test_name)


@pytest.mark.parametrize("kind", [tuple, frozenset])
def test_code_hidden_in_a_constant_tuple_or_set_is_refused(kind: type) -> None:
    evil = function_of("def f():\n    return 1")
    code = compiled("x = (1, 2)").replace(co_consts=(kind([1, evil]), None))
    with pytest.raises(Refused, match="holds code"):
        verify(code, is_test_name)


def test_a_set_of_plain_constants_passes() -> None:
    verify(compiled("y = x in {1, 2}"), is_test_name)


def test_a_constant_that_only_looks_like_a_set_is_refused() -> None:
    class Set(frozenset[int]):
        __slots__ = ()

    with pytest.raises(Refused, match="holds code"):
        verify(compiled("x = 'a'").replace(co_consts=(Set({1}), None)), is_test_name)


def test_a_constant_that_only_looks_plain_is_refused() -> None:
    class Text(str):
        __slots__ = ()

    code = compiled("x = 'a'")
    for foreign in (Text("a"), object(), frozenset({b"1"}), [1]):
        with pytest.raises(Refused, match="constant of type"):
            verify(code.replace(co_consts=(foreign, None)), is_test_name)


def test_evil_code_deep_inside_functions_is_found() -> None:
    source = "def f():\n    def g():\n        def h():\n            return x.__class__\n        return h\n    return g"
    with pytest.raises(Refused):
        verify(compiled(source), lambda name: True)


def test_an_instruction_patched_into_good_code_is_refused() -> None:
    good = function_of("def f(a):\n    return -a")
    raw = bytearray(good.co_code)
    at = raw.index(dis.opmap["UNARY_NEGATIVE"])
    raw[at] = dis.opmap["LOAD_BUILD_CLASS"]
    with pytest.raises(Refused, match="opcode"):
        verify(good.replace(co_code=bytes(raw)), is_test_name)


def test_a_handler_patched_to_take_everything_is_refused() -> None:
    good = compiled("try:\n    f(x)\nexcept Fault:\n    y = 1")
    verify(good, is_test_name)
    raw = bytearray(good.co_code)
    at = raw.index(dis.opmap["CHECK_EXC_MATCH"])
    raw[at] = dis.opmap["NOP"]
    with pytest.raises(Refused, match="every exception"):
        verify(good.replace(co_code=bytes(raw)), is_test_name)


def test_huge_arguments_spread_over_prefixes_are_read_whole() -> None:
    good = function_of("def f(a, b):\n    return a + b")
    raw = bytearray(good.co_code)
    at = raw.index(dis.opmap["BINARY_OP"])
    patched = bytes(raw[:at]) + bytes([dis.opmap["EXTENDED_ARG"], 0]) + bytes(raw[at:])
    operator = bytearray(patched)
    operator[at + 3] = 8
    with pytest.raises(Refused, match="operator 8"):
        verify(good.replace(co_code=bytes(operator)), is_test_name)
    operator[at + 1], operator[at + 3] = 1, 0
    with pytest.raises(Refused, match="operator 256"):
        verify(good.replace(co_code=bytes(operator)), is_test_name)


@pytest.mark.parametrize("opcode", ["LOAD_CONST", "LOAD_FAST", "LOAD_GLOBAL", "LOAD_NAME"])
@pytest.mark.parametrize("prefixes", [0, 1])
def test_operands_behind_the_last_one_are_refused(opcode: str, prefixes: int) -> None:
    good = function_of("def f(a):\n    return a")
    read = bytes([dis.opmap["EXTENDED_ARG"], 200] * prefixes + [dis.opmap[opcode], 250])
    raw = bytes([dis.opmap["RESUME"], 0]) + read + bytes([dis.opmap["RETURN_VALUE"], 0])
    with pytest.raises(Refused, match="reaches behind"):
        verify(good.replace(co_code=raw), is_test_name)
