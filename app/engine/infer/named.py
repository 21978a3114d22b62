"""Functions that natives call by name: ``a.map("f")``, which gives the function what it likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.engine import tree
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import of_step
from app.engine.infer.types import NEVER, UNIT, Kind, Type, is_pointer, present
from app.engine.resolve.bindings import Flows
from app.engine.stdlib import array_names

_BY_NAME: Final = frozenset((overload.name, len(overload.params) - 1) for overload in array_names.PACKAGE.overloads)


def is_by_name(name: str, args: int) -> bool:
    """Whether an array has a method of that name, with so many arguments, that takes a function's name."""
    return (name, args) in _BY_NAME


def names(flows: Flows, found: Expressions) -> Iterator[str | None]:
    """What natives may be given as the name of a function, as far as types are known by now; None for any."""
    for receiver, arg in _sites(flows, found):
        of = found.of(arg)
        is_array = receiver.kind is Kind.ARRAY or (receiver.kind is Kind.UNKNOWN and receiver is not NEVER)
        if is_array and of.kind in _PERHAPS_TEXT and of not in (NEVER, UNIT) and not is_pointer(present(of)):
            yield arg.value if type(arg) is tree.String else None


def _sites(flows: Flows, found: Expressions) -> Iterable[tuple[Type, Any]]:
    for chain in flows.method_chains:
        of = found.of(chain.root)
        for step in chain.steps:
            if type(step) is tree.MethodStep and is_by_name(step.name, len(step.args)):
                yield of, step.args[0]
            of = of_step(found, of, step)
    for call in flows.native_calls:
        if is_by_name(call.name, len(call.args) - 1):
            yield found.of(call.args[0]), call.args[1]


_PERHAPS_TEXT: Final = (Kind.UNKNOWN, Kind.ATOM, Kind.TEXT)
