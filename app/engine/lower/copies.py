"""Copies of containers. Where a type tells what in them can change, nobody has to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from app.engine.lower import build
from app.engine.lower.kinds import ATOMS, Kind, Type, has_written_keys, holds_atoms, is_record, present
from app.engine.lower.unit import Path, Unit
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SMALL_BYTES

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering

Level: TypeAlias = tuple[Path, tuple[str, ...], tuple[str, ...], tuple[tuple[str, int], ...]]
"""Of a map that lies there in a record: the keys of its arrays of atoms, of its maps, and of its arrays of maps of atoms. With these it is
said how many elements of arrays take as much as each map."""
Parts: TypeAlias = tuple[tuple[Level, ...], int]
"""The levels, from above, and how many elements of all arrays together cost nothing to copy."""


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
            return (_of_record if of.kind is Kind.MAP else _of_rows)(f.unit, value, of)
        is_small = build.compare(build.call("len", [value]), "<=", build.constant(most))
        return build.choice(is_small, build.call(copies, [value]), build.call("copy", [value]))
    value = f.simple(value)
    inner = present(of)
    if inner is not of:
        return build.choice(build.compare(value, "is", build.constant(None)), value, copied(f, value, inner))
    return build.choice(build.compare(build.call("type", [value]), "in", build.name("ATOMS")), value, build.call("copy", [value]))


def _of_rows(unit: Unit, value: Any, of: Type) -> Any:
    """A copy of an array, perhaps one of maps of atoms."""
    size = _row_size(of)
    if size is None:
        return build.call("copy", [value])
    return build.call("copy_rows", [value, build.constant(SMALL_BYTES // ELEMENT_BYTES // size), build.constant(size)])


def _of_record(unit: Unit, value: Any, of: Type) -> Any:
    """A copy of a map, perhaps a record."""
    parts = parts_of_record(of)
    if parts is None or not parts[0]:
        return build.call("copy", [value])
    return build.call("copy_record", [value, unit.constant(parts)])


def parts_of_record(of: Type) -> Parts | None:
    """What is to be copied in a record, if a type is one, and all its maps together take little; else None."""
    room = SMALL_BYTES
    levels: list[Level] = []
    pending: list[tuple[Path, Type]] = [((), of)]
    for path, record in pending:  # grows while it is walked
        inner = _places_of(record)
        room -= len(record.fields) * ENTRY_BYTES
        if inner is None or room < 0:
            return None
        lists, maps, rows = inner
        if lists or maps or rows:
            levels.append((path, tuple(lists), tuple(maps), tuple(rows)))
        pending += [((*path, key), record.fields[key]) for key in maps]
    return tuple(levels), room // ELEMENT_BYTES


def _places_of(record: Type) -> tuple[list[str], list[str], list[tuple[str, int]]] | None:
    """Where a map's arrays of atoms, its maps, and its arrays of maps of atoms are; None if it may hold others, or other keys."""
    lists, maps, rows = [], [], []
    if (
        record.kind is not Kind.MAP
        or record.body is not None
        or not (is_record(record) or (has_written_keys(record) and holds_atoms(record)))
    ):
        return None
    for key, inner in record.fields.items():
        row_size = _row_size(inner)
        if inner.kind is Kind.MAP:
            maps.append(key)
        elif inner.kind is Kind.ARRAY and holds_atoms(inner):
            lists.append(key)
        elif row_size is not None:
            rows.append((key, row_size))
        elif inner.kind not in ATOMS:
            return None
    return lists, maps, rows


def _row_size(of: Type) -> int | None:
    """How many elements of arrays take as much as each of an array's maps of atoms; None of any other type."""
    row = of.element
    is_table = of.kind is Kind.ARRAY and row.kind is Kind.MAP and has_written_keys(row) and holds_atoms(row)
    return 1 + len(row.fields) * ENTRY_BYTES // ELEMENT_BYTES if is_table else None
