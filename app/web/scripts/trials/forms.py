"""The form of a dry run's input, made from what the script is given; as JSON where fields can't hold all of it. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.entities import FieldKind, FieldSpec
from app.runs import Document
from app.scripts import Phase
from app.web.documents import pretty
from app.web.entities.inputs import INTEGER, NUMBER
from app.web.scripts.trials.inputs import About, read_form

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANYTHING: Final = re.compile(r"(?s).*")
_SHOWABLE: Final = {"number": INTEGER, "decimal": NUMBER, "date": _DATE}
_LONG_TEXT: Final = 200
_CARRIED: Final = ("id", "before", "key")
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
    return _form(about, texts | {"json": pretty(inputs)}, {}, is_json=is_json or not can_hold, error=error, recent=recent, run=run)


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
    return {f"field.{name}": value if isinstance(value, str) else pretty(value) for name, value in fields.items() if value is not None}


def _without_nothing(inputs: Document) -> Document:
    """The input with fields that hold nothing left out of its record, as a form has it."""
    entity = inputs.get("entity")
    if not isinstance(entity, dict) or not isinstance(entity.get("fields"), dict):
        return inputs
    fields = {name: value for name, value in entity["fields"].items() if value is not None}
    return inputs | {"entity": entity | {"fields": fields}}


def _same(left: Document, right: Document) -> bool:
    """Whether both are the same JSON: 1, 1.0 and true all differ."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
