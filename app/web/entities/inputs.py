"""The form of a record, made from its type: which input each field gets, what it shows, and what is made of what was typed.

Pure. A field that nobody touched keeps the value that it has, whatever its text looks like: `changed` compares with what the form showed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from app.entities import FieldKind, FieldSpec
from app.web.entities.shown import label_of

ONE_LINE: Final = 200
"""Texts that may be longer are written in an area of several lines."""

INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
NUMBER: Final = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?")
_ZONELESS: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?")
_NO_SECONDS: Final = re.compile(r"([T ]\d{2}:\d{2}):00(?:\.0+)?$")
_PARTS: Final = frozenset({FieldKind.LIST, FieldKind.OBJECT})
_WIDGETS: Final[Mapping[FieldKind, str]] = {
    FieldKind.INTEGER: "number",
    FieldKind.DECIMAL: "number",
    FieldKind.DATE: "date",
    FieldKind.DATETIME: "datetime-local",
    FieldKind.CHOICE: "choice",
    FieldKind.REFERENCE: "reference",
    FieldKind.EMAIL: "email",
    FieldKind.URL: "url",
    FieldKind.OBJECT: "object",
}


@dataclass(frozen=True, slots=True)
class References:
    """Records that a reference may lead to: all of them, or `is_partial` the newest and the chosen one."""

    entity_type: str
    choices: tuple[tuple[str, str], ...]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the form, or a group of them. `now` is what somebody else saved meanwhile."""

    path: str
    spec: FieldSpec
    widget: str
    text: str
    error: str | None
    now: str | None = None
    inner: tuple["Input", ...] = ()
    references: References | None = None

    @property
    def name(self) -> str:
        """Under which name it is sent."""
        return f"f.{self.path}"

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"f-{self.path.replace('.', '-')}"

    @property
    def label(self) -> str:
        """What people call the field."""
        return label_of(self.spec)

    @property
    def step(self) -> str:
        """How fine a moment or a number may be."""
        if self.spec.kind is FieldKind.DATETIME:
            return "0.001" if "." in self.text else "1"
        return "1" if self.spec.kind is FieldKind.INTEGER else "any"

    @property
    def hint(self) -> str:
        """What to know before typing."""
        parts = [self.spec.description]
        if self.spec.kind is FieldKind.DATETIME:
            parts.append("In UTC.")
        if self.widget == "lines":
            parts.append("One on each line, or a list in JSON.")
        if self.widget == "json":
            parts.append(f"JSON, such as {_example(self.spec)}.")
        return " ".join(part for part in parts if part)


