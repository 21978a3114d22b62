"""Natives whose overload is known from types: called straight away, without asking what the arguments are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import RECEIVERS, Kind, Type
from app.engine.natives import Dispatcher, Overload

_FIRST: Final = (Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.CHAR, Kind.ARRAY)
"""Of maps, a method may be an entry; methods of texts are written out for short ones."""


def straight_call(f: Lowering, dispatcher: Dispatcher | None, of: Iterable[Type], values: list[Any], at: build.Place) -> Any:
    """The call of the overload for values of these types, in whatever style it was written; None if that isn't known.

    An overload that puts something else in its receiver's place isn't called so either. The types are only asked for where the
    code is hot.
    """
    if dispatcher is None or not f.is_hot:
        return None
    types = list(of)
    if not types or types[0].kind not in _FIRST:
        return None
    overload = overload_for(dispatcher, types)
    if overload is None or overload.replaces_receiver:
        return None
    kinds = ",".join([RECEIVERS[each.kind] for each in types])
    symbol = f.unit.native(f"{STRAIGHT}{kinds}", dispatcher.name, len(values) - 1)
    return build.call(symbol, [build.name(LEVEL), *values] if overload.context else values, at)


def overload_for(dispatcher: Dispatcher, types: Sequence[Type]) -> Overload | None:
    """The overload that takes values of these types; None if there is none, or they aren't known, or are maps, or may be functions."""
    if any(of.kind not in RECEIVERS or of.kind is Kind.MAP for of in types):
        return None
    return dispatcher.overload_for([RECEIVERS[of.kind] for of in types])


STRAIGHT: Final = "t."
"""What the style of such a native begins with; the names of the types follow."""
