"""The input of a dry run: a form made from what the script is given, the same as JSON, and back. Pure.

Fields left empty are left out, for a script has to cope with that too; whether the values are right is what the script is there to find.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entities import FieldKind, FieldSpec
from app.runs import Document
from app.scripts import Phase

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
_WHOLE: Final = re.compile(r"[+-]?\d{1,19}")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANYTHING: Final = re.compile(r"(?s).*")
_SHOWABLE: Final = {"number": _WHOLE, "decimal": _NUMBER, "date": _DATE}
_LONG_TEXT: Final = 200
_CARRIED: Final = ("id", "before", "key")
_DRY_KEY: Final = "dry-run"
_INPUTS: Final[Mapping[FieldKind, str]] = {
    FieldKind.INTEGER: "number",
    FieldKind.DECIMAL: "decimal",
    FieldKind.BOOLEAN: "choice",
    FieldKind.CHOICE: "choice",
    FieldKind.DATE: "date",
    FieldKind.LIST: "json",
    FieldKind.OBJECT: "json",
    FieldKind.EMAIL: "email",
    FieldKind.URL: "url",
}


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
class InputField:
    """One field of the form: `kind` chooses how it is asked for."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[str, ...]
    hint: str
    error: str | None


@dataclass(frozen=True, slots=True)
class RecentRun:
    """A run whose input can be taken."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class InputForm:
    """The form. `has_fields` is false where there is only JSON to write; `carried` goes along unseen.

    `about` names what it was made for, and `run` the run that it was filled from.
    """

    about: str
    subject: str
    is_json: bool
    has_fields: bool
    fields: tuple[InputField, ...]
    json: str
    error: str | None
    carried: Mapping[str, str]
    recent: tuple[RecentRun, ...]
    run: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a form means, or what is wrong with it: by field, under `json` for the text."""

    inputs: Document
    errors: Mapping[str, str]


def starting_inputs(about: About, record: Document | None = None) -> Document:
    """What a trial begins with: the fields of a record that there is, or the type's own defaults."""
    if about.is_around_saves:
        fields = record if record is not None else {spec.name: spec.default for spec in about.fields or () if spec.default is not None}
        entity = {"type": about.entity_type or "record", "id": NEW_ID, "fields": fields}
        return _around_saves(about, entity, None)
    if about.phase is Phase.API:
        return {"request": {"method": "POST", "path": "", "query": {}, "headers": {}, "body": None}}
    return {"params": {}} if about.phase is Phase.MANUAL else {}


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


def show_form(
    about: About,
    inputs: Document,
    *,
    is_json: bool = False,
    error: str | None = None,
    recent: tuple[RecentRun, ...] = (),
    run: str = "",
) -> InputForm:
    """The form with an input in it; as JSON, if the fields can't hold all of it."""
    texts = _texts(about, inputs)
    meant = read_form(about, texts)
    can_hold = about.asked is not None and not meant.errors and _same(meant.inputs, _without_nothing(inputs))
    return _form(about, texts | {"json": _pretty(inputs)}, {}, is_json=is_json or not can_hold, error=error, recent=recent, run=run)


def show_again(about: About, texts: Mapping[str, str], errors: Mapping[str, str], recent: tuple[RecentRun, ...], run: str) -> InputForm:
    """The form as it was typed, with what is wrong."""
    is_json = texts.get("as") == "json"
    return _form(about, texts, errors, is_json=is_json, error=errors.get("json"), recent=recent, run=run)


def _form(
    about: About,
    texts: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    is_json: bool,
    error: str | None,
    recent: tuple[RecentRun, ...],
    run: str,
) -> InputForm:
    asked = about.asked
    fields = tuple(_field(spec, texts.get(f"field.{spec.name}", ""), errors.get(spec.name)) for spec in asked or ())
    carried = {name: texts[name] for name in _CARRIED if name in texts}
    return InputForm(
        about.word, _subject(about), is_json or asked is None, asked is not None, fields, texts.get("json", ""), error, carried, recent, run
    )


