"""Where two values change places: ``let t = a[i]; a[i] = a[j]; a[j] = t``. None of them has to be copied.

Each of the three statements copies, as a place's value may be seen in two places after it. After all three each is in one place again, and
nothing else runs meanwhile: the places are found by names, numbers and variables of the function's own, and the variable between is read
for the last time. They are entries of one container, or the same one, so that neither is in the other. If one of the statements fails,
nobody sees it: the function ends with it, or, if it is about ``this``, the program, because nothing in it catches errors.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.resolve.alike import is_alike, leads_there_again, variable_of
from app.engine.resolve.bindings import Origin, Resolution

Swap: TypeAlias = tuple[tree.Let, tree.Assign, tree.Assign]


def swaps(statements: list[Any]) -> list[Swap]:
    """Statements of a block that look like it."""
    found: list[Swap] = []
    for at in range(len(statements) - 2):
        first, second, third = statements[at : at + 3]
        if type(first) is tree.Let and type(second) is tree.Assign and type(third) is tree.Assign:
            found.append((first, second, third))
    return found


def swap(found: Resolution, candidates: list[Swap]) -> None:
    """Notes the places whose values needn't be copied."""
    if found.flows.is_open:
        return
    for first, second, third in candidates:
        one, other = first.value, second.value
        if type(one) is not tree.Chain or type(other) is not tree.Chain or first.is_const or {second.op, third.op} != {"="}:
            continue
        if found.is_survived(first, one.root):
            continue
        if not (_is_kept_between(found, first, third) and is_own(found, one.root) and _is_beside(found, one, other)):
            continue
        if is_alike(found, one, second.target) and is_alike(found, other, third.target):
            found.moved |= {id(one), id(other)}


def _is_kept_between(found: Resolution, first: tree.Let, third: tree.Assign) -> bool:
    """Whether a variable only keeps a value from the first statement to the third."""
    binding = found.declarations.get(id(first.name))
    if binding is None or binding.is_cell or binding.is_assigned or binding.is_mutated or binding.borrows or binding.loans:
        return False
    return type(third.value) is tree.Variable and binding.last is third.value and binding.last_depth == binding.depth


def is_own(found: Resolution, root: Any) -> bool:
    """Whether nobody but the function can see what a chain starts from, or it is the function's ``this``."""
    if type(root) is tree.This:
        return True
    binding = variable_of(found, root)
    return binding is not None and not (binding.is_cell or binding.is_const or binding.borrows) and binding.origin in _OWN


_OWN: Final = (Origin.LET, Origin.PARAMETER, Origin.LOOP)


def _is_beside(found: Resolution, one: tree.Chain, other: tree.Chain) -> bool:
    """Whether two chains lead to entries of one container, and will as long as only these entries are stored in."""
    if type(one.root) is not type(other.root) or len(one.steps) != len(other.steps) or type(one.steps[-1]) is not type(other.steps[-1]):
        return False
    root = variable_of(found, one.root)
    if root is not variable_of(found, other.root) or not all(leads_there_again(found, step, root) for step in [*one.steps, *other.steps]):
        return False
    return all(is_alike(found, first, second) for first, second in zip(one.steps[:-1], other.steps[:-1], strict=True))
