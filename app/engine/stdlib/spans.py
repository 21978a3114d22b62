"""Parts of sequences, as the library's functions take them: ``(start, len)``, ``start..end`` or ``start..=end``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from app.engine.natives import Package, parameter_names
from app.engine.values import INT_MAX, ExclusiveRange, InclusiveRange

Function = TypeVar("Function", bound=Callable[..., Any])


def clamped(length: int, start: int, count: int) -> tuple[int, int]:
    """Start and number of elements within the length; a negative start counts from the end."""
    if start < 0:
        start = max(length + start, 0)
    elif start >= length:
        return length, 0
    left = length - start
    return start, (0 if count < 0 else count if count < left else left)


def exclusive(span: ExclusiveRange) -> tuple[int, int]:
    """``start..end`` as start and count; negative bounds are 0."""
    start = max(span.start, 0)
    return start, max(span.end, start) - start


def inclusive(span: InclusiveRange) -> tuple[int, int]:
    """``start..=end`` as start and count; at least one, as in Rhai."""
    start = max(span.start, 0)
    return start, min(max(span.end, start), INT_MAX - 1) - start + 1


def inclusive_or_empty(span: InclusiveRange) -> tuple[int, int]:
    """``start..=end`` as start and count, where the end may lie before the start."""
    start = max(span.start, 0)
    return start, min(max(span.end, start - 1), INT_MAX - 1) - start + 1


def over_spans(package: Package, name: str, receiver: str, *rest: str, **options: Any) -> Callable[[Function], Function]:
    """Registers ``f(receiver, start, len, *rest)`` for all three ways to say which part is meant."""

    def register(function: Function) -> Function:
        package.native(name, receiver, "i64", "i64", *rest, **options)(function)
        context = bool(options.get("context"))
        names = parameter_names(function, context=context)
        told = {**options, "names": (names[0], "range", *names[3:]), "doc": function.__doc__ or ""}
        for kind, bounds in (("range", exclusive), ("range=", inclusive)):
            package.native(name, receiver, kind, *rest, **told)(_by_range(function, bounds, context=context))
        return function

    return register


def _by_range(function: Callable[..., Any], bounds: Callable[[Any], tuple[int, int]], *, context: bool) -> Callable[..., Any]:
    if context:
        return lambda rt, receiver, span, *rest: function(rt, receiver, *bounds(span), *rest)
    return lambda receiver, span, *rest: function(receiver, *bounds(span), *rest)
