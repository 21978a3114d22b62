"""``push`` and ``+=`` on arrays without the library, and when a container that grows has to be measured."""

from __future__ import annotations

from functools import reduce
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import UNMEASURED, Kind, Type, has_written_keys, holds_atoms, holds_nothing, is_record, is_text_or_unit, present
from app.engine.lower.literals import TextPart, texts_of_record
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
    appended(f, step.args[0], value, arguments[0], walk.type, f.position(step.pos))
    return build.constant(None)


def appended(f: Lowering, node: Any, array: Any, added: Any, of: Type, at: build.Place) -> None:
    """Puts the value of a node at the end of an array of a known type, and measures it if that has to be."""
    f.out.append(build.expression(build.call("append", [array, added])))
    measured(f, node, array, added, of, at)


def measured(f: Lowering, node: Any, array: Any, added: Any, of: Type, at: build.Place) -> None:
    """Measures an array of a known type that has just got the value of a node, if that has to be."""
    kind = f.kinds.type_of(node)
    if holds_nothing(kind):
        grown = "numbers_grown" if holds_nothing(of.element) else "array_grown"
        is_step = _is_step(f, array)
        if grown == "numbers_grown" and type(array) is build.NAME and array.id in f.roomy:
            is_step = build.both([build.name(f.roomy[array.id]), is_step])
        f.out.append(build.if_(is_step, [build.expression(build.call(grown, [array], at))], []))
        return
    extent = _extent(f, of.element)
    texts = _texts_of(f, node)
    if kind.kind is Kind.TEXT or (kind.kind is Kind.ARRAY and holds_nothing(kind.element)):
        # Of a text, and of an array of numbers, the length says how much they hold.
        is_due = is_due_for_text(f, array, added, "ARRAY_SMALL")
    elif is_text_or_unit(kind):
        # Such as what ``pop`` gives.
        is_there = build.compare(added, "is not", build.constant(None))
        is_due = _is_due(f, array, "ARRAY_SMALL", [build.both([is_there, _is_long(added)])])
    elif texts is None:
        # Any element: an array is measured when it has one, two or four that aren't flat, then 8, 16, 32 and so on.
        is_due = _is_due(f, array, "ARRAY_SMALL", [_is_not_flat(added)])
    else:
        # A new map of atoms and short texts: the array is measured when it has 8, 16, 32 elements and so on.
        is_due = is_due_for_record(f, array, added, texts, "ARRAY_SMALL")
    f.out.append(build.if_(is_due, [build.expression(build.call("pushed", [array, added, *extent], at))], []))


def _is_step(f: Lowering, array: Any) -> Any:
    """Whether an array that got an element which holds nothing has to be looked at: its length alone tells."""
    slot = f.fresh()
    count = build.walrus(slot, build.call("len", [array]))
    return build.either(
        [build.negated(build.operation(count, "&", build.constant(63))), build.compare(build.name(slot), ">=", build.name("ARRAY_FREE"))]
    )


def joined(f: Lowering, node: tree.Assign, array: Any, value: Any, kept: Any) -> bool:
    """``array += value``, given the types; False where it must be the library's.

    Elements that can't change are taken from where they are: what the library charges for copying them is charged all the same.
    """
    of, added = f.kinds.type_of(node.target), f.kinds.type_of(node.value)
    if of.kind is not Kind.ARRAY or node.op != "+":
        return False
    at = f.position(node.pos)
    if added.kind is not Kind.ARRAY:
        if added.kind in UNMEASURED or added.kind is Kind.TEXT:
            appended(f, node.value, array, value, of, at)
            return True
        return False
    is_spared = kept is not value and holds_atoms(added)
    if of.element.kind not in UNMEASURED or not (is_spared or kept is value):
        given = value if is_spared else kept
        f.out.append(build.expression(build.call("array_joined", [array, given, build.constant(is_spared)], at)))
        return True
    before = f.temporary(build.call("len", [array]))
    f.out.append(build.expression(build.call("extend", [array, value])))
    slot = f.fresh()
    changed = build.operation(build.walrus(slot, build.call("len", [array])), "^", before)
    is_due = [build.compare(changed, ">", build.constant(63)), build.compare(build.name(slot), ">=", build.name("ARRAY_FREE"))]
    measured = build.call("numbers_joined", [array, before, build.constant(is_spared)], at)
    f.out.append(build.if_(build.either(is_due), [build.expression(measured)], []))
    return True


