"""From the fields of a type to the one function that checks a whole record."""

from collections.abc import Mapping
from typing import Final

import msgspec

from app.base.errors import nearest
from app.entities.rules.check import REQUIRED, Check, Faults, kind_of, shown
from app.entities.rules.numbers import boolean_rule, date_rule, datetime_rule, decimal_rule, integer_rule
from app.entities.rules.texts import choice_rule, email_rule, reference_rule, text_rule, url_rule
from app.entities.types import Document, FieldFault, FieldKind, FieldSpec, Json

MOST_ITEMS: Final = 10_000
MOST_FAULTS: Final = 50
"""A list with more faults than this is not looked at any further."""

_encode = msgspec.json.Encoder().encode
_NO_FIELDS: Final[Document] = {}


class Checked(msgspec.Struct, frozen=True):
    """A record in normal form, and what is wrong with it. `missing` are required fields that a script may still fill in."""

    data: Document
    faults: tuple[FieldFault, ...]
    missing: tuple[FieldFault, ...]


class Rules:
    """What records of one type must be like."""

    def __init__(self, fields: tuple[FieldSpec, ...]) -> None:
        self.fields: Mapping[str, FieldSpec] = {spec.name: spec for spec in fields}
        self._checks: tuple[tuple[str, Check], ...] = tuple((spec.name, _rule(spec)) for spec in fields)
        self._required = tuple(spec.name for spec in fields if spec.required)
        self._defaults = {spec.name: _encode(spec.default) for spec in fields if spec.default is not None}
        self.unique = tuple(spec.name for spec in fields if spec.unique)
        self.references = tuple(_references(fields))

    def with_defaults(self, data: Document) -> Document:
        """A new record's fields, completed with the defaults of those that are left out. A null is a choice to have none."""
        if not self._defaults:
            return data
        # Decoded anew each time: nobody shares a list or an object of a default.
        given = {name: msgspec.json.decode(text) for name, text in self._defaults.items() if name not in data}
        return {**given, **data}

    def check(self, data: Json, known: Document = _NO_FIELDS) -> Checked:
        """Bring a record into normal form, and find all that is wrong with it.

        `known` are fields in normal form that were checked before: what is the very same value there isn't looked at again.
        """
        faults: Faults = []
        if type(data) is not dict:
            return Checked({}, (FieldFault("data", f"This is {kind_of(data)}: send an object of fields."),), ())
        normal: Document = {}
        for name, check in self._checks:
            value = data.get(name)
            if value is not None:
                normal[name] = value if value is known.get(name) else check(value, name, faults)
        if not data.keys() <= self.fields.keys():
            _note_unknown(data, self.fields, "", faults)
        faults += [FieldFault(name, REQUIRED) for name in self._required if name not in normal]
        if not faults:
            return Checked(normal, (), ())
        missing = tuple(fault for fault in faults if fault.message is REQUIRED)
        return Checked(normal, tuple(fault for fault in faults if fault.message is not REQUIRED), missing)


def compile_rules(fields: tuple[FieldSpec, ...]) -> Rules:
    """The rules of a type with these fields."""
    return Rules(fields)


def _rule(spec: FieldSpec) -> Check:
    match spec.kind:
        case FieldKind.LIST:
            return _list_rule(spec)
        case FieldKind.OBJECT:
            return _object_rule(spec)
    return _SCALARS[spec.kind](spec)


_SCALARS: Final = {
    FieldKind.TEXT: text_rule,
    FieldKind.INTEGER: integer_rule,
    FieldKind.DECIMAL: decimal_rule,
    FieldKind.BOOLEAN: boolean_rule,
    FieldKind.DATE: date_rule,
    FieldKind.DATETIME: datetime_rule,
    FieldKind.CHOICE: choice_rule,
    FieldKind.REFERENCE: reference_rule,
    FieldKind.EMAIL: email_rule,
    FieldKind.URL: url_rule,
}


def _list_rule(spec: FieldSpec) -> Check:
    least, most = spec.min_length or 0, spec.max_length or MOST_ITEMS
    item = spec.item or FieldSpec("item", FieldKind.TEXT)
    check_item = _rule(item)

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not list:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send a list."))
            return value
        if not least <= len(value) <= most:
            bound = f"at most {most}" if len(value) > most else f"at least {least}"
            faults.append(FieldFault(path, f"The list has {len(value)} items: use {bound}."))
            return value
        normal = []
        for index, each in enumerate(value):
            if len(faults) >= MOST_FAULTS:
                break
            if each is None:
                faults.append(FieldFault(f"{path}.{index}", "A list can't hold null: take it out."))
            normal.append(check_item(each, f"{path}.{index}", faults) if each is not None else None)
        return normal

    return check


def _object_rule(spec: FieldSpec) -> Check:
    known = {each.name: each for each in spec.fields}
    checks = tuple((each.name, _rule(each), each.required) for each in spec.fields)

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not dict:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send an object with {', '.join(known)}."))
            return value
        normal: Document = {}
        for name, check_field, is_required in checks:
            inner = value.get(name)
            if inner is not None:
                normal[name] = check_field(inner, f"{path}.{name}", faults)
            elif is_required:
                faults.append(FieldFault(f"{path}.{name}", REQUIRED))
        if not value.keys() <= known.keys():
            _note_unknown(value, known, f"{path}.", faults)
        return normal

    return check


def _note_unknown(data: Document, known: Mapping[str, FieldSpec], prefix: str, faults: Faults) -> None:
    for name in data:
        if name not in known:
            hint = nearest(str(name)[:200], list(known))
            advice = hint if hint.startswith("Did") else f"The fields are {', '.join(list(known)[:12])}."
            faults.append(FieldFault(f"{prefix}{str(name)[:60]}", f"There is no field {shown(str(name))}. {advice}"))
            if len(faults) >= MOST_FAULTS:
                return


def _references(fields: tuple[FieldSpec, ...], prefix: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], FieldSpec]]:
    """Where references are: the way to each, through objects and lists alike, and its field."""
    found: list[tuple[tuple[str, ...], FieldSpec]] = []
    for spec in fields:
        way = (*prefix, spec.name)
        inner = spec
        while inner.kind is FieldKind.LIST and inner.item is not None:
            inner = inner.item
        if inner.kind is FieldKind.REFERENCE:
            found.append((way, inner))
        elif inner.kind is FieldKind.OBJECT:
            found += _references(inner.fields, way)
    return found


def referenced(value: Json, way: tuple[str, ...]) -> list[str]:
    """The ids that a record refers to along one way."""
    if isinstance(value, list):
        return [identity for each in value for identity in referenced(each, way)]
    if not way:
        return [value] if isinstance(value, str) else []
    return referenced(value.get(way[0]), way[1:]) if isinstance(value, dict) else []
