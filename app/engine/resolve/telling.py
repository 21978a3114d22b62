"""What conditions tell of variables' types: ``type_of(x) == "map"``, ``x != ()``; and of places in them: ``x.left != ()``.

Of an array they may tell that there is something in it, ``queue.len() > 0``, so that what is taken from it next is an element of it.

It holds for variables that nothing else is ever stored in. Whether that is so isn't known before the walk is over, so whoever asks looks.
Of others it holds for now: until the walk, which goes the way of evaluation, meets a store, and not in loops and closures within, whose
later rounds come after stores that the walk hasn't met yet. Of a place it always holds for now only: until something is stored in one of
the variables that lead there, or changed in it, or a method is called on it, which might be a closure in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from app.engine import tree
from app.engine.stdlib import arrays
from app.engine.tree.parts import parts

if TYPE_CHECKING:
    from app.engine.resolve.bindings import Binding
    from app.engine.resolve.names import Walker

UNIT: Final = "()"
NOT_UNIT: Final = ""
"""Told of a variable that holds anything but ()."""
FILLED: Final = "["
"""Told of an array in which there is something, and so of the first thing that takes an element out of it."""

_LEAVING: Final = (tree.Return, tree.Throw, tree.Break, tree.Continue)


Key: TypeAlias = "int | tuple[object, ...]"
"""A variable, by ``id`` of its binding, or a place: the variable and the steps that lead there."""


class Told(NamedTuple):
    """What is told of a variable, or of a place."""

    name: str
    """Of the type, as ``type_of`` gives it, ``NOT_UNIT``, or ``FILLED``."""
    stores: int
    """How many stores into the variable the walk had met; -1 if it may have met one within the condition."""
    repeats: int
    """How many loops and closures were around."""
    place: tuple[Binding, ...] = ()
    """The variables that lead to the place."""
    events: tuple[int, ...] = ()
    """How much had been done with them."""


def told(walker: Walker, node: Any, *, holds: bool) -> dict[Key, Told]:
    """What is known if a condition holds, or doesn't."""
    return _told(walker, node, node.start, holds=holds)


def told_now(walker: Walker, binding: Binding, name: str, since: int) -> Told:
    """What is told of a variable by a condition that begins at an offset."""
    return Told(name, len(binding.stores) if binding.stored_at < since else -1, walker.repeats)


def _told(walker: Walker, node: Any, since: int, *, holds: bool) -> dict[Key, Told]:
    kind = type(node)
    if kind is tree.Binary:
        found = _compared(walker, node, since, is_equal=(node.op == "==") is holds) if node.op in ("==", "!=") else {}
        return found or _told_of_array(walker, node, since, holds=holds)
    if kind is tree.Unary and node.op == "!":
        return _told(walker, node.operand, since, holds=not holds)
    if kind is tree.Chain:
        return _told_of_array(walker, node, since, holds=holds)
    found = {}
    if kind is (tree.And if holds else tree.Or):
        for item in node.items:
            found |= _told(walker, item, since, holds=holds)
    return found


def _compared(walker: Walker, node: tree.Binary, since: int, *, is_equal: bool) -> dict[Key, Told]:
    if type(node.right) is tree.String:
        variable, name = asked(walker, node.left), node.right.value
    elif type(node.right) is tree.Unit:
        variable, name = node.left, UNIT
    else:
        return {}
    if type(variable) is tree.Chain and (is_equal or name == UNIT):
        return _told_of_place(walker, variable, name if is_equal else NOT_UNIT, since)
    binding = walker.lookup(variable.name) if type(variable) is tree.Variable and not variable.namespace else None
    if binding is None or not (is_equal or name == UNIT):
        return {}
    return {id(binding): told_now(walker, binding, name if is_equal else NOT_UNIT, since)}


def _told_of_place(walker: Walker, chain: tree.Chain, name: str, since: int) -> dict[Key, Told]:
    """What is told by a condition, which begins at an offset, if nothing happens in it to the variables that lead to the place."""
    steps = _ways(walker, chain)
    if len(steps) != len(chain.steps):
        return {}
    key, place = steps[-1]
    if any(each.stored_at >= since or each.walked_at >= since or any(at >= since for at, _, _ in each.changes) for each in place):
        return {}
    return {key: Told(name, 0, walker.repeats, place, _events(place))}


def _told_of_array(walker: Walker, node: Any, since: int, *, holds: bool) -> dict[Key, Told]:
    """What is told by the length of an array, or by whether it is empty, if asking that is all that happens to it in the condition."""
    chain = _filled(node, holds=holds)
    if type(chain) is not tree.Chain or not _is_of_arrays(walker, chain.steps[-1]):
        return {}
    found = _array(walker, chain, len(chain.steps) - 1)
    if found is None:
        return {}
    key, place = found
    asked_at = {chain.start} if type(chain.steps[-1]) is tree.MethodStep else set()
    for each in place:
        if each.stored_at >= since or any(at >= since for at, _, _ in each.changes):
            return {}
        if each.walked_at >= since and each.walked_at not in asked_at:
            return {}
    return {key: Told(FILLED, 0, walker.repeats, place, _events(place))}


def _filled(node: Any, *, holds: bool) -> Any:
    """What asks an array for its length, or for being empty, if the answer is that there is something in it; else None."""
    if type(node) is tree.Chain:
        return node if getattr(node.steps[-1], "name", "") == "is_empty" and not holds else None
    op: str = node.op if holds else _OPPOSITE.get(node.op, "")
    left, right = node.left, node.right
    if type(left) is tree.Int:
        op, left, right = _MIRRORED.get(op, op), right, left
    if type(left) is not tree.Chain or getattr(left.steps[-1], "name", "") != "len" or type(right) is not tree.Int:
        return None
    least = right.value + 1 if op == ">" else right.value if op in (">=", "==") else 1 if op == "!=" and right.value == 0 else 0
    return left if least > 0 else None


