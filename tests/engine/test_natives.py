"""The registry: overloads, conventions, extension."""

from __future__ import annotations

import pytest

from app.engine.errors import ScriptError
from app.engine.natives import Natives, Package
from app.engine.stdlib import STANDARD
from app.engine.stdlib.forms import FORMS
from app.engine.values import Char, ExclusiveRange, HostObject, Value
from tests.engine.bench import Bench


def test_exact_types_win_over_any_type() -> None:
    package = Package("test")
    package.native("f", "?", "?")(lambda a, b: "any")
    package.native("f", "i64", "?")(lambda a, b: "first")
    package.native("f", "i64", "i64")(lambda a, b: "both")
    package.native("f", "?", "i64")(lambda a, b: "second")
    found = Natives.of(package).lookup("f", 2)
    assert found is not None
    assert [found(1, 1), found(1, ""), found("", 1), found("", "")] == ["both", "first", "second", "any"]


def test_a_trailing_wildcard_wins_over_a_leading_one() -> None:
    package = Package("test")
    package.native("f", "?", "string")(lambda a, b: "leading")
    package.native("f", "string", "?")(lambda a, b: "trailing")
    found = Natives.of(package).lookup("f", 2)
    assert found is not None
    assert found("", "") == "trailing"


def test_bool_and_char_are_not_taken_for_integer_and_string() -> None:
    with pytest.raises(ScriptError, match="abs \\(bool\\)"):
        Bench().run("abs", True)
    with pytest.raises(ScriptError, match="trim \\(char\\)"):
        Bench().run("trim", Char("a"))


def test_an_overload_with_the_runtime_can_stand_beside_one_without() -> None:
    package = Package("test")
    package.native("f", "i64", context=True)(lambda rt, a: rt.limits.max_call_levels)
    package.native("f", "string")(lambda a: a)
    found = Natives.of(package).lookup("f", 1)
    assert found is not None
    assert found.context
    assert [found(Bench(), 1), found(Bench(), "x")] == [64, "x"]


def test_a_replacing_overload_beside_one_with_the_runtime_gives_its_result_only() -> None:
    package = Package("test")
    package.native("f", "i64", mutates=True)(lambda number: (number + 1, "old"))
    package.native("f", "string", context=True)(lambda rt, text: text)
    found = Natives.of(package).lookup("f", 1)
    assert found is not None
    assert [found(Bench(), 1), found(Bench(), 2), found.call_method(Bench(), 1, ())] == ["old", "old", (2, "old")]


def test_a_second_call_with_the_same_types_is_looked_up_only() -> None:
    bench = Bench()
    for name, args in (("abs", (-1,)), ("to_string", (1,)), ("max", (1, 2)), ("contains", ("a", "b")), ("get_bits", (7, 0, 2))):
        found = STANDARD.lookup(name, len(args))
        assert found is not None
        given = (bench, *args) if found.context else args
        assert found(*given) == found(*given) == bench.run(name, *args)


def test_functions_of_python_itself_can_be_natives() -> None:
    package = Package("test")
    package.native("shortest", "string", "string")(min)
    (overload,) = Natives.of(package).overloads()
    assert overload.parameter_names == ("value", "first")


def test_any_number_of_arguments_is_dispatched() -> None:
    package = Package("test")
    package.native("none")(lambda: 0)
    package.native("four", "i64", "i64", "i64", "i64")(lambda a, b, c, d: a + b + c + d)
    natives = Natives.of(package)
    none, four = natives.lookup("none", 0), natives.lookup("four", 4)
    assert none is not None
    assert four is not None
    assert [none(), four(1, 2, 3, 4), four(2, 2, 3, 4)] == [0, 10, 11]


def test_a_method_call_gives_the_receivers_new_value_whatever_the_convention() -> None:
    array: Value = [1]
    assert Bench().change("push", array, 2) == ([1, 2], None)
    assert Bench().change("make_upper", "ab") == ("AB", None)
    assert Bench().change("len", "ab") == ("ab", 2)
    assert Bench().change("take", array) == (None, [1, 2])


def test_a_plain_call_gives_the_result_only() -> None:
    pop = STANDARD.lookup("pop", 1)
    assert pop is not None
    assert pop(Bench(), "ab") == "b"
    assert pop(Bench(), [1, 2]) == 2


def test_an_extension_adds_and_replaces_without_touching_the_original() -> None:
    package = Package("host")
    package.native("abs", "i64", doc="Nonsense.")(lambda number: 42)
    package.native("now")(lambda: "noon")
    more = STANDARD.extended(package)
    assert Bench(natives=more).run("abs", -1) == 42
    assert Bench(natives=more).run("abs", -1.5) == 1.5
    assert Bench(natives=more).run("now") == "noon"
    assert Bench().run("abs", -1) == 1
    assert "now" not in STANDARD.names


def test_host_objects_are_dispatched_by_their_type_name() -> None:
    class Order(HostObject):
        type_name = "order"

    package = Package("host")
    package.native("total", "order")(lambda order: 7)
    assert Bench(natives=Natives.of(package)).run("total", Order()) == 7
    with pytest.raises(ScriptError, match="total \\(order, i64\\)"):
        Bench(natives=Natives.of(package)).run("total", Order(), 1)


def test_getters_cannot_be_called_by_name_and_are_no_names() -> None:
    assert STANDARD.getter("len") is not None
    assert STANDARD.getter("nope") is None
    assert not any("$" in name for name in STANDARD.names)


def test_every_native_tells_the_editor_what_it_is() -> None:
    for overload in STANDARD.overloads():
        where = f"{overload.package}: {overload.name} {overload.params}"
        assert overload.doc.endswith((".", ")")), where
        assert "\n" not in overload.doc, where
        assert len(overload.parameter_names) == len(overload.params), where
        assert all(name.isidentifier() and not name.startswith("_") for name in overload.parameter_names), where


def test_every_form_tells_the_editor_what_it_is() -> None:
    assert all(form.doc.endswith(".") and form.params for form in FORMS)
    assert {form.name for form in FORMS}.isdisjoint(STANDARD.names)


def test_natives_that_may_not_be_called_on_constants_are_known() -> None:
    def is_pure(name: str, *args: Value) -> bool:
        found = STANDARD.lookup(name, len(args))
        assert found is not None
        return found.choose(args).pure

    assert not is_pure("push", [], 1)
    assert not is_pure("get", [], 1)
    assert is_pure("get", {}, "a")
    assert is_pure("len", [])
    assert not is_pure("extract", [], ExclusiveRange(0, 1))


def test_sleep_is_absent() -> None:
    assert STANDARD.lookup("sleep", 1) is None
