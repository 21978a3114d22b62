"""``trim``, ``replace`` and ``pad`` of a short text in a variable, by Python's own functions.

Each of them leaves another text in the place of the one that it is called on. What these give is as short as what ``texts`` makes in line,
and for the same reasons needn't be measured, accounted for, or charged for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.texts import is_standard
from app.engine.lower.walks import Walk, is_constant_root, write_back
from app.engine.sizes import FREE_CHARACTERS, SHORT_TEXT
from app.engine.stdlib import text, text_change


def changed(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """The call of such a method, given that it is called on a text; None for all others."""
    package, argc, made = _METHODS.get(step.name, ("", 0, _nothing))
    if not walk.is_place or len(arguments) != argc or is_constant_root(f, walk) or not is_standard(f, step, package):
        return None
    found = made(f, step, value, arguments)
    if found is None:
        return None
    test, quick = found
    at = f.position(step.pos)
    slow = build.call(f.unit.native("p", step.name, argc), [build.name(LEVEL), value, *arguments], at)
    after = f.temporary(build.choice(test, quick, build.item(slow, build.constant(0))))
    write_back(f, walk, after, in_place=False, at=at, old=value)
    return build.constant(None)


_Way = tuple[Any, Any]
"""A test, and what the variable holds afterwards if the test holds."""


def _nothing(_f: Lowering, _step: tree.MethodStep, _value: Any, _arguments: list[Any]) -> _Way | None:
    return None


def _trimmed(_f: Lowering, _step: tree.MethodStep, value: Any, _arguments: list[Any]) -> _Way | None:
    is_short = build.compare(build.call("len", [value]), "<=", build.constant(FREE_CHARACTERS))
    return is_short, build.call("str_strip", [value, build.constant(text.WHITESPACE)])


def _replaced(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any]) -> _Way | None:
    """By a short text. What comes of that is made before it is looked at: it can't be very long.

    A text that isn't short is accounted for, as whatever joins texts does that. One that gets no longer takes no more than there was.
    """
    find, substitute = map(_written, step.args)
    if find == "" or len(substitute or "") > SHORT_TEXT:
        return None
    free = build.name("TEXT_FREE")
    tests = [build.compare(build.call("len", [value]), "<=", free)]
    is_no_longer = find is not None and substitute is not None and len(substitute) <= len(find)
    for at, written in enumerate((find, substitute)):
        arguments[at] = f.simple(arguments[at])
        if written is None and f.kinds.of(step.args[at]) is not Kind.TEXT:
            tests.append(build.is_type(arguments[at], "str"))
    given = [arguments[at] if written is None else build.constant(written) for at, written in enumerate((find, substitute))]
    made = build.call("str_replace", [value, *given])
    if is_no_longer:
        return tests[0], made
    if find is None:
        tests.append(build.compare(given[0], "!=", build.constant("")))
    if substitute is None:
        tests.append(build.compare(build.call("len", [given[1]]), "<=", build.name("TEXT_SHORT")))
    slot = f.fresh()
    length = build.call("len", [build.name(slot)])
    tests.append(build.compare(build.call("len", [build.walrus(slot, made)]), "<=", free))
    accounted = build.compare(build.call("grow", [length]), "is", build.constant(None))
    tests.append(build.either([build.compare(length, "<=", build.name("TEXT_SHORT")), accounted]))
    return build.both(tests), build.name(slot)


def _written(node: tree.Expr) -> str | None:
    """A text or a character that is written down."""
    return node.value if isinstance(node, tree.String | tree.Char) else None


def _padded(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any]) -> _Way | None:
    """By a character that is written down, to a short length."""
    padding = _written(step.args[1])
    if padding is None or len(padding) != 1 or f.kinds.of(step.args[0]) is not Kind.INT:
        return None
    is_short = build.compare(arguments[0], "<=", build.name("TEXT_SHORT"))
    return is_short, build.call("str_ljust", [value, arguments[0], build.constant(padding)])


_METHODS: Final[dict[str, tuple[str, int, Callable[[Lowering, tree.MethodStep, Any, list[Any]], _Way | None]]]] = {
    "trim": (text.PACKAGE.name, 0, _trimmed),
    "replace": (text_change.PACKAGE.name, 2, _replaced),
    "pad": (text_change.PACKAGE.name, 2, _padded),
}
"""By name: the package that has to be the only one with such a method of texts, the number of arguments, and what makes the quick way."""
