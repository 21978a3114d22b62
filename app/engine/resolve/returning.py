"""Where a place's value is taken, changed, and put back: ``let t = m[k]; t.n += 1; m[k] = t``. It has to be copied neither way.

The copy would keep the changes from whoever looks at the place before it gets the value back. Nobody does: the statements between don't
name the place's variable, nothing is lent of it meanwhile, no jump leaves them, and an error ends the function, and its variables with it,
or, if the place is in ``this``, the program, because nothing in it catches errors. The place is found by names, numbers and variables that
never change, so that it is the same one in the end. What of the value goes elsewhere in between is copied as ever, because the variable
that holds it is read again when it is put back; and if it is read still later, putting back copies it.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.resolve.alike import is_alike, leads_there_again, variable_of
from app.engine.resolve.arms import givers
from app.engine.resolve.bindings import Resolution
from app.engine.resolve.swapping import is_own
from app.engine.tree.parts import parts

Return: TypeAlias = tuple[tree.Let, list[Any], tree.Assign]
"""Where a value is taken, the statements between, and where it is put back."""


def returns(statements: list[Any]) -> list[Return]:
    """Statements of a block that look like it."""
    found: list[Return] = []
    for end, last in enumerate(statements):
        if type(last) is not tree.Assign or last.op != "=" or type(last.target) is not tree.Chain or type(last.value) is not tree.Variable:
            continue
        for begin in range(end - 2, -1, -1):
            first = statements[begin]
            if type(first) is tree.Let and first.name.text == last.value.name:
                found.append((first, statements[begin + 1 : end], last))
                break
    return found


def put_back(found: Resolution, candidates: list[Return]) -> None:
    """Notes the places whose values needn't be copied when they are taken."""
    if found.flows.is_open:
        return
    for first, between, last in candidates:
        places = [node for node in _given(first.value) if type(node) is tree.Chain and is_alike(found, node, last.target)]
        if places and _is_held(found, first, last) and _is_unseen(found, places[0], first, between, last):
            found.moved |= {id(node) for node in places}


def _given(value: Any) -> list[Any]:
    """The expressions that give a value; of ``a ?? b`` any."""
    nodes = givers(value)
    return [part for node in nodes for part in (givers(*node.items) if type(node) is tree.Coalesce else [node])]


def _is_held(found: Resolution, first: tree.Let, last: tree.Assign) -> bool:
    """Whether a variable of the function's own holds the value from the first statement to the last."""
    binding = found.declarations.get(id(first.name))
    if binding is None or binding.is_cell or binding.is_const or binding.borrows:
        return False
    return variable_of(found, last.value) is binding


def _is_unseen(found: Resolution, place: tree.Chain, first: tree.Let, between: list[Any], last: tree.Assign) -> bool:
    """Whether nobody looks at a place before it gets its value back."""
    root: Any = place.root
    if found.is_survived(first, root):
        return False
    if not is_own(found, root) or not all(leads_there_again(found, step, variable_of(found, root), for_good=True) for step in place.steps):
        return False
    binding = variable_of(found, root)
    if binding is not None and any([since <= last.end and first.start <= until for since, until in binding.loans]):
        return False
    for node in parts(between):
        kind = type(node)
        if kind in _JUMPS or (kind is tree.This and binding is None) or (kind is tree.Closure and binding is None):
            return False
        if kind is tree.Variable and binding is not None and variable_of(found, node) is binding:
            return False
    return True


_JUMPS: Final = frozenset({tree.Return, tree.Break, tree.Continue})
