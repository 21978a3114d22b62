"""Functions that natives call by name: ``a.map("f")``, which gives the function what it likes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.infer.atoms import NEVER, UNIT, Kind, is_pointer, present
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import of_step
from app.engine.resolve.bindings import Flows
from app.engine.stdlib import array_names

_BY_NAME: Final = frozenset((overload.name, len(overload.params) - 1) for overload in array_names.PACKAGE.overloads)


def is_by_name(name: str, args: int) -> bool:
    """Whether an array has a method of that name, with so many arguments, that takes a function's name."""
    return (name, args) in _BY_NAME


Site: TypeAlias = tuple[Any, list[Any], Any]
"""A call of such a method: what the receiver's chain starts from, the steps to the receiver, and what may be the name."""


def sites(flows: Flows) -> list[Site]:
    """Where natives may be given the name of a function. (A closure is no name: most such natives are given one.)"""
    found: list[Site] = []
    for chain in flows.method_chains:
        for at, step in enumerate(chain.steps):
            if type(step) is tree.MethodStep and is_by_name(step.name, len(step.args)) and type(step.args[0]) is not tree.Closure:
                found.append((chain.root, chain.steps[:at], step.args[0]))
    calls = [call.args for call in flows.native_calls if is_by_name(call.name, len(call.args) - 1)]
    return found + [(args[0], [], args[1]) for args in calls if type(args[1]) is not tree.Closure]


def names(sites: list[Site], found: Expressions) -> Iterator[str | None]:
    """What natives may be given as the name of a function, as far as types are known by now; None for any."""
    for root, steps, arg in sites:
        receiver = found.of(root)
        for step in steps:
            receiver = of_step(found, receiver, step)
        of = found.of(arg)
        is_array = receiver.kind is Kind.ARRAY or (receiver.kind is Kind.UNKNOWN and receiver is not NEVER)
        if is_array and of.kind in _PERHAPS_TEXT and of not in (NEVER, UNIT) and not is_pointer(present(of)):
            yield arg.value if type(arg) is tree.String else None


_PERHAPS_TEXT: Final = (Kind.UNKNOWN, Kind.ATOM, Kind.TEXT)
