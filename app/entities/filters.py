"""What a filter or an order means for a type, as pure functions: which field, of which kind, compared how, with what."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from app.base.errors import Invalid, NotFound, nearest
from app.entities.rules.check import is_encodable, kind_of, shown
from app.entities.rules.numbers import INT_MAX, INT_MIN, normal_date, normal_datetime
from app.entities.types import FieldKind, FieldSpec, Json, Operator

MOST_CONDITIONS: Final = 20
MOST_OPERANDS: Final = 200
LONGEST_OPERAND: Final = 1_000
SORTED_CHARS: Final = 100
"""Texts are sorted by their beginning, so that the place of any text fits into a cursor."""

_EQUALITY: Final = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.IS_NULL})
_ORDER: Final = _EQUALITY | {Operator.LT, Operator.LE, Operator.GT, Operator.GE}
_TEXT: Final = _ORDER | {Operator.CONTAINS}
_ALLOWED: Final[Mapping[FieldKind, frozenset[Operator]]] = {
    FieldKind.TEXT: _TEXT,
    FieldKind.EMAIL: _TEXT,
    FieldKind.URL: _TEXT,
    FieldKind.INTEGER: _ORDER,
    FieldKind.DECIMAL: _ORDER,
    FieldKind.DATE: _ORDER,
    FieldKind.DATETIME: _ORDER,
    FieldKind.CHOICE: _EQUALITY,
    FieldKind.REFERENCE: _EQUALITY,
    FieldKind.BOOLEAN: frozenset({Operator.EQ, Operator.NE, Operator.IS_NULL}),
    FieldKind.LIST: frozenset({Operator.CONTAINS, Operator.IS_NULL}),
    FieldKind.OBJECT: frozenset({Operator.IS_NULL}),
}
NUMBERS: Final = frozenset({FieldKind.INTEGER, FieldKind.DECIMAL})
_ITEMS: Final = NUMBERS | {FieldKind.TEXT, FieldKind.EMAIL, FieldKind.URL, FieldKind.CHOICE, FieldKind.DATE, FieldKind.REFERENCE}
_UNSORTABLE: Final = frozenset({FieldKind.LIST, FieldKind.OBJECT, FieldKind.BOOLEAN, FieldKind.REFERENCE})
_MOMENT: Final = FieldKind.DATETIME

OWN: Final[Mapping[str, FieldSpec]] = {
    "id": FieldSpec("id", FieldKind.REFERENCE, references="itself"),
    "parent_id": FieldSpec("parent_id", FieldKind.REFERENCE, references="its parent"),
    "created_at": FieldSpec("created_at", _MOMENT),
    "updated_at": FieldSpec("updated_at", _MOMENT),
}
"""What of a record beside its fields can be compared and sorted by."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `own` says that it is about the record itself, not a field of its document."""

    path: tuple[str, ...]
    kind: FieldKind
    operator: Operator
    operand: Json
    own: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: ids break ties, and absent values count as the greatest."""

    path: tuple[str, ...]
    kind: FieldKind
    descending: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last record's sort value and id."""

    value: Json
    id: UUID


def conditions_of(where: Mapping[str, Json] | str | None, fields: Mapping[str, FieldSpec]) -> tuple[Condition, ...]:
    """What a filter means for a type with these fields.

    Raises:
        Invalid: it names a field or comparison that isn't there, or compares with a value of another kind.
    """
    found: list[Condition] = []
    for name, wanted in (_decoded(where) if isinstance(where, str) else where or {}).items():
        path, spec, own = _field(name, fields)
        comparisons = wanted if isinstance(wanted, Mapping) else {Operator.EQ.value: wanted}
        for word, operand in comparisons.items():
            found.append(_condition(name, path, spec, own, str(word), operand))
    if len(found) > MOST_CONDITIONS:
        raise Invalid(f"The filter has {len(found)} comparisons.", f"Use at most {MOST_CONDITIONS}.", field="where")
    return tuple(found)


def _decoded(where: str) -> Mapping[str, Json]:
    try:
        found = msgspec.json.decode(where.encode("utf-8", "surrogatepass")) if where else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid("The filter is no JSON object.", 'Write it as {"field": "value"}.', field="where")
    return found


def order_of(order_by: str | None, fields: Mapping[str, FieldSpec]) -> Order | None:
    """What an order means for a type with these fields; None: the order in which records were made.

    Raises:
        Invalid: there is no such field, or it can't be sorted by.
    """
    if order_by is None or order_by in ("", "id"):
        return None
    if order_by == "-id":
        return Order(("created_at",), _MOMENT, descending=True, own=True)
    path, spec, own = _field(order_by.removeprefix("-"), fields)
    if spec.kind in _UNSORTABLE:
        raise Invalid(f"Records can't be sorted by a {spec.kind}.", "Sort by text, numbers, dates or choices.", field="order_by")
    return Order(path, spec.kind, order_by.startswith("-"), own)


