"""Records and their values in words, for lists, choices and headings. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from app.entities import EntityType, FieldKind, FieldSpec, Record

NOTHING: Final = "\N{EN DASH}"
LONGEST: Final = 80
MOST_COLUMNS: Final = 6
_NAMING: Final = frozenset({FieldKind.TEXT, FieldKind.EMAIL, FieldKind.URL})
_COLUMNS: Final = frozenset(FieldKind) - {FieldKind.OBJECT, FieldKind.LIST}


def columns_of(entity_type: EntityType) -> tuple[FieldSpec, ...]:
    """The fields that a list shows: those that fit into a cell, the naming one first."""
    fitting = [spec for spec in entity_type.fields if spec.kind in _COLUMNS]
    naming = next((spec for spec in fitting if spec.kind in _NAMING), None)
    ordered = [naming, *(spec for spec in fitting if spec is not naming)] if naming else fitting
    return tuple(ordered[:MOST_COLUMNS])


def title_of(entity_type: EntityType, record: Record) -> str:
    """What a record is called: its first text, else the beginning of its id."""
    for spec in entity_type.fields:
        value = record.data.get(spec.name)
        if spec.kind in _NAMING and isinstance(value, str) and value.strip():
            return _short(value)
    return f"{entity_type.label} {str(record.id)[-8:]}"


def choice_of(entity_type: EntityType, record: Record) -> tuple[str, str]:
    """A record as a choice: its id, and its title with the end of the id, since titles need not differ."""
    return str(record.id), f"{title_of(entity_type, record)} ({str(record.id)[-6:]})"


def value_in_words(spec: FieldSpec, value: Any) -> str:
    """A value as a cell shows it."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "Yes" if value else "No"
        case float():
            return repr(value).removesuffix(".0")
        case list():
            return f"{len(value)} item{'' if len(value) == 1 else 's'}"
    if spec.kind is FieldKind.DATETIME:
        return f"{str(value)[:10]} {str(value)[11:16]} UTC"
    return _short(str(value))


def label_of(spec: FieldSpec) -> str:
    """What people call a field."""
    return spec.label or spec.name.replace("_", " ").capitalize()


def named_field(reason: str, labels: Mapping[str, str]) -> str | None:
    """The field that a script's reason begins with, as in `amount: at least 100`; by its path or its label, then a colon."""
    before, colon, _ = reason.partition(":")
    wanted = before.strip().casefold()
    if not colon or not wanted:
        return None
    return next((path for path, label in labels.items() if wanted in (path.casefold(), label.casefold())), None)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
