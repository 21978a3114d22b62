"""Copies of containers. Where a type tells what in them can change, nobody has to look."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from app.engine.lower import build
from app.engine.lower.kinds import ATOMS, Kind, Type, has_written_keys, holds_atoms, present
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SMALL_BYTES

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering

_Inner: TypeAlias = "tuple[tuple[str, Level | None], ...]"
Level: TypeAlias = tuple[tuple[str, ...], _Inner, tuple[tuple[str, int], ...], _Inner]
"""Of a record: the keys of its arrays of atoms, of its maps, of its arrays of maps of atoms, and of arrays of atoms and maps that may be
missing. With a map it is said what is to be copied in it, if anything, and with an array of maps how many elements of arrays take as much
as each of them."""
Parts: TypeAlias = "tuple[Level | None, int]"
"""Of a record, and how many elements of all arrays in it together cost nothing to copy."""


_SMALL: Final = {Kind.ARRAY: ("list_copy", SMALL_BYTES // ELEMENT_BYTES), Kind.MAP: ("dict_copy", SMALL_BYTES // ENTRY_BYTES)}
"""What copies a container of atoms, and up to how many elements that is neither charged nor accounted for."""


def copied(f: Lowering, value: Any, of: Type) -> Any:
    """A copy of a value of this type, unless it can't change. A small container of atoms is copied by Python, which costs nothing else."""
    if not f.is_hot:
        return build.call("copy", [value])
    if of.kind in _SMALL:
        copies, most = _SMALL[of.kind]
        if has_written_keys(of) and holds_atoms(of) and len(of.fields) <= most:
            return build.call(copies, [value])
        value = f.simple(value)
        if not holds_atoms(of):
            return _of_record(f, value, of) if of.kind is Kind.MAP else _of_rows(value, of)
        is_small = build.compare(build.call("len", [value]), "<=", build.constant(most))
        return build.choice(is_small, build.call(copies, [value]), build.call("copy", [value]))
    value = f.simple(value)
    inner = present(of)
    if inner is not of:
        statements, made = f.captured_statements(lambda: copied(f, value, inner))
        is_nothing = build.compare(value, "is", build.constant(None))
        if not statements:
            return build.choice(is_nothing, value, made)
        slot = f.fresh()
        unchanged, copying = (build.store(build.target(slot), each) for each in (value, made))
        f.out.append(build.if_(is_nothing, [unchanged], [*statements, copying]))
        return build.name(slot)
    return build.choice(build.compare(build.call("type", [value]), "in", build.name("ATOMS")), value, build.call("copy", [value]))


def _of_rows(value: Any, of: Type) -> Any:
    """A copy of an array, perhaps one of maps of atoms."""
    size = _row_size(of)
    if size is None:
        return build.call("copy", [value])
    return build.call("copy_rows", [value, build.constant(SMALL_BYTES // ELEMENT_BYTES // size), build.constant(size)])


def _of_record(f: Lowering, value: Any, of: Type) -> Any:
    """A copy of a map, perhaps a record; of one with few parts that are all there, part by part, in line."""
    parts = parts_of_record(of)
    if parts is None or parts[0] is None:
        return build.call("copy", [value])
    level, room = parts
    made = f.fresh()
    body: list[Any] = []
    lengths: list[Any] = []
    if not _in_line(f, value, made, level, body, lengths) or len(body) > _MOST_IN_LINE:
        return build.call("copy_record", [value, f.unit.constant(parts)])
    if lengths:
        is_small = build.compare(reduce(lambda left, right: build.operation(left, "+", right), lengths), "<=", build.constant(room))
        otherwise = build.store(build.target(made), build.call("copy", [value]))
        body = [build.if_(is_small, body, [otherwise])]
    f.out += body
    return build.name(made)


_MOST_IN_LINE: Final = 8


def _in_line(f: Lowering, value: Any, made: str, level: Level | None, body: list[Any], lengths: list[Any]) -> bool:
    """Adds what copies a map and its parts, and the lengths of its arrays; False if a part may be missing."""
    body.append(build.store(build.target(made), build.call("dict_copy", [value])))
    if level is None:
        return True
    lists, maps, rows, perhaps = level
    if perhaps:
        return False
    for key in lists:
        part = build.item(value, build.constant(key))
        lengths.append(build.call("len", [part]))
        body.append(build.store(build.item_target(build.name(made), build.constant(key)), build.call("list_copy", [part])))
    for key, size in rows:
        part = build.item(value, build.constant(key))
        lengths.append(build.operation(build.call("len", [part]), "*", build.constant(size)))
        copies = build.call("copy_rows", [part, build.constant(SMALL_BYTES // ELEMENT_BYTES // size), build.constant(size)])
        body.append(build.store(build.item_target(build.name(made), build.constant(key)), copies))
    for key, inner in maps:
        slot = f.fresh()
        if not _in_line(f, build.item(value, build.constant(key)), slot, inner, body, lengths):
            return False
        body.append(build.store(build.item_target(build.name(made), build.constant(key)), build.name(slot)))
    return True


def parts_of_record(of: Type) -> Parts | None:
    """What is to be copied in a record, if a type is one, and all its maps together take little; else None."""
    found = _level(of, SMALL_BYTES)
    return None if found is None else (found[0], found[1] // ELEMENT_BYTES)


def _level(record: Type, room: int) -> tuple[Level | None, int] | None:
    """What is to be copied in a map, if anything, and how many bytes are left beside its entries; None if nobody can say."""
    lists: list[str] = []
    maps: list[tuple[str, Level | None]] = []
    rows: list[tuple[str, int]] = []
    perhaps: list[tuple[str, Level | None]] = []
    room -= len(record.fields) * ENTRY_BYTES
    if room < 0 or not has_written_keys(record) or record.body is not None:
        return None
    for key, field in record.fields.items():
        inner, is_there = present(field), key in record.required and field.value is None
        row_size = _row_size(inner)
        if inner.kind is Kind.MAP:
            found = _level(inner, room)
            if found is None:
                return None
            level, room = found
            (maps if is_there else perhaps).append((key, level))
        elif inner.kind is Kind.ARRAY and holds_atoms(inner):
            if is_there:
                lists.append(key)
            else:
                perhaps.append((key, None))
        elif row_size is not None and is_there:
            rows.append((key, row_size))
        elif inner.kind not in ATOMS and field.kind not in ATOMS:
            return None
    level = (tuple(lists), tuple(maps), tuple(rows), tuple(perhaps)) if lists or maps or rows or perhaps else None
    return level, room


def _row_size(of: Type) -> int | None:
    """How many elements of arrays take as much as each of an array's maps of atoms; None of any other type."""
    row = of.element
    is_table = of.kind is Kind.ARRAY and row.kind is Kind.MAP and has_written_keys(row) and holds_atoms(row)
    return 1 + len(row.fields) * ENTRY_BYTES // ELEMENT_BYTES if is_table else None
