"""Which variables may hold parts of other variables without a copy.

``let p = points[i]`` copies, because arrays and maps have value semantics. Nobody can tell if neither the variable nor what it was taken
from is changed in place as long as the variable is needed: from its declaration to the end of the last statement that reads it, or of the
loop behind its declaration that does. Such a variable *borrows*, and what it borrows from is *lent* meanwhile: neither is given away
without a copy.

Both ends are offsets in the source. While control is at a place of a function, exactly those of its variables may be needed between whose
ends the place lies: one that is declared in a loop is another one in each round, and is needed in none but its own. From a change in a
block that ends with a jump out of the variable's loop, or function, only the rest of the block is reached before the variable is gone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.resolve.arms import givers
from app.engine.resolve.bindings import Binding, Leaving, Origin, Resolution, noted

_Sources: TypeAlias = list[tuple[Binding, bool]]
"""The variables that a variable's values are parts of, and whether they are parts: elements, entries."""


def lend(found: Resolution) -> None:
    """Marks variables that borrow, and those that are lent."""
    if found.flows.is_open or found.flows.has_modules:
        return
    is_method_possible = any(frame.uses_this for frame in found.frames.values())
    borrowers: dict[int, _Sources] = {}
    for binding in found.flows.bindings:
        sources = _sources(found, binding) if binding.value is not None or binding.stores else None
        if sources:
            borrowers[id(binding)] = sources
    if not borrowers:
        return
    loans = _Loans(found, borrowers, is_method_possible=is_method_possible)
    by_id = {id(binding): binding for binding in found.flows.bindings if id(binding) in borrowers}
    while refused := [key for key in borrowers if not loans.are_kept(by_id[key])]:
        for key in refused:
            del borrowers[key]
    for key in borrowers:
        borrower = by_id[key]
        borrower.borrows = True
        found.borrowed.update(id(node) for node in _given(borrower) if _part_of(chosen_from(found, node)) is not None)
        for source in loans.lenders(borrower):
            source.loans = noted(source.loans, (borrower.since, borrower.until))


def _given(binding: Binding) -> list[Any]:
    """The expressions that give a variable its values."""
    return givers(binding.value, *[node for _, node in binding.stores])


def _part_of(node: Any) -> Any:
    """The variable's node of which an expression's value is a part, or all; None if it isn't certainly one."""
    if type(node) is tree.Chain and tree.MethodStep not in map(type, node.steps):
        node = node.root
    return node if type(node) is tree.Variable else None


CHOOSING: Final = frozenset({"filter", "find"})
"""Methods of arrays that give elements for which a closure says true."""


def chosen_from(found: Resolution, node: Any) -> Any:
    """The array of which an expression's value is, or holds, chosen elements: that of ``array.filter(closure)``; else the node itself.

    A closure that knows ``this`` might change an element. (If the array is a map with a method of that name, what that gives is its own.)
    """
    step = node.steps[-1] if type(node) is tree.Chain else None
    if type(step) is not tree.MethodStep or step.name not in CHOOSING or len(step.args) != 1 or type(step.args[0]) is not tree.Closure:
        return node
    frame = found.frames[id(step.args[0])]
    if not frame.swept_by or frame.uses_this or frame.is_dynamic:
        return node
    return replace(node, steps=node.steps[:-1]) if len(node.steps) > 1 else node.root


def _sources(found: Resolution, binding: Binding) -> _Sources | None:
    """What a variable would borrow from; None if nothing, or if it may not."""
    if binding.origin not in (Origin.LET, Origin.PARAMETER) or binding.is_mutated or binding.is_cell or binding.is_const:
        return None
    sources: _Sources = []
    for node in _given(binding):
        variable = _part_of(node if binding.is_kept else chosen_from(found, node))
        if variable is None:
            continue
        source = None if variable.namespace else found.variables.get(id(variable))
        if source is None:
            return None
        sources.append((source, type(node) is tree.Chain))
    return sources


def _is_gone(borrower: Binding, at: int, block: Leaving) -> bool:
    """Whether nothing needs a variable from a place in a block on until the block is left, and its scope with it."""
    return borrower.loops >= block.loops and not any([start <= block.end and end >= at for start, end in borrower.uses])


class _Loans:
    """Whether what is borrowed stays as it is."""

    def __init__(self, found: Resolution, borrowers: dict[int, _Sources], *, is_method_possible: bool) -> None:
        self._found = found
        self._borrowers = borrowers
        self._is_method_possible = is_method_possible
        """Whether what looks like a native could be a method of a map, which may do anything to it."""

    def are_kept(self, borrower: Binding) -> bool:
        """Whether nothing changes what a variable borrows as long as it is needed."""
        return all(self._is_kept(source, borrower, is_part=is_part) for source, is_part in self._reached(borrower))

    def lenders(self, borrower: Binding) -> list[Binding]:
        """All variables of which a variable may hold parts."""
        return [source for source, _ in self._reached(borrower)]

    def _is_kept(self, source: Binding, borrower: Binding, *, is_part: bool) -> bool:
        if source.is_cell or (source.source is not None and self._walked(source) is source):
            return False
        since, until = borrower.since, borrower.until
        for at, is_altered, leaving in source.changes:
            matters = is_altered or not is_part or self._is_method_possible
            if matters and since <= at <= until and not any([_is_gone(borrower, at, block) for block in leaving]):
                return False
        # Where it is given up as often as it is borrowed, that is worth more.
        depth = max(borrower.depth, borrower.stored_depth)
        return not any([around >= depth and start <= until and since <= end for start, end, around in source.makings])

    def _reached(self, borrower: Binding) -> list[tuple[Binding, bool]]:
        """All variables that a variable's values may come from, and whether they are parts there."""
        found = list(self._borrowers[id(borrower)])
        seen = {(id(source), is_part) for source, is_part in found}
        for source, is_part in found:  # grows while it is walked
            for inner, part in self._origins(source):
                each = (inner, is_part or part)
                if (id(inner), each[1]) not in seen:
                    seen.add((id(inner), each[1]))
                    found.append(each)
        return found

    def _origins(self, source: Binding) -> _Sources:
        """Where a variable's values come from without a copy."""
        if source.is_mutated:
            # What is changed in place anywhere is its own: it never borrows.
            return []
        walked = self._walked(source)
        return self._borrowers.get(id(source), []) if walked is None else [(walked, True)]

    def _walked(self, source: Binding) -> Binding | None:
        """The variable of which a loop's variable holds an element; itself if that isn't known, None if it is nobody's, or a copy."""
        if type(source.source) is not tree.For:
            return None
        iterable = source.source.iterable
        variable = _part_of(chosen_from(self._found, iterable))
        if variable is None:
            root = iterable.root if type(iterable) is tree.Chain else iterable
            owner = self._found.flows.this_in.get(id(root)) if type(root) is tree.This else None
            return None if owner is None or not self._found.frames[id(owner)].changes_this else source
        return source if variable.namespace else self._found.variables.get(id(variable), source)
