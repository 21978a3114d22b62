"""``push`` on arrays without the library, and when a container that grows has to be measured."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import UNMEASURED, Kind, Type, holds_nothing, is_record, present
from app.engine.lower.literals import texts_of_record
from app.engine.lower.unit import Extent
from app.engine.lower.walks import Walk, is_constant_root, root_cell, write_back
from app.engine.sizes import FEW


def push(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``array.push(x)``, given the types; None where it must be the library's."""
    if len(arguments) != 1 or is_constant_root(f, walk):
        return None
    if walk.type.kind is Kind.UNKNOWN or (walk.type.kind is Kind.ARRAY and walk.is_place and walk.is_doubtful):
        return _pushed_perhaps(f, walk, step, value, arguments[0])
    if walk.type.kind is not Kind.ARRAY:
        return None
    if f.kinds.of(step.args[0]) in UNMEASURED:
        return _pushed_atom(f, step, value, arguments, walk.type)
    extent = _extent(f, walk.type.element)
    of = f.kinds.type_of(step.args[0])
    if of.kind is Kind.TEXT or (of.kind is Kind.ARRAY and of.element.kind in UNMEASURED):
        return _pushed_sized(f, step, value, arguments, extent)
    keys = _texts_of(f, step.args[0])
    return _pushed_any(f, step, value, arguments[0], extent) if keys is None else _pushed_record(f, step, value, arguments, keys, extent)


def _texts_of(f: Lowering, node: Any) -> list[str] | None:
    """The keys of a small record's texts, be it written there or of a known type; None if it isn't one of atoms only, with few texts."""
    of = f.kinds.type_of(node)
    if type(node) is tree.Map or of.kind is not Kind.MAP or not is_record(of) or len(of.fields) > _MOST_KEYS:
        return texts_of_record(f, node)
    keys = [key for key, inner in of.fields.items() if inner.kind is Kind.TEXT]
    is_flat = all(inner.kind is Kind.TEXT or holds_nothing(inner) for inner in of.fields.values())
    return keys if is_flat and len(keys) <= _MOST_TEXTS else None


_MOST_KEYS: Final = 15
_MOST_TEXTS: Final = 2
_MOST_ENTRIES: Final = 32


def _extent(f: Lowering, of: Type) -> list[Any]:
    """``extent_of`` as an argument, if it is known."""
    extent = extent_of(of)
    return [] if extent is None else [f.unit.constant(extent)]


def extent_of(of: Type) -> Extent | None:
    """What each element of a type holds, as ``runtime.records`` takes it, if the type tells that; else None."""
    texts: list[tuple[str, ...]] = []
    numbers: list[tuple[str, ...]] = []
    lists: list[tuple[str, ...]] = []
    entries = 0
    pending: list[tuple[tuple[str, ...], Type]] = [((), of)]
    for path, inner in pending:  # grows while it is walked
        if inner.body is not None:
            return None
        if inner.kind is Kind.MAP and is_record(inner):
            entries += len(inner.fields)
            pending += [((*path, key), field) for key, field in inner.fields.items()]
        elif inner.kind is Kind.TEXT:
            texts.append(path)
        elif inner.kind is Kind.ARRAY and inner.element.kind in (Kind.TEXT, *UNMEASURED):
            (lists if inner.element.kind is Kind.TEXT else numbers).append(path)
        elif not holds_nothing(inner):
            return None
    # Of arrays in arrays, whatever they hold, a walk is as quick.
    is_worth_it = of.kind is Kind.TEXT or (of.kind is Kind.MAP and entries <= _MOST_ENTRIES)
    return (entries, tuple(texts), tuple(numbers), tuple(lists)) if is_worth_it else None


def _pushed_atom(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any], of: Type) -> Any:
    """An element that holds nothing: only the array's length has to be looked at."""
    f.out.append(build.expression(build.call("append", [value, arguments[0]])))
    slot = f.fresh()
    count = build.walrus(slot, build.call("len", [value]))
    is_due = build.either(
        [build.negated(build.operation(count, "&", build.constant(63))), build.compare(build.name(slot), ">=", build.name("ARRAY_FREE"))]
    )
    grown = "numbers_grown" if of.element.kind in UNMEASURED else "array_grown"
    f.out.append(build.if_(is_due, [build.expression(build.call(grown, [value], f.position(step.pos)))], []))
    return build.constant(None)


