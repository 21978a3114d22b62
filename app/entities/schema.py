"""What a type may be: the rules about rules, as pure functions. Contradictions are conflicts of the type with itself."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from app.base.errors import Conflict
from app.entities.rules import compile_rules
from app.entities.rules.compiled import MOST_ITEMS
from app.entities.rules.numbers import INT_MAX, INT_MIN, LARGEST_DECIMAL, normal_date, normal_datetime
from app.entities.rules.texts import LONGEST_TEXT, compile_pattern
from app.entities.types import FieldKind, FieldSpec, Json, OnDelete, TypeSettings

MOST_FIELDS: Final = 50
DEEPEST_FIELD: Final = 5
MOST_CHOICES: Final = 500
LONGEST_PATTERN: Final = 500
OWN_NAMES: Final = frozenset({"id", "entity_type", "version", "parent_id", "created_at", "updated_at", "updated_by"})
"""What every record has beside its fields, where scripts and lists see both on one level."""

_UNIQUE_KINDS: Final = frozenset({FieldKind.TEXT, FieldKind.INTEGER, FieldKind.EMAIL, FieldKind.URL, FieldKind.CHOICE, FieldKind.DATE})
_NUMBERS: Final[Mapping[FieldKind, tuple[float, float]]] = {
    FieldKind.INTEGER: (INT_MIN, INT_MAX),
    FieldKind.DECIMAL: (-LARGEST_DECIMAL, LARGEST_DECIMAL),
}


def fields_document(fields: tuple[FieldSpec, ...]) -> list[Any]:
    """Fields as plain data; rules that aren't set are left out."""
    return [_without_defaults(msgspec.to_builtins(spec)) for spec in fields]


def fields_of(document: list[Any]) -> tuple[FieldSpec, ...]:
    """The fields that `fields_document` made plain."""
    return msgspec.convert(document, tuple[FieldSpec, ...])


def check_settings(name: str, settings: TypeSettings) -> None:
    """Refuse a type that contradicts itself or asks for too much.

    Raises:
        Conflict: the first thing that is wrong; `field` says where.
    """
    fields = list(_all_fields(settings.fields, "fields", 1))
    # A list's item is a level of its own, though no field.
    count = sum(not path.endswith(".item") for path, _, _ in fields)
    if count > MOST_FIELDS:
        raise Conflict(
            f"The type has {count} fields, nested ones counted.",
            f"Use at most {MOST_FIELDS}; move the rest into a type that is attached to this one.",
            field="fields",
        )
    _check_names(settings.fields, "fields")
    for path, depth, spec in fields:
        if depth > DEEPEST_FIELD:
            raise Conflict(f"{path} is nested {depth} levels deep.", f"Nest at most {DEEPEST_FIELD} levels.", field=path)
        _check_field(path, depth, spec)
    if settings.attached_to is None and settings.on_parent_delete is not OnDelete.RESTRICT:
        raise Conflict("A type that is attached to none can't say what happens then.", "Leave it out.", field="on_parent_delete")
    _check_defaults(settings.fields)


def _all_fields(fields: tuple[FieldSpec, ...], path: str, depth: int) -> Iterator[tuple[str, int, FieldSpec]]:
    for index, spec in enumerate(fields):
        yield from _with_inner(spec, f"{path}.{index}", depth)


def _with_inner(spec: FieldSpec, path: str, depth: int) -> Iterator[tuple[str, int, FieldSpec]]:
    yield path, depth, spec
    if spec.item is not None:
        yield from _with_inner(spec.item, f"{path}.item", depth + 1)
    yield from _all_fields(spec.fields, f"{path}.fields", depth + 1)


def _check_names(fields: tuple[FieldSpec, ...], path: str) -> None:
    seen: set[str] = set()
    for index, spec in enumerate(fields):
        here = f"{path}.{index}"
        if spec.name in seen:
            raise Conflict(f"Two fields are named {spec.name}.", "Give each its own name.", field=f"{here}.name")
        if path == "fields" and spec.name in OWN_NAMES:
            raise Conflict(f"Every record has its own {spec.name}.", "Give the field another name.", field=f"{here}.name")
        seen.add(spec.name)
        item = spec
        while item.item is not None:
            item, here = item.item, f"{here}.item"
        _check_names(item.fields, f"{here}.fields")


def _check_field(path: str, depth: int, spec: FieldSpec) -> None:
    if spec.unique and (depth > 1 or spec.kind not in _UNIQUE_KINDS):
        kinds = ", ".join(sorted(_UNIQUE_KINDS))
        raise Conflict(
            f"A field of kind {spec.kind} {'inside another one ' if depth > 1 else ''}can't be unique.",
            f"Fields of the record itself of these kinds can: {kinds}.",
            field=f"{path}.unique",
        )
    if spec.kind in _NUMBERS:
        _check_numbers(path, spec)
    elif spec.kind in (FieldKind.DATE, FieldKind.DATETIME):
        _check_moments(path, spec)
    elif spec.kind in (FieldKind.TEXT, FieldKind.LIST):
        _check_lengths(path, spec)
    _check_parts(path, spec)


