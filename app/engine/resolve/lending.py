"""Which variables may hold parts of other variables without a copy.

``let p = points[i]`` copies, because arrays and maps have value semantics. Nobody can tell if neither the variable nor what it was taken
from is changed in place as long as the variable lives: a round of the innermost loop around its declaration, or the whole call. Such a
variable *borrows*, and what it borrows from is *lent*: neither is ever given away without a copy.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from app.engine import tree
from app.engine.resolve.bindings import Binding, Changes, Origin, Resolution

_Sources: TypeAlias = list[tuple[Binding, bool]]
"""The variables that a variable's values are parts of, and whether they are parts: elements, entries."""


def lend(found: Resolution) -> None:
    """Marks variables that borrow, and those that are lent."""
    if found.flows.is_open or found.flows.has_modules:
        return
    is_method_possible = any(frame.uses_this for frame in found.frames.values())
    borrowers: dict[int, _Sources] = {}
    for binding in found.flows.bindings:
        sources = _sources(found, binding)
        if sources:
            borrowers[id(binding)] = sources
    loans = _Loans(found, borrowers, is_method_possible=is_method_possible)
    by_id = {id(binding): binding for binding in found.flows.bindings if id(binding) in borrowers}
    while refused := [key for key, sources in borrowers.items() if not loans.are_kept(sources, by_id[key].within)]:
        for key in refused:
            del borrowers[key]
    for key, sources in borrowers.items():
        by_id[key].borrows = True
        for source, _ in sources:
            _mark_lent(found, source)


def _mark_lent(found: Resolution, source: Binding | None) -> None:
    """Others hold parts of a variable, and so of what the loop walks whose variable it is."""
    while source is not None:
        source.is_lent = True
        walked = part_of(source.source.iterable) if type(source.source) is tree.For else None
        source = None if walked is None else found.variables.get(id(walked))


def part_of(node: Any) -> Any:
    """The variable's node of which an expression's value is a part, or all; None if it isn't certainly one."""
    if type(node) is tree.Chain and tree.MethodStep not in map(type, node.steps):
        node = node.root
    return node if type(node) is tree.Variable else None


def _sources(found: Resolution, binding: Binding) -> _Sources | None:
    """What a variable would borrow from; None if nothing, or if it may not."""
    if binding.origin not in (Origin.LET, Origin.PARAMETER) or binding.is_mutated or binding.is_cell or binding.is_const:
        return None
    sources: _Sources = []
    for node in (binding.value, *[node for _, node in binding.stores]):
        variable = part_of(node)
        if variable is None:
            continue
        source = None if variable.namespace else found.variables.get(id(variable))
        if source is None:
            return None
        sources.append((source, type(node) is tree.Chain))
    return sources


class _Loans:
    """Whether what is borrowed stays as it is."""

    def __init__(self, found: Resolution, borrowers: dict[int, _Sources], *, is_method_possible: bool) -> None:
        self._found = found
        self._borrowers = borrowers
        self._is_method_possible = is_method_possible
        """Whether what looks like a native could be a method of a map, which may do anything to it."""

    def are_kept(self, sources: _Sources, within: Changes | None) -> bool:
        """Whether nothing changes any of these in place, in a loop or in the whole function."""
        return all(self._is_kept(source, within, set(), is_part=is_part) for source, is_part in sources)

    def _is_kept(self, source: Binding, within: Changes | None, seen: set[tuple[int, bool]], *, is_part: bool) -> bool:
        if source.is_cell:
            return False
        if (id(source), is_part) in seen:
            return True
        seen.add((id(source), is_part))
        if is_part and not self._is_method_possible:
            is_changed, changed = source.is_altered, None if within is None else within.altered
        else:
            is_changed, changed = source.is_mutated, None if within is None else within.changed
        if is_changed and (changed is None or id(source) in changed):
            return False
        if source.is_mutated:
            # What is changed in place anywhere is its own: it never borrows.
            return True
        if type(source.source) is tree.For:
            return self._is_walked_kept(source.source.iterable, within, seen)
        inner = self._borrowers.get(id(source), ())
        return all(self._is_kept(each, within, seen, is_part=is_part or part) for each, part in inner)

    def _is_walked_kept(self, iterable: Any, within: Changes | None, seen: set[tuple[int, bool]]) -> bool:
        """Whether the elements that a loop walks stay as they are. What isn't a variable's is nobody's, or copied."""
        variable = part_of(iterable)
        if variable is None:
            return True
        walked = None if variable.namespace else self._found.variables.get(id(variable))
        return walked is not None and self._is_kept(walked, within, seen, is_part=True)