def _pushed_any(f: Lowering, step: tree.MethodStep, value: Any, added: Any, extent: list[Any]) -> Any:
    """Any element: an array is measured when it has one, two or four that aren't flat, then 8, 16, 32 and so on."""
    pushed = build.call("pushed", [value, added, *extent], f.position(step.pos))
    f.out.append(build.expression(build.call("append", [value, added])))
    f.out.append(build.if_(_is_due(f, value, "ARRAY_SMALL", [_is_not_flat(added)]), [build.expression(pushed)], []))
    return build.constant(None)


def _is_not_flat(added: Any) -> Any:
    return build.compare(build.call("type", [added]), "not in", build.name("FLAT"))


def _pushed_perhaps(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, added: Any) -> Any:
    """``push`` on what may be an array: if it is one, nothing else can be meant."""
    if walk.is_place and root_cell(f, walk.node.root) is not None:
        return None
    at = f.position(step.pos)
    slot = f.fresh()
    is_atom = f.kinds.of(step.args[0]) in UNMEASURED
    keys = _texts_of(f, step.args[0])
    if keys is None:
        is_due = _is_due(f, value, "ARRAY_SMALL", [] if is_atom else [_is_not_flat(added)])
    else:
        is_due = is_due_for_record(f, value, added, keys, "ARRAY_SMALL")
    array = present(walk.type)
    extent = _extent(f, array.element) if array.kind is Kind.ARRAY else []
    inner = [
        build.expression(build.call("append", [value, added])),
        build.if_(is_due, [build.expression(build.call("pushed", [value, added, *extent], at))], []),
        build.store(build.target(slot), build.constant(None)),
    ]
    slow = build.store(build.target(slot), build.call(f.unit.native("m", "push", 1), [build.name(LEVEL), value, added], at))
    f.out.append(build.if_(f.is_type(value, "list"), inner, [slow]))
    if walk.is_place and walk.is_doubtful:
        write_back(f, walk, value, in_place=True, at=at)
    return build.name(slot)


def _pushed_record(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any], keys: list[str], extent: list[Any]) -> Any:
    """A new map of atoms and short texts: the array is measured when it has 8, 16, 32 elements and so on."""
    f.out.append(build.expression(build.call("append", [value, arguments[0]])))
    pushed = build.call("pushed", [value, arguments[0], *extent], f.position(step.pos))
    f.out.append(build.if_(is_due_for_record(f, value, arguments[0], keys, "ARRAY_SMALL"), [build.expression(pushed)], []))
    return build.constant(None)


def _pushed_sized(f: Lowering, step: tree.MethodStep, value: Any, arguments: list[Any], extent: list[Any]) -> Any:
    """The same with a text, or an array of numbers: of both the length says how much they hold."""
    f.out.append(build.expression(build.call("append", [value, arguments[0]])))
    pushed = build.call("pushed", [value, arguments[0], *extent], f.position(step.pos))
    is_due = is_due_for_text(f, value, arguments[0], "ARRAY_SMALL")
    f.out.append(build.if_(is_due, [build.expression(pushed)], []))
    return build.constant(None)


def is_due_for_record(f: Lowering, container: Any, record: Any, keys: list[str], maximum: str) -> Any:
    """Whether a container may have to be measured now that it got a map of atoms, with texts under these keys."""
    lengths = [build.call("len", [build.item(record, build.constant(key))]) for key in keys]
    return _is_due(f, container, maximum, [build.compare(length, ">", build.name("TEXT_SHORT")) for length in lengths])


def is_due_for_text(f: Lowering, container: Any, text: Any, maximum: str) -> Any:
    """The same for a text."""
    return _is_due(f, container, maximum, [build.compare(build.call("len", [text]), ">", build.name("TEXT_SHORT"))])


def _is_due(f: Lowering, container: Any, maximum: str, doubts: list[Any]) -> Any:
    """Whether a container that grew may have to be measured: at certain lengths, and while it is short also if there are doubts."""
    slot = f.fresh()
    length = build.walrus(slot, build.call("len", [container]))
    tests = [build.negated(build.operation(length, "&", build.constant(7))), build.compare(build.name(slot), ">=", build.name(maximum))]
    if doubts:
        is_short = build.compare(build.name(slot), "<=", build.constant(FEW))
        tests.append(build.both([is_short, build.either(doubts)]))
    return build.either(tests)
