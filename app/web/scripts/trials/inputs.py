"""The input of a dry run: what a script is given by its phase, and what the texts of a form mean of that. Pure.

Fields left empty are left out, for a script has to cope with that too; whether the values are right is what the script is there to find.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entities import FieldKind, FieldSpec
from app.runs import DRY_KEY, Document, inputs_of
from app.scripts import Phase
from app.web.entities.inputs import INTEGER, NUMBER

LONGEST_INPUT: Final = 262_144
"""In characters: what an editor sends along as JSON."""
NEW_ID: Final = "sample"
_AROUND_SAVES: Final = (Phase.BEFORE, Phase.AFTER, Phase.ON_COMMIT)
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_REQUEST: Final = (
    FieldSpec("method", FieldKind.CHOICE, "Method", choices=_METHODS),
    FieldSpec("path", FieldKind.TEXT, "Path"),
    FieldSpec("query", FieldKind.OBJECT, "Query"),
    FieldSpec("headers", FieldKind.OBJECT, "Headers"),
    FieldSpec("body", FieldKind.OBJECT, "Body"),
)
_PARAMS: Final = (FieldSpec("params", FieldKind.OBJECT, "Parameters"),)


@dataclass(frozen=True, slots=True)
class About:
    """What the input is for. `fields` are those of the entity type, None if it isn't known or may not be read."""

    phase: Phase
    entity_type: str | None
    fields: tuple[FieldSpec, ...] | None

    @property
    def word(self) -> str:
        """Names what a form was made for, so that one made for something else is noticed."""
        return f"{self.phase.value}:{self.entity_type or ''}" if self.is_around_saves else self.phase.value

    @property
    def is_around_saves(self) -> bool:
        """Whether the script gets a record."""
        return self.phase in _AROUND_SAVES

    @property
    def asked(self) -> tuple[FieldSpec, ...] | None:
        """The fields that the form asks for; None if there is only JSON."""
        if self.is_around_saves:
            return self.fields
        return {Phase.MANUAL: _PARAMS, Phase.API: _REQUEST}.get(self.phase, ())


@dataclass(frozen=True, slots=True)
class Given:
    """What a form means, or what is wrong with it: by field, under `json` for the text."""

    inputs: Document
    errors: Mapping[str, str]


def starting_inputs(about: About, record: Document | None = None) -> Document:
    """What a trial begins with: the fields of a record that there is, or the type's own defaults."""
    if about.is_around_saves:
        fields = record if record is not None else {spec.name: spec.default for spec in about.fields or () if spec.default is not None}
        return inputs_of(about.phase, entity={"type": about.entity_type or "record", "id": NEW_ID, "fields": fields})
    return inputs_of(about.phase, request={"method": "POST"})


def read_form(about: About, texts: Mapping[str, str]) -> Given:
    """The input that a form's texts mean."""
    if texts.get("as") == "json" or about.asked is None:
        return _read_json(texts.get("json", ""))
    values: Document = {}
    errors: dict[str, str] = {}
    for spec in about.asked:
        text = texts.get(f"field.{spec.name}", "").replace("\r\n", "\n")
        if not text.strip():
            continue
        try:
            values[spec.name] = _value(spec, text)
        except ValueError as wrong:
            errors[spec.name] = str(wrong)
    return Given(_document(about, values, texts), errors)


def _value(spec: FieldSpec, text: str) -> Any:
    match spec.kind:
        case FieldKind.INTEGER:
            if not INTEGER.fullmatch(text.strip()):
                raise ValueError("Write a whole number.")
            return int(text)
        case FieldKind.DECIMAL:
            if not NUMBER.fullmatch(text.strip()):
                raise ValueError("Write a number, with a point before its fraction.")
            number = float(text)
            return int(number) if number.is_integer() and "." not in text and abs(number) < 2**53 else number
        case FieldKind.BOOLEAN if text in ("true", "false"):
            return text == "true"
        case FieldKind.LIST | FieldKind.OBJECT:
            return _json_value(spec, text)
    return text


def _json_value(spec: FieldSpec, text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(_json_fault(error)) from None
    if spec.kind is FieldKind.LIST and not isinstance(value, list):
        raise ValueError("Write a list: [ … ].")
    # A request's body may be any JSON.
    if spec.kind is FieldKind.OBJECT and spec.name != "body" and not isinstance(value, dict):
        raise ValueError("Write an object: { … }.")
    return value


def _document(about: About, values: Document, texts: Mapping[str, str]) -> Document:
    if about.is_around_saves:
        entity = {"type": about.entity_type or "record", "id": texts.get("id") or NEW_ID, "fields": values}
        before = _read_json(texts.get("before", "")).inputs or None
        return inputs_of(about.phase, entity=entity, before=before, key=texts.get("key") or DRY_KEY)
    return inputs_of(about.phase, params=values.get("params"), request=values)


def _read_json(text: str) -> Given:
    if not text.strip():
        return Given({}, {})
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Given({}, {"json": _json_fault(error)})
    return Given(value, {}) if isinstance(value, dict) else Given({}, {"json": "Write an object: { … }."})


def _json_fault(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"This isn't JSON: {error.msg} in line {error.lineno}, column {error.colno}."
    return "This JSON is nested too deep, or holds a number with too many digits."