def _subject(about: About) -> str:
    if about.is_around_saves:
        return f"A record of {about.entity_type}" if about.entity_type else "A record"
    return {Phase.MANUAL: "What it is called with", Phase.API: "The request"}.get(about.phase, "A run by the clock is given nothing.")


def _field(spec: FieldSpec, value: str, error: str | None) -> InputField:
    kind = _INPUTS.get(spec.kind, "text")
    if spec.kind is FieldKind.TEXT and ((spec.max_length or 0) > _LONG_TEXT or "\n" in value):
        kind = "area"
    if value and not _SHOWABLE.get(kind, _ANYTHING).fullmatch(value):
        # A browser shows nothing in such a field, and what was typed would be lost.
        kind = "text"
    choices = ("true", "false") if spec.kind is FieldKind.BOOLEAN else spec.choices
    if kind == "choice" and value and value not in choices:
        choices = (*choices, value)
    hint = {FieldKind.DATETIME: "2026-03-29T14:30:00Z", FieldKind.REFERENCE: f"The id of a {spec.references}"}.get(spec.kind, "")
    if kind == "json":
        hint = "JSON, such as [1, 2]" if spec.kind is FieldKind.LIST else 'JSON, such as {"amount": 5}'
    return InputField(spec.name, spec.label or spec.name, kind, value, choices, hint, error)


def _value(spec: FieldSpec, text: str) -> Any:
    match spec.kind:
        case FieldKind.INTEGER:
            if not _WHOLE.fullmatch(text.strip()):
                raise ValueError("Write a whole number.")
            return int(text)
        case FieldKind.DECIMAL:
            if not _NUMBER.fullmatch(text.strip()):
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
        return _around_saves(about, entity, before, texts.get("key") or _DRY_KEY)
    if about.phase is Phase.API:
        return {"request": {"method": "GET", "path": "", "query": {}, "headers": {}, "body": None} | values}
    return {"params": values.get("params", {})} if about.phase is Phase.MANUAL else {}


def _around_saves(about: About, entity: Document, before: Document | None, key: str = _DRY_KEY) -> Document:
    if about.phase is Phase.BEFORE:
        return {"entity": entity, **({"entity_before": before} if before else {})}
    return {"entity": entity, "entity_before": before, "idempotency_key": key}


def _texts(about: About, inputs: Document) -> dict[str, str]:
    """What a form that means this input would send."""
    entity = inputs.get("entity")
    if about.is_around_saves and isinstance(entity, dict):
        fields = entity.get("fields", {})
        before = inputs.get("entity_before")
        carried = {
            "id": str(entity.get("id", "")),
            "before": json.dumps(before, ensure_ascii=False) if before else "",
            "key": str(inputs.get("idempotency_key", "")),
        }
        return {name: text for name, text in carried.items() if text} | _field_texts(fields)
    if about.phase is Phase.API:
        return _field_texts(inputs.get("request", {}))
    return _field_texts({"params": inputs["params"]}) if inputs.get("params") else {}


def _field_texts(fields: object) -> dict[str, str]:
    if not isinstance(fields, dict):
        return {}
    return {f"field.{name}": value if isinstance(value, str) else _pretty(value) for name, value in fields.items() if value is not None}


def _without_nothing(inputs: Document) -> Document:
    """The input with fields that hold nothing left out of its record, as a form has it."""
    entity = inputs.get("entity")
    if not isinstance(entity, dict) or not isinstance(entity.get("fields"), dict):
        return inputs
    fields = {name: value for name, value in entity["fields"].items() if value is not None}
    return inputs | {"entity": entity | {"fields": fields}}


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


def _same(left: Document, right: Document) -> bool:
    """Whether both are the same JSON: 1, 1.0 and true all differ."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