def _check_numbers(path: str, spec: FieldSpec) -> None:
    least, most = _NUMBERS[spec.kind]
    for side, bound in (("minimum", spec.minimum), ("maximum", spec.maximum)):
        if bound is not None and not (_is_number(bound, spec.kind) and least <= bound <= most):
            raise Conflict(
                f"{bound!r} can't be the {side} of a field of kind {spec.kind}.",
                "Use a number of the field's own kind.",
                field=f"{path}.{side}",
            )
    _check_order(path, spec.minimum, spec.maximum, "minimum", "maximum")


def _is_number(bound: Json, kind: FieldKind) -> bool:
    return type(bound) is int or (type(bound) is float and kind is FieldKind.DECIMAL)


def _check_moments(path: str, spec: FieldSpec) -> None:
    normal = normal_date if spec.kind is FieldKind.DATE else normal_datetime
    for side, bound in (("minimum", spec.minimum), ("maximum", spec.maximum)):
        if bound is not None and normal(bound) is None:
            raise Conflict(
                f"{bound!r} can't be the {side} of a field of kind {spec.kind}.", "Write it as records do.", field=f"{path}.{side}"
            )
    _check_order(path, normal(spec.minimum), normal(spec.maximum), "minimum", "maximum")


def _check_lengths(path: str, spec: FieldSpec) -> None:
    most = LONGEST_TEXT if spec.kind is FieldKind.TEXT else MOST_ITEMS
    for side, bound in (("min_length", spec.min_length), ("max_length", spec.max_length)):
        if bound is not None and not 0 <= bound <= most:
            raise Conflict(f"{bound} can't be the {side} of a {spec.kind}.", f"Use 0 to {most}.", field=f"{path}.{side}")
    _check_order(path, spec.min_length, spec.max_length, "min_length", "max_length")


def _check_order(path: str, least: Json, most: Json, low: str, high: str) -> None:
    if least is not None and most is not None and least > most:
        raise Conflict(f"The {low} {least} is above the {high} {most}.", "No value could fulfil both: change one.", field=f"{path}.{low}")


def _check_parts(path: str, spec: FieldSpec) -> None:
    """Refuse what a kind needs and hasn't, or has and can't use."""
    if spec.kind is FieldKind.CHOICE and len(set(spec.choices)) != len(spec.choices):
        raise Conflict("A choice is listed twice.", "List each once.", field=f"{path}.choices")
    if (spec.kind is FieldKind.CHOICE) is not bool(spec.choices) or len(spec.choices) > MOST_CHOICES:
        raise Conflict("A choice has choices, and nothing else has.", f"List 1 to {MOST_CHOICES}.", field=f"{path}.choices")
    if (spec.kind is FieldKind.LIST) is not (spec.item is not None):
        raise Conflict("A list has an item, and nothing else has.", "Say what is in the list.", field=f"{path}.item")
    if (spec.kind is FieldKind.OBJECT) is not bool(spec.fields):
        raise Conflict("An object has fields, and nothing else has.", "Say what is in the object.", field=f"{path}.fields")
    if (spec.kind is FieldKind.REFERENCE) is not (spec.references is not None):
        raise Conflict("A reference names the type it refers to, and nothing else does.", "Name it.", field=f"{path}.references")
    if spec.on_delete is OnDelete.CASCADE or (spec.on_delete is OnDelete.CLEAR and spec.required):
        raise Conflict(
            "A reference can't be emptied if it is required, and never deletes the record that holds it.",
            "Use restrict.",
            field=f"{path}.on_delete",
        )
    if spec.pattern is not None:
        _check_pattern(path, spec.pattern)


def _check_pattern(path: str, pattern: str) -> None:
    try:
        if len(pattern) > LONGEST_PATTERN:
            raise ValueError(f"it has {len(pattern)} characters, {LONGEST_PATTERN} are allowed")
        compile_pattern(pattern)
    except ValueError as error:
        raise Conflict(
            f"The pattern can't be used: {error}.",
            "Write it in the syntax of RE2, without look-around and back references.",
            field=f"{path}.pattern",
        ) from None


def _check_defaults(fields: tuple[FieldSpec, ...]) -> None:
    defaults = {spec.name: spec.default for spec in fields if spec.default is not None}
    checked = compile_rules(tuple(spec for spec in fields if spec.default is not None)).check(defaults)
    for fault in (*checked.faults, *checked.missing):
        index = next(index for index, spec in enumerate(fields) if spec.name == fault.path.partition(".")[0])
        raise Conflict(f"The default of {fault.path} breaks the field's own rules: {fault.message}", field=f"fields.{index}.default")


_DEFAULTS: Final[dict[str, Any]] = msgspec.to_builtins(FieldSpec("", FieldKind.TEXT))


def _without_defaults(document: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in document.items() if name in ("name", "kind") or value != _DEFAULTS[name]}
    if "item" in kept:
        kept["item"] = _without_defaults(kept["item"])
    if "fields" in kept:
        kept["fields"] = [_without_defaults(each) for each in kept["fields"]]
    return kept
