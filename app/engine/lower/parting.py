"""Entries of local records that are read at one place only: what is kept of them there needs no copy.

A function that gives several things gives a record: ``let got = parse(text); out.push(got.rows); at = got.at``. If all that is ever done
with ``got`` names one of its entries, and one is named once, in no loop that ``got`` is declared outside of, nobody looks at that entry
again: it may stay in the record, and become a part of something else, without anybody being able to tell.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from app.engine import tree
from app.engine.lower.kinds import Kind
from app.engine.resolve import Origin
from app.engine.tree.parts import parts

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering

_AS_A_WHOLE: Final = ""
"""Stands for what isn't the name of an entry."""
_REPEATING: Final = (tree.For, tree.While, tree.Do, tree.Closure)


class Uses:
    """What is done with the variables of one function, counted when it is first asked for."""

    __slots__ = ("_counts", "_repeats")

    def __init__(self, f: Lowering) -> None:
        owner = f.frame.node
        self._counts: Counter[tuple[int, str]] = Counter()
        self._repeats: list[tuple[int, int]] = []
        for node in parts([owner.statements if isinstance(owner, tree.Script) else owner.body]):
            kind = type(node)
            if kind is tree.Variable:
                self._counts[id(f.binding(node)), _AS_A_WHOLE] += 1
            elif kind is tree.Chain and type(node.root) is tree.Variable:
                first = node.steps[0]
                if type(first) is tree.PropertyStep:
                    # The variable's own node is met as well.
                    binding = id(f.binding(node.root))
                    self._counts[binding, first.name] += 1
                    self._counts[binding, _AS_A_WHOLE] -= 1
            elif kind in _REPEATING:
                self._repeats.append((node.start, node.end))

    def is_named_once(self, node: tree.Chain, name: str, binding: Any) -> bool:
        """Whether a chain is the only one that names an entry, and evaluated once for each value of the variable."""
        if self._counts[id(binding), name] != 1 or self._counts[id(binding), _AS_A_WHOLE]:
            return False
        return not any([start <= node.start < end and not start <= binding.since <= end for start, end in self._repeats])


def is_parted(f: Lowering, node: Any) -> bool:
    """Whether a place is an entry of a local record that nobody reads anywhere else."""
    if type(node) is not tree.Chain or len(node.steps) != 1 or type(node.root) is not tree.Variable or f.frame.is_dynamic:
        return False
    step, binding = node.steps[0], f.binding(node.root)
    if type(step) is not tree.PropertyStep or step.is_safe or binding is None or f.unit.marks is not None or not f.is_hot:
        return False
    is_own = binding.origin is Origin.LET and (binding.depth > 0 or type(f.frame.node) is not tree.Script)
    if not is_own or binding.is_cell or binding.is_const or binding.borrows or binding.is_lent(node):
        return False
    if f.kinds.of(node.root) is not Kind.MAP:
        return False
    if f.uses is None:
        f.uses = Uses(f)
    return f.uses.is_named_once(node, step.name, binding)
