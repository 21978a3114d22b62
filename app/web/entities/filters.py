"""Typed filters over the records of a type: what they look like, what was asked for, and what it means for the domain. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entities import FieldKind, FieldSpec
from app.web.entities.inputs import value_of
from app.web.entities.shown import label_of
from app.web.lists import asked

SHOWN_AT_ONCE: Final = 4

_RANGES: Final = frozenset({FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.DATE, FieldKind.DATETIME})
_TEXTS: Final = frozenset({FieldKind.TEXT, FieldKind.EMAIL, FieldKind.URL, FieldKind.LIST})
_TYPES: Final[Mapping[FieldKind, str]] = {
    FieldKind.INTEGER: "number",
    FieldKind.DECIMAL: "number",
    FieldKind.DATE: "date",
    FieldKind.DATETIME: "datetime-local",
}
_TRUTHS: Final = (("true", "Yes"), ("false", "No"))


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a filter."""

    name: str
    label: str
    text: str
    operator: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of one field: a choice, a part of a text, or a range."""

    spec: FieldSpec
    label: str
    type: str
    parts: tuple[Part, ...]
    choices: tuple[tuple[str, str], ...]
    error: str | None

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return any(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters as they stand, what they mean, and the query that asks for them again."""

    filters: tuple[Filter, ...]
    where: Mapping[str, Mapping[str, Any]]
    query: Mapping[str, str]


def wanted_of(fields: tuple[FieldSpec, ...], query: Mapping[str, str]) -> Wanted:
    """What an address asks for. What can't be read is told at its filter and left out."""
    filters, where, kept = [], dict[str, Mapping[str, Any]](), dict[str, str]()
    for spec in fields:
        if not _is_filterable(spec):
            continue
        parts = _parts(spec, query)
        kept |= {part.name: part.text for part in parts if part.text}
        try:
            compared = {part.operator: _operand(spec, part.text) for part in parts if part.text.strip()}
        except ValueError as error:
            filters.append(_filter(spec, parts, str(error)))
            continue
        if compared:
            where[spec.name] = compared
        filters.append(_filter(spec, parts, None))
    return Wanted(tuple(filters), where, kept)


def _is_filterable(spec: FieldSpec) -> bool:
    if spec.kind is FieldKind.LIST:
        return spec.item is not None and spec.item.kind in (FieldKind.TEXT, FieldKind.CHOICE, FieldKind.EMAIL, FieldKind.URL)
    return spec.kind is not FieldKind.OBJECT


def _parts(spec: FieldSpec, query: Mapping[str, str]) -> tuple[Part, ...]:
    def part(suffix: str, label: str, operator: str) -> Part:
        name = f"w.{spec.name}{suffix}"
        return Part(name, label, asked(query, name), operator)

    if spec.kind in _RANGES:
        return (part(".ge", "from", "ge"), part(".le", "to", "le"))
    return (part("", "contains", "contains"),) if spec.kind in _TEXTS else (part("", "is", "eq"),)


def _operand(spec: FieldSpec, text: str) -> Any:
    if spec.kind in _TEXTS:
        return text.strip()
    value = value_of(spec, text)
    if spec.kind is FieldKind.INTEGER and not -(2**63) <= value < 2**63:
        raise ValueError(f"{text[:40]} is too large: use at most 18 digits.")
    return value


def _filter(spec: FieldSpec, parts: tuple[Part, ...], error: str | None) -> Filter:
    choices: tuple[tuple[str, str], ...] = ()
    if spec.kind is FieldKind.CHOICE:
        choices = tuple((each, each) for each in spec.choices)
    elif spec.kind is FieldKind.BOOLEAN:
        choices = _TRUTHS
    return Filter(spec, label_of(spec), _TYPES.get(spec.kind, "search"), parts, choices, error)