def encode_place(place: Place) -> str:
    """The cursor that continues behind a place."""
    text = msgspec.json.encode([place.value, place.id.hex])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode("ascii")


def decode_place(cursor: str, order: Order | None) -> Place:
    """The place that a cursor continues behind.

    Raises:
        NotFound: no list in this order gave it.
    """
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        value, hexadecimal = msgspec.json.decode(raw, type=tuple[Any, str])
        place = Place(value, UUID(hexadecimal))
        if not _fits(value, order):
            raise ValueError
    except (ValueError, binascii.Error):
        raise NotFound(
            "This page does not exist: its cursor is not one that this list returned.", "Start again without a cursor."
        ) from None
    return place


def _fits(value: Json, order: Order | None) -> bool:
    if value is None or order is None:
        return value is None
    if order.kind in NUMBERS:
        return type(value) in (int, float) and _is_bindable(value)
    if order.own:
        return normal_datetime(value) is not None
    return type(value) is str and len(value) <= SORTED_CHARS and is_encodable(value)


def _is_bindable(value: float) -> bool:
    return not (type(value) is int and not INT_MIN <= value <= INT_MAX) and value == value and abs(value) != float("inf")


def _field(name: str, fields: Mapping[str, FieldSpec]) -> tuple[tuple[str, ...], FieldSpec, bool]:
    if name in OWN:
        return (name,), OWN[name], True
    path = tuple(name.split("."))
    known = fields
    for step, part in enumerate(path):
        spec = known.get(part)
        if spec is None:
            hint = nearest(part[:200], [*known, *(OWN if step == 0 else ())])
            raise Invalid(f"There is no field {shown(name)} to filter or sort by.", hint, field=name[:60])
        if step == len(path) - 1:
            return path, spec, False
        known = {each.name: each for each in spec.fields}
    raise AssertionError("a split text has a part")


def _condition(name: str, path: tuple[str, ...], spec: FieldSpec, own: bool, word: str, operand: Json) -> Condition:
    try:
        operator = Operator(word)
    except ValueError:
        raise Invalid(f"There is no comparison {shown(word)}.", f"Use one of {', '.join(Operator)}.", field=name) from None
    if operand is None and operator in (Operator.EQ, Operator.NE):
        operator, operand = Operator.IS_NULL, operator is Operator.EQ
    allowed = _ALLOWED[spec.kind]
    if operator not in allowed:
        raise Invalid(
            f"Values of kind {spec.kind} can't be compared by {operator}.", f"Use one of {', '.join(sorted(allowed))}.", field=name
        )
    if operator is Operator.IS_NULL:
        if type(operand) is not bool:
            raise Invalid("is_null is compared with true or false.", "Send one of them.", field=name)
        return Condition(path, spec.kind, operator, operand, own)
    if operator is Operator.IN:
        return Condition(path, spec.kind, operator, _operands(name, spec, operand), own)
    kind = spec.kind
    if kind is FieldKind.LIST:
        kind = spec.item.kind if spec.item is not None else FieldKind.TEXT
        if kind not in _ITEMS:
            raise Invalid(f"A list of {kind}s can't be searched for an item.", "Filter by another field.", field=name)
    return Condition(path, spec.kind, operator, _operand(name, kind, operand), own)


def _operands(name: str, spec: FieldSpec, operand: Json) -> list[Json]:
    if not isinstance(operand, (list, tuple)) or len(operand) > MOST_OPERANDS:
        raise Invalid(f"`in` needs a list of at most {MOST_OPERANDS} values.", "Send a list.", field=name)
    return [_operand(name, spec.kind, each) for each in operand]


def _operand(name: str, kind: FieldKind, operand: Json) -> Json:
    """The operand in the form in which records hold such values."""
    normal: Json = None
    match kind:
        case FieldKind.INTEGER | FieldKind.DECIMAL:
            normal = operand if type(operand) in (int, float) and _is_bindable(operand) else None
        case FieldKind.BOOLEAN:
            normal = operand if type(operand) is bool else None
        case FieldKind.DATE:
            normal = normal_date(operand)
        case FieldKind.DATETIME:
            normal = normal_datetime(operand)
        case FieldKind.REFERENCE:
            normal = _identity(operand)
        case _:
            normal = operand if type(operand) is str and len(operand) <= LONGEST_OPERAND and is_encodable(operand) else None
    if normal is None:
        raise Invalid(
            f"Values of kind {kind} can't be compared with {kind_of(operand)}, {shown(operand)}.", "Send a value of that kind.", field=name
        )
    return normal


def _identity(operand: Json) -> str | None:
    try:
        return str(UUID(operand)) if type(operand) is str else None
    except ValueError:
        return None
