"""Methods of the entity: its fields as a set, and what the script has changed so far."""

from __future__ import annotations

from app.engine.values import Value
from app.host.entity import EntityProxy, EntitySnapshot
from app.host.phases import ENTITY_PHASES
from app.host.plain import from_plain
from app.host.table import Helper, Implementation, overload


def _contains(entity: EntitySnapshot, field: str) -> bool:
    return field in entity.field_names()


def _keys(entity: EntitySnapshot) -> Value:
    return from_plain(list(entity.field_names()))


def _to_map(entity: EntitySnapshot) -> Value:
    return from_plain(entity.fields())


def _remove(entity: EntitySnapshot, field: str) -> Value:
    return entity.remove(field)


def _changes(entity: EntitySnapshot) -> Value:
    if not isinstance(entity, EntityProxy):
        return {}
    changes = entity.changes()
    return {name: from_plain(value) for name, value in (dict.fromkeys(sorted(changes.removed)) | dict(changes.fields)).items()}


def _is_changed(entity: EntitySnapshot, field: str) -> bool:
    return isinstance(entity, EntityProxy) and entity.is_changed(field)


def _original(entity: EntitySnapshot, field: str) -> Value:
    return entity.original(field) if isinstance(entity, EntityProxy) else entity.get_property(field)


def _method(name: str, parameters: str, returns: str, function: Implementation, doc: str, example: str) -> Helper:
    way = overload(f"entity: entity{parameters}", returns, function)
    return Helper(name, doc, example, (way,), ENTITY_PHASES, is_method=True)


HELPERS = (
    _method(
        "contains",
        ", field: string",
        "bool",
        _contains,
        "Whether the entity has a field, be its value `()` or not.",
        'if entity.contains("discount") { log("has a discount"); }',
    ),
    _method("keys", "", "array", _keys, "The names of the entity's fields, sorted.", "for field in entity.keys() { log(field); }"),
    _method(
        "to_map",
        "",
        "map",
        _to_map,
        "All fields as a map of its own; changing it changes nothing.",
        "log(entity.to_map().to_json());",
    ),
    _method("remove", ", field: string", "?", _remove, "Removes a field and gives its last value.", 'entity.remove("draft_note");'),
    _method(
        "changes",
        "",
        "map",
        _changes,
        "What the script has changed so far: field to new value, `()` for a removed one. Reading it changes nothing.",
        "log(entity.changes());",
    ),
    _method(
        "is_changed",
        ", field: string",
        "bool",
        _is_changed,
        "Whether the script has changed a field.",
        'if entity.is_changed("status") { log("status set"); }',
    ),
    _method(
        "original",
        ", field: string",
        "?",
        _original,
        "A field's value when the script began.",
        'log(`was ${entity.original("status")}`);',
    ),
)