def texts_of(fields: tuple[FieldSpec, ...], data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """What the form shows of a record, by path."""
    texts: dict[str, str] = {}
    for spec in fields:
        path, value = f"{prefix}{spec.name}", data.get(spec.name)
        if spec.kind is FieldKind.OBJECT:
            texts |= texts_of(spec.fields, value if isinstance(value, dict) else {}, f"{path}.")
        else:
            texts[path] = text_of(spec, value)
    return texts


def text_of(spec: FieldSpec, value: Any) -> str:
    """A value as its input shows it."""
    match value:
        case None:
            return "false" if spec.kind is FieldKind.BOOLEAN and spec.required else ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case list():
            return _list_text(spec, value)
        case dict():
            return _json(value)
    if spec.kind is FieldKind.DATETIME:
        return str(value).removesuffix("Z").removesuffix(".000").removesuffix(":00")
    return str(value).replace("\r\n", "\n")


def inputs_of(
    fields: tuple[FieldSpec, ...],
    texts: Mapping[str, str],
    errors: Mapping[str, str],
    references: Mapping[str, References],
    now: Mapping[str, str],
    prefix: str = "",
) -> tuple[Input, ...]:
    """The form with these texts in it."""
    made = []
    for spec in fields:
        path = f"{prefix}{spec.name}"
        text = texts.get(path, "")
        inner = inputs_of(spec.fields, texts, errors, references, now, f"{path}.") if spec.kind is FieldKind.OBJECT else ()
        offered = references.get(path)
        widget = "choice" if offered and not offered.is_partial else _widget(spec, text)
        made.append(Input(path, spec, widget, text, errors.get(path), now.get(path), inner, offered))
    return tuple(made)


def leaves(fields: tuple[FieldSpec, ...], prefix: str = "") -> Iterator[tuple[str, FieldSpec]]:
    """Every field that has an input of its own, with its path."""
    for spec in fields:
        if spec.kind is FieldKind.OBJECT:
            yield from leaves(spec.fields, f"{prefix}{spec.name}.")
        else:
            yield f"{prefix}{spec.name}", spec


def sent_texts(fields: tuple[FieldSpec, ...], posted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What was typed, by path. A box that isn't ticked is not sent."""
    texts = {}
    for path, spec in leaves(fields):
        given = posted.get(f"f.{path}")
        unsent = "false" if spec.kind is FieldKind.BOOLEAN and spec.required else ""
        texts[path] = given[-1].replace("\r\n", "\n") if given else unsent
    return texts


def changed(fields: tuple[FieldSpec, ...], texts: Mapping[str, str], shown: Mapping[str, str]) -> frozenset[str]:
    """The paths of fields that were touched."""
    return frozenset(path for path, spec in leaves(fields) if _settled(spec, texts[path]) != _settled(spec, shown.get(path, "")))


def values_of(
    fields: tuple[FieldSpec, ...], texts: Mapping[str, str], errors: dict[str, str], prefix: str = "", *, is_given: bool = True
) -> dict[str, Any]:
    """What was typed, as data; None for what was left empty. What can't be read is told in `errors`, by path.

    `is_given` is false inside a group that is left out as a whole if nothing is in it: an unticked box there says nothing.
    """
    found: dict[str, Any] = {}
    for spec in fields:
        path = f"{prefix}{spec.name}"
        if spec.kind is FieldKind.OBJECT:
            inner = values_of(spec.fields, texts, errors, f"{path}.", is_given=False)
            given = {name: value for name, value in inner.items() if value is not None}
            boxes = {each.name: False for each in spec.fields if each.kind is FieldKind.BOOLEAN and each.required}
            found[spec.name] = {**boxes, **given} if given else None
            continue
        try:
            value = value_of(spec, texts.get(path, ""))
        except ValueError as error:
            errors[path], value = str(error), None
        found[spec.name] = None if value is False and spec.required and not is_given else value
    return found


def value_of(spec: FieldSpec, text: str) -> Any:
    """What a text means for a field; None for an empty one.

    Raises:
        ValueError: it can't be read; the message says what to write.
    """
    if text == "" or (spec.kind is not FieldKind.TEXT and not text.strip()):
        return None
    match spec.kind:
        case FieldKind.TEXT | FieldKind.CHOICE:
            return text
        case FieldKind.LIST:
            return _list_value(spec, text)
        case FieldKind.OBJECT:
            return _decoded(text)
        case _:
            return _scalar(spec.kind, text.strip())


def _scalar(kind: FieldKind, text: str) -> Any:
    match kind:
        case FieldKind.INTEGER:
            if not INTEGER.fullmatch(text):
                raise ValueError(f"{text[:40]!r} is no whole number: write digits only.")
            return int(text)
        case FieldKind.DECIMAL:
            if not NUMBER.fullmatch(text):
                raise ValueError(f"{text[:40]!r} is no number: write it as 12.5.")
            return float(text)
        case FieldKind.BOOLEAN:
            return text == "true"
        case FieldKind.DATETIME:
            return f"{text.replace(' ', 'T')}Z" if _ZONELESS.fullmatch(text) else text
        case _:
            return text


def _list_value(spec: FieldSpec, text: str) -> list[Any]:
    item = spec.item or FieldSpec("item", FieldKind.TEXT)
    if text.lstrip().startswith("[") or item.kind in _PARTS:
        found = _decoded(text)
        if not isinstance(found, list):
            raise ValueError(f"This is no list: write {_example(spec)}.")
        return found
    values = [value_of(item, line) for line in text.split("\n")]
    return [value for value in values if value is not None]


def _list_text(spec: FieldSpec, items: list[Any]) -> str:
    item = spec.item or FieldSpec("item", FieldKind.TEXT)
    lines = [text_of(item, each) for each in items]
    has_odd = any("\n" in line or line != line.strip() or not line for line in lines)
    if item.kind in _PARTS or has_odd or (lines and lines[0].startswith("[")):
        return _json(items)
    return "\n".join(lines)


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise ValueError("This is nested too deep: use at most five levels.") from None
    except ValueError as error:
        raise ValueError(f"This can't be read as JSON: {error}.") from None


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def _widget(spec: FieldSpec, text: str) -> str:
    if spec.kind is FieldKind.BOOLEAN:
        return "checkbox" if spec.required else "boolean"
    if spec.kind is FieldKind.LIST:
        return "json" if spec.item and spec.item.kind in _PARTS else "lines"
    if spec.kind is FieldKind.TEXT:
        is_short = (spec.max_length or ONE_LINE + 1) <= ONE_LINE or spec.unique or spec.pattern is not None
        return "line" if is_short and "\n" not in text else "text"
    return _WIDGETS[spec.kind]


def _settled(spec: FieldSpec, text: str) -> str:
    """A text by which two are compared: browsers write moments with or without seconds that are none."""
    return _NO_SECONDS.sub(r"\1", text) if spec.kind is FieldKind.DATETIME else text


def _example(spec: FieldSpec) -> str:
    item = spec.item
    if spec.kind is not FieldKind.LIST or item is None:
        return "{}"
    if item.kind is FieldKind.OBJECT:
        return "[{" + ", ".join(f'"{each.name}": …' for each in item.fields[:3]) + "}]"
    return "[[…]]" if item.kind is FieldKind.LIST else "[…]"