_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _is_of_arrays(walker: Walker, step: tree.Step) -> bool:
    """Whether a step without arguments is the library's for every array."""
    if step.is_safe:
        return False
    if type(step) is tree.PropertyStep:
        dispatcher = walker.natives.getter(step.name)
    elif type(step) is tree.MethodStep and not step.args and (step.name, 0) not in walker.functions:
        dispatcher = walker.natives.lookup(step.name, 1)
    else:
        return False
    return dispatcher is not None and dispatcher.is_of(arrays.PACKAGE.name, "array")


def _array(walker: Walker, chain: tree.Chain, steps: int) -> tuple[Key, tuple[Binding, ...]] | None:
    """What so many steps of a chain lead to, and the variables that lead there, if names, keys and variables do."""
    root = chain.root
    if steps:
        ways = _ways(walker, chain)
        key, place = ways[steps - 1] if len(ways) >= steps else (0, ())
    else:
        binding = walker.lookup(root.name) if type(root) is tree.Variable and not root.namespace else None
        key, place = (0, ()) if binding is None else ((id(binding),), (binding,))
    return ((FILLED, *key), place) if type(key) is tuple else None


def _taking(chain: tree.Chain) -> int:
    """The position of the first method in a chain, if it takes an element out of an array that has one; else -1."""
    at = next((at for at, step in enumerate(chain.steps) if type(step) is tree.MethodStep), -1)
    step: Any = chain.steps[at]
    if at < 0 or step.is_safe:
        return -1
    is_first = step.name == "remove" and len(step.args) == 1 and type(step.args[0]) is tree.Int and step.args[0].value == 0
    return at if is_first or (step.name in ("pop", "shift") and not step.args) else -1


def _tell_taken(walker: Walker, chain: tree.Chain) -> None:
    """Notes that what a chain takes out of an array is there."""
    at = _taking(chain)
    found = _array(walker, chain, at) if at >= 0 else None
    known = walker.told.get(found[0]) if found is not None else None
    if found is None or known is None or known.repeats != walker.repeats or known.events != _events(found[1]):
        return
    if _ACTING.isdisjoint(map(type, parts([_within(each) for each in chain.steps]))):
        walker.found.told_places[id(chain.steps[at])] = FILLED, found[1]


def tell_places(walker: Walker, chain: tree.Chain) -> None:
    """Notes what is told of the places that a chain comes through. It is read before it does anything itself, but behind its arguments."""
    if not walker.told or walker.rooted is not None:
        return  # nothing is, or it is read later than where the walk comes to it
    _tell_taken(walker, chain)
    acts: bool | None = None
    for step, (key, place) in zip(chain.steps, _ways(walker, chain), strict=False):
        known = walker.told.get(key)
        if known is None or known.repeats != walker.repeats or known.events != _events(place):
            continue
        if acts is None:
            acts = not _ACTING.isdisjoint(map(type, parts([_within(each) for each in chain.steps])))
        if not acts:
            walker.found.told_places[id(step)] = known.name, place


def _ways(walker: Walker, chain: tree.Chain) -> list[tuple[Key, tuple[Binding, ...]]]:
    """The places that a chain comes through, as far as names, keys and variables lead to them."""
    root = chain.root
    binding = walker.lookup(root.name) if type(root) is tree.Variable and not root.namespace else None
    found: list[tuple[Key, tuple[Binding, ...]]] = []
    if binding is None:
        return found
    key: tuple[object, ...] = (id(binding),)
    place: tuple[Binding, ...] = (binding,)
    for step in chain.steps:
        index = step.index if type(step) is tree.IndexStep else None
        if type(step) is tree.PropertyStep:
            key = *key, step.name
        elif type(index) is tree.String or type(index) is tree.Int:
            key = *key, index.value
        elif type(index) is tree.Variable and (variable := walker.lookup(index.name)) is not None and not index.namespace:
            key, place = (*key, variable), (*place, variable)
        else:
            break
        if step.is_safe:
            break
        found.append((key, place))
    return found


def _events(place: tuple[Binding, ...]) -> tuple[int, ...]:
    return tuple([len(each.stores) + len(each.changes) + each.walks for each in place])


def _within(step: tree.Step) -> list[tree.Expr]:
    if type(step) is tree.IndexStep:
        return [step.index]
    return step.args if type(step) is tree.MethodStep else []


_ACTING: Final = frozenset({tree.Assign, tree.Call, tree.MethodStep, tree.Block})
"""What may do something to a variable, or hold what does."""


def asked(walker: Walker, node: Any) -> Any:
    """The ``x`` of ``type_of(x)``; None for anything else."""
    if type(node) is not tree.Call or node.name != "type_of" or node.namespace or node.in_caller_scope or len(node.args) != 1:
        return None
    return None if ("type_of", 1) in walker.functions else node.args[0]


def told_behind(walker: Walker, node: tree.If) -> dict[Key, Told]:
    """What is known behind an ``if``: ``if x == () { return; }`` lets nothing else pass."""
    if node.otherwise is not None or not node.then.statements or type(node.then.statements[-1]) not in _LEAVING:
        return {}
    return told(walker, node.condition, holds=False)
