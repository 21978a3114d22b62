"""The type of a value after something in it has changed."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.infer.atoms import INT, Kind, Type, held, may_be_container, optional, present
from app.engine.infer.types import entry, join, map_of, positioned


def changed(of: Type, path: list[str | None], change: Callable[[Type], Type]) -> Type:
    """The type after something at the end of a path is changed: keys, or None for an index. Everything else may have stayed."""
    if not path:
        return join(of, change(of))
    if may_be_container(of):
        # () has no parts.
        return join(of, changed(held(of), path, change))
    key, rest = path[0], path[1:]
    if of.kind is Kind.ARRAY:
        element = changed(of.element, rest, change)
        fields = {at: changed(inner, rest, change) for at, inner in of.fields.items()}
        if element is of.element and all(fields[at] is inner for at, inner in of.fields.items()):
            return of
        return join(of, positioned(element, fields))
    if of.kind is not Kind.MAP:
        # Nothing in an atom can be anything but an atom, though an integer's bits can be set; what isn't known stays so.
        return any_bits(of)
    if key is not None:
        before = entry(of, key)
        after = changed(before, rest, change)
        # A new entry must be noted even if nothing is known of it.
        return of if after is before else map_of({**of.fields, key: after}, of.element, of.required)
    fields = {name: changed(inner, rest, change) for name, inner in of.fields.items()}
    element = changed(of.element, rest, change)
    if element is of.element and all(fields[name] is inner for name, inner in of.fields.items()):
        return of
    return map_of(fields, element, of.required)


def any_bits(of: Type) -> Type:
    """The type of an atom some of whose bits may have been set, if it is an integer."""
    if present(of).kind is not Kind.INT:
        return of
    return INT if of.value is None else optional(INT)