def _texts_of(f: Lowering, node: Any) -> list[TextPart] | None:
    """A small record's texts, be it written there or of a known type, or those of an array that is written there; None if it may hold
    anything else than atoms, or has many.
    """
    if type(node) in (tree.Map, tree.Array):
        written = texts_of_record(f, node)
        if written is not None:
            return written
    of = f.kinds.type_of(node)
    texts: list[TextPart] = []
    entries = 0
    pending: list[tuple[tuple[str, ...], Type]] = [((), of)]
    for path, record in pending:  # grows while it is walked
        entries += len(record.fields)
        if not has_written_keys(record) or record.body is not None or entries > _MOST_KEYS or (path and not is_record(record)):
            return None
        for key, inner in record.fields.items():
            if inner.kind is Kind.TEXT or is_text_or_unit(inner):
                texts.append(TextPart((*path, key), key in record.required, inner.kind is not Kind.TEXT))
            elif inner.kind is Kind.MAP and key in record.required:
                pending.append(((*path, key), inner))
            elif not holds_nothing(inner):
                return None
    return texts if len(texts) <= _MOST_TEXTS else None


_MOST_KEYS: Final = 24
_MOST_TEXTS: Final = 4
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
    mixed: list[tuple[str, ...]] = []
    rows: list[tuple[tuple[str, ...], Extent]] = []
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
        elif inner.kind is Kind.ARRAY and (inner.element.kind is Kind.TEXT or holds_nothing(inner.element)):
            (lists if inner.element.kind is Kind.TEXT else numbers).append(path)
        elif inner.kind is Kind.ARRAY and inner.element.kind is Kind.MAP and (row := extent_of(inner.element)) is not None:
            rows.append((path, row))
        elif inner.kind is Kind.ARRAY and inner.fields and all(map(_is_measured_by_length, inner.fields.values())):
            mixed.append(path)
        elif not holds_nothing(inner):
            return None
    is_worth_it = of.kind in (Kind.TEXT, Kind.ARRAY) or (of.kind is Kind.MAP and entries <= _MOST_ENTRIES)
    return Extent(entries, tuple(texts), tuple(numbers), tuple(lists), tuple(mixed), tuple(rows)) if is_worth_it else None


def _is_measured_by_length(of: Type) -> bool:
    return of.kind is Kind.TEXT or holds_nothing(of)


def _is_not_flat(added: Any) -> Any:
    return build.compare(build.call("type", [added]), "not in", build.name("FLAT"))


def _pushed_perhaps(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, added: Any) -> Any:
    """``push`` on what may be an array: if it is one, nothing else can be meant."""
    if walk.is_place and root_cell(f, walk.node.root) is not None:
        return None
    at = f.position(step.pos)
    slot = f.fresh()
    kind = f.kinds.of(step.args[0])
    texts = _texts_of(f, step.args[0])
    if kind in UNMEASURED:
        is_due = _is_step(f, value)
    elif kind is Kind.TEXT:
        is_due = is_due_for_text(f, value, added, "ARRAY_SMALL")
    elif texts is None:
        is_due = _is_due(f, value, "ARRAY_SMALL", [_is_not_flat(added)])
    else:
        is_due = is_due_for_record(f, value, added, texts, "ARRAY_SMALL")
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


def is_due_for_record(f: Lowering, container: Any, record: Any, texts: list[TextPart], maximum: str) -> Any:
    """Whether a container may have to be measured now that it got a record of which these are the texts."""
    return _is_due(f, container, maximum, [_is_long_in(record, each) for each in texts])


def _is_long_in(record: Any, part: TextPart) -> Any:
    """Whether a text in a record isn't short."""
    *path, last = map(build.constant, part.path)
    holder = reduce(build.item, path, record)
    text = build.item(holder, last) if part.is_certain else build.call("dict_get", [holder, last, build.constant("")])
    return build.both([build.compare(text, "is not", build.constant(None)), _is_long(text)]) if part.may_be_unit else _is_long(text)


def _is_long(text: Any) -> Any:
    return build.compare(build.call("len", [text]), ">", build.name("TEXT_SHORT"))


def is_due_for_text(f: Lowering, container: Any, text: Any, maximum: str) -> Any:
    """The same for a text."""
    return _is_due(f, container, maximum, [_is_long(text)])


def _is_due(f: Lowering, container: Any, maximum: str, doubts: list[Any]) -> Any:
    """Whether a container that grew may have to be measured: at certain lengths, and while it is short also if there are doubts."""
    slot = f.fresh()
    length = build.walrus(slot, build.call("len", [container]))
    tests = [build.negated(build.operation(length, "&", build.constant(7))), build.compare(build.name(slot), ">=", build.name(maximum))]
    if doubts:
        is_short = build.compare(build.name(slot), "<=", build.constant(FEW))
        tests.append(build.both([is_short, build.either(doubts)]))
    return build.either(tests)
