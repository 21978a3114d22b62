"""The entity a script works on: reads like a map, keeps its originals, and knows what was changed.

Fields are plain data (see ``plain``). The script gets copies and gives values back; the engine's chains
(``entity.address.city = "Oslo"``, ``entity.tags.push("x")``) read a field, change the copy and set it, so every change,
however deep, passes through ``set_property`` or ``set_index``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from app.engine import errors
from app.engine.values import HostObject, Value, type_name
from app.host.plain import Plain, copied, from_plain, same, to_plain

_OWN_PROPERTIES: Final = ("id", "entity_type")
_ABSENT: Final = object()


class ChangeKind(StrEnum):
    """What happened at a path."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, at the deepest path that tells it: ``("address", "city")``, ``("lines", 0, "price")``."""

    path: tuple[str | int, ...]
    kind: ChangeKind
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class Changes:
    """What a script did to an entity: the new value of each top-level field it changed, and the fields it removed."""

    fields: Mapping[str, Plain]
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.fields or self.removed)


class EntitySnapshot(HostObject):
    """An entity that can only be read (``entity_before``)."""

    __slots__ = ("_fields", "entity_type", "id")

    type_name = "entity"

    def __init__(self, entity_type: str, entity_id: str, fields: Mapping[str, Plain]) -> None:
        self._begin(entity_type, entity_id, {name: copied(value) for name, value in fields.items()})

    @classmethod
    def taking_over(cls, entity_type: str, entity_id: str, fields: dict[str, Plain]) -> Self:
        """The same over fields that nobody else holds, so that they needn't be copied."""
        entity = cls.__new__(cls)
        entity._begin(entity_type, entity_id, fields)
        return entity

    def _begin(self, entity_type: str, entity_id: str, fields: dict[str, Plain]) -> None:
        self.entity_type = entity_type
        self.id = entity_id
        self._fields = fields

    def get_property(self, name: str) -> Value:
        """The field's value, or ``()`` for a field that is not there. ``id`` and ``entity_type`` are always there."""
        if name in self._fields:
            return from_plain(self._fields[name])
        if name in _OWN_PROPERTIES:
            return self.id if name == "id" else self.entity_type
        return None

    def get_index(self, key: Value) -> Value:
        """The same by ``entity["field"]``."""
        return self.get_property(_field_name(key))

    def set_property(self, name: str, value: Value) -> None:
        """Refused."""
        raise _read_only(name)

    def set_index(self, key: Value, value: Value) -> None:
        """Refused."""
        self.set_property(_field_name(key), value)

    def remove(self, name: str) -> Value:
        """Refused."""
        raise _read_only(name)

    def field_names(self) -> list[str]:
        """The names of the fields that are there, sorted."""
        return sorted(self._fields)

    def fields(self) -> dict[str, Plain]:
        """All fields as they are now (a copy)."""
        return {name: copied(value) for name, value in self._fields.items()}


class EntityProxy(EntitySnapshot):
    """An entity that a script may change.

    Changes are counted against a baseline: the originals, until ``take_changes`` moves it. The originals never change.
    """

    __slots__ = ("_baseline", "_originals")

    def _begin(self, entity_type: str, entity_id: str, fields: dict[str, Plain]) -> None:
        super()._begin(entity_type, entity_id, fields)
        self._originals: Mapping[str, Plain] = fields.copy()
        self._baseline: Mapping[str, Plain] = self._originals

    # Values in these dicts are shared between them and never changed in place: setting a field replaces it.

    def set_property(self, name: str, value: Value) -> None:
        """Sets a field to a copy of the value.

        Raises:
            ScriptError: the value has no plain form, or the name is the entity's own ``id`` or ``entity_type``.
        """
        if name in _OWN_PROPERTIES and name not in self._originals:
            raise errors.runtime(f"'{name}' of an entity cannot be changed")
        self._fields[name] = to_plain(value)

    def remove(self, name: str) -> Value:
        """Removes a field and gives its last value, ``()`` if it was not there."""
        return from_plain(self._fields.pop(name, None))

    def original(self, name: str) -> Value:
        """The value of a field when the script began, ``()`` if it was not there."""
        return from_plain(self._originals.get(name))

    def originals(self) -> dict[str, Plain]:
        """All fields when the script began (a copy)."""
        return {name: copied(value) for name, value in self._originals.items()}

    def is_changed(self, name: str) -> bool:
        """Whether a field differs from the baseline."""
        return _differs(name, self._baseline, self._fields)

    def changes(self) -> Changes:
        """What has changed since the baseline. A field set back to its baseline value is not a change."""
        before, after = self._baseline, self._fields
        # Most fields are left alone, and hold the very value that they had.
        touched = [name for name, value in after.items() if value is not before.get(name, _ABSENT)]
        removed = frozenset() if before.keys() <= after.keys() else frozenset(before.keys() - after.keys())
        return Changes({name: copied(after[name]) for name in touched if _differs(name, before, after)}, removed)

    def take_changes(self) -> Changes:
        """The same, and makes the present state the baseline: the next ``changes()`` is empty."""
        taken = self.changes()
        self._baseline = dict(self._fields)
        return taken

    def differences(self) -> list[Change]:
        """The changes one by one, as deep as they reach, in order of path."""
        return list(_differences((), self._baseline, self._fields))


def _read_only(name: str) -> errors.ScriptError:
    return errors.runtime(f"Field '{name}' cannot be changed here: this is the entity as it was before the save")


def _field_name(key: Value) -> str:
    if not isinstance(key, str):
        raise errors.mismatched_data("string", type_name(key))
    return str.__str__(key)


def _differs(name: str, before: Mapping[str, Plain], after: Mapping[str, Plain]) -> bool:
    if (name in before) != (name in after):
        return True
    return name in before and not same(before[name], after[name])


def _differences(path: tuple[str | int, ...], before: Plain, after: Plain) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from _difference_at((*path, key), before.get(key), after.get(key), key in before, key in after)
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            was, is_ = index < len(before), index < len(after)
            yield from _difference_at((*path, index), before[index] if was else None, after[index] if is_ else None, was, is_)
    elif not same(before, after):
        yield Change(path, ChangeKind.CHANGED, copied(before), copied(after))


def _difference_at(path: tuple[str | int, ...], before: Plain, after: Plain, was: bool, is_: bool) -> Iterator[Change]:
    if was and is_:
        yield from _differences(path, before, after)
    elif is_:
        yield Change(path, ChangeKind.ADDED, None, copied(after))
    else:
        yield Change(path, ChangeKind.REMOVED, copied(before), None)
