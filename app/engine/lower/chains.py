"""Chains that are read: ``root.a[b].c(d)``.

Arguments and indices are evaluated before the root, as in Rhai.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, texts
from app.engine.lower.arithmetic import by_library, is_pure
from app.engine.lower.disturb import Disturbance, is_disturbed, is_unsettled_place, of_all
from app.engine.lower.frame import EXPRESSIONS, TEXTS, THIS, Lowering
from app.engine.lower.kinds import ANY, Kind, Type, present
from app.engine.lower.methods import method
from app.engine.lower.owning import is_spent
from app.engine.lower.parting import is_parted
from app.engine.lower.quick_methods import counted_perhaps, quick_method
from app.engine.lower.walks import Walk, guards, operand
from app.engine.sizes import FREE_CHARACTERS
from app.engine.values import ExclusiveRange


def chain(f: Lowering, node: tree.Chain) -> Any:
    """The value of a chain, borrowed from its root."""
    first = node.steps[0]
    if type(first) is tree.PropertyStep and len(node.steps) == 1 and not first.is_safe:
        held, value = borrowed_root(f, node.root)
        return property_read(f, first, value, f.kinds.type_of(node.root), held)
    quick = texts.quick(f, node) or _cut(f, node) if f.is_hot else None
    if quick is not None:
        return quick
    arguments = evaluated_arguments(f, node.steps, node.root)
    root = f.simple(f.expr(node.root))
    if len(node.steps) == 1 and has_entry(f, node.root, first):
        return build.item(root, arguments[0][0])
    is_place = type(node.root) in (tree.Variable, tree.This)
    if type(node.root) is tree.Constant and any(type(step) is tree.MethodStep for step in node.steps):
        root = f.temporary(f.copied(root))
    walk = Walk(node, root, is_place, [], [], [], f.kinds.type_of(node.root))
    walk.is_nested = not f.is_hot and len(node.steps) <= _MOST_NESTED and all(_only_reads(f, step) for step in node.steps)
    return _steps(f, walk, node.steps, arguments, root, guards(node.steps))


_MOST_NESTED: Final = 4
"""Longer chains would nest too deep as one expression."""


def _only_reads(f: Lowering, step: tree.Step) -> bool:
    """Whether a step changes nothing that the chain goes through."""
    if type(step) is not tree.MethodStep:
        return True
    own = step.name, len(step.args)
    if step.name in _SPECIAL or own in f.unit.functions or own in f.unit.typed:
        return False
    dispatcher = f.unit.natives.lookup(step.name, len(step.args) + 1)
    return dispatcher is not None and not dispatcher.mutates and not dispatcher.replaces_receiver


_SPECIAL: Final = frozenset({"call", "curry", "is_shared"})
"""Methods that aren't simply looked up."""


def character_text(f: Lowering, node: tree.Chain) -> Any:
    """``text[index]`` as plain text, if that is what the chain is; else None."""
    step = node.steps[0]
    if len(node.steps) > 1 or type(step) is not tree.IndexStep or step.is_safe or not f.is_hot:
        return None
    if f.kinds.of(node.root) is not Kind.TEXT or f.kinds.of(step.index) is not Kind.INT:
        return None
    ((index,),) = evaluated_arguments(f, node.steps, node.root)
    root = f.simple(f.expr(node.root))
    return build.item(root, index, f.position(step.pos), f.unit.site("bounds", operand(root), operand(index)))


def _cut(f: Lowering, node: tree.Chain) -> Any:
    """``text[start..end]`` with ends from 0 on, of a text that isn't so long that it would be charged for; None for all other chains."""
    step = node.steps[0]
    if type(step) is not tree.IndexStep or len(node.steps) > 1 or step.is_safe or f.kinds.of(node.root) is not Kind.TEXT:
        return None
    index: Any = step.index
    if type(index) is tree.Constant and type(index.value) is ExclusiveRange:
        ends = [index.value.start, index.value.end]
        if min(ends) < 0:
            return None
        start, end = map(build.constant, ends)
        tests, made = [], build.name(f.unit.constant(index.value).id)
    elif (
        type(index) is tree.Binary and index.op == ".." and is_pure(index) and f.kinds.of(index.left) is f.kinds.of(index.right) is Kind.INT
    ):
        start, end = map(f.simple, f.operands((index.left, index.right)))
        sides = ((start, index.left), (end, index.right))
        tests = [build.compare(side, ">=", build.constant(0)) for side, of in sides if f.kinds.interval(of)[0] < 0]
        made = by_library(f, index, start, end)
    else:
        return None
    text = f.simple(f.expr(node.root))
    tests.append(build.compare(build.call("len", [text]), "<=", build.constant(FREE_CHARACTERS)))
    slow = build.call_site("get_index", [text, made], f.position(step.pos), f.unit.site("index", f.unit.place(step.start)))
    return build.guarded(tests, build.part(text, start, end), slow)


def has_entry(f: Lowering, root: Any, step: tree.Step) -> bool:
    """Whether a condition has found an entry: the map and the key are variables."""
    if type(step) is not tree.IndexStep or type(root) is not tree.Variable or type(step.index) is not tree.Variable or f.frame.is_dynamic:
        return False
    return f.kinds.has_entry(f.binding(root), f.binding(step.index))


def borrowed_root(f: Lowering, root: Any) -> tuple[Any, Any]:
    """The container that a chain starts from: as the library gets it, and as tests of its type may see it.

    An unbound ``this`` passes no such test, so that only the library needs to look whether it is bound.
    """
    if type(root) is tree.This and f.frame.uses_this:
        value = build.name(THIS)
        return build.call("bound", [value], f.position(root.pos)), value
    value = f.simple(f.expr(root))
    return value, value


def evaluated_arguments(f: Lowering, steps: list[Any], root: Any = None) -> list[list[Any]]:
    """The arguments and indices of all steps, as simple values; parts of the root, which a method might change, are copied."""
    nodes = [arguments_of([step]) for step in steps]
    later = [node for each in nodes for node in each]
    found: list[list[Any]] = []
    for step, own in zip(steps, nodes, strict=True):
        is_stored = type(step) is tree.MethodStep and bool(own) and stores(f, step)
        values: list[Any] = []
        for node in own:
            later = later[1:]
            values.append(_argument(f, node, root, later, is_stored=is_stored))
        found.append(values)
    return found


def arguments_of(steps: list[Any]) -> list[Any]:
    """The indices and arguments of several steps, in order."""
    found: list[Any] = []
    for step in steps:
        if type(step) is tree.IndexStep:
            found.append(step.index)
        elif type(step) is tree.MethodStep:
            found += step.args
    return found


def _argument(f: Lowering, node: Any, root: Any, later: list[Any], *, is_stored: bool) -> Any:
    if is_stored:
        # What is stored in its own variable is a copy, even if the variable is never read again.
        value = f.expr(node) if (is_spent(f, node) or is_parted(f, node)) and not _is_part_of(f, node, root) else f.owned(node)
    else:
        value = f.expr(node)
        if type(node) in _PLACES and (is_unsettled_place(f, node) or _is_part_of(f, node, root) or is_disturbed(f, node, later)):
            value = f.copied(value, f.kinds.type_of(node))
    return f.lasting(value) if of_all(f, later) is Disturbance.ANYTHING else f.simple(value)


_PLACES: Final = frozenset({tree.Variable, tree.Chain, tree.This})
"""What may be part of a variable."""


def _is_part_of(f: Lowering, node: Any, root: Any) -> bool:
    """Whether an argument is a place in the variable that the chain starts from."""
    inner = node.root if type(node) is tree.Chain else node
    if type(inner) is tree.This:
        return type(root) is tree.This and f.is_place(node)
    return type(inner) is tree.Variable and type(root) is tree.Variable and inner.name == root.name and f.is_place(node)


def stores(f: Lowering, step: tree.MethodStep) -> bool:
    """Whether a method keeps its arguments."""
    if step.name == "curry":
        return True
    dispatcher = f.unit.natives.lookup(step.name, len(step.args) + 1)
    return dispatcher is not None and dispatcher.stores


def _steps(f: Lowering, walk: Walk, steps: list[Any], arguments: list[list[Any]], value: Any, safe: list[bool]) -> Any:
    for at, step in enumerate(steps):
        if safe[at]:
            return _safe_steps(f, walk, steps[at:], arguments[at:], value, safe[at:])
        value = _step(f, walk, step, arguments[at], value, is_last=at + 1 == len(steps))
    return value


def _safe_steps(f: Lowering, walk: Walk, steps: list[Any], arguments: list[list[Any]], value: Any, safe: list[bool]) -> Any:
    """``?.`` gives up on the rest of the chain at ()."""
    value = f.simple(value)
    slot = f.fresh()

    def rest() -> None:
        first = _step(f, walk, steps[0], arguments[0], value, is_last=len(steps) == 1)
        f.out.append(build.store(build.target(slot), _steps(f, walk, steps[1:], arguments[1:], first, safe[1:])))

    inner, _ = f.captured_statements(rest)
    none = build.constant(None)
    f.out.append(build.if_(build.compare(value, "is", none), [build.store(build.target(slot), none)], inner))
    return build.name(slot)


def _step(f: Lowering, walk: Walk, step: Any, arguments: list[Any], value: Any, *, is_last: bool) -> Any:
    if not walk.is_nested:
        value = f.simple(value)
    of = walk.type
    if type(step) is tree.PropertyStep:
        made = property_read(f, step, value, of)
        key = build.constant(step.name)
    elif type(step) is tree.IndexStep:
        is_there = step is walk.node.steps[0] and has_entry(f, walk.node.root, step)
        made = build.item(value, arguments[0]) if is_there else index_read(f, step, value, arguments[0], of)
        key = arguments[0]
    else:
        made = quick_method(f, walk, step, value, arguments) or counted_perhaps(f, of, value, method(f, walk, step, value, arguments))
        f.kinds.disturb()
        walk.type = f.kinds.step(of, step)
        walk.containers, walk.keys, walk.steps, walk.is_place = [], [], [], False
        return made if is_last or walk.is_nested else f.simple(made)
    walk.type = f.kinds.step(of, step)
    walk.is_doubtful = walk.is_doubtful or present(of).kind not in (Kind.ARRAY, Kind.MAP)
    walk.containers.append(value)
    walk.keys.append(key)
    walk.steps.append(step)
    return made if is_last or walk.is_nested else f.simple(made)


def property_read(f: Lowering, step: Any, value: Any, of: Type = ANY, held: Any = None) -> Any:
    """``value.name``; ``held`` is the value for the library, if that is something else."""
    name = build.constant(step.name)
    if of.kind is Kind.MAP:
        return build.item(value, name) if step.name in of.required else build.call("dict_get", [value, name])
    if step.name == "len" and of.kind in _MEASURABLE:
        return build.call("len", [value])
    getter = f.getters.get(value.id) if type(value) is build.NAME and step.name != "len" else None
    if getter is not None:
        return build.call(getter, [value, name], f.position(step.pos))
    slow = build.call(
        "get_property_unseen" if f.is_unseen else "get_property", [value if held is None else held, name], f.position(step.pos)
    )
    if not f.is_hot:
        return slow
    inner = present(of)
    if inner is not of and (inner.kind is Kind.MAP or (step.name == "len" and inner.kind in _MEASURABLE)):
        return build.choice(build.compare(value, "is not", build.constant(None)), property_read(f, step, value, inner), slow)
    if step.name == "len":
        counted = build.either([f.is_type(value, "list"), f.is_type(value, "str")])
        return build.choice(counted, build.call("len", [value]), slow)
    made = build.item(value, name) if step.name in present(of).required else build.call("dict_get", [value, name])
    return build.choice(_is_held(f, value, of, Kind.MAP, "dict"), made, slow)


_MEASURABLE: Final = (Kind.ARRAY, Kind.TEXT)


def index_read(f: Lowering, step: tree.IndexStep, value: Any, index: Any, of: Type) -> Any:
    """``value[index]``; out of bounds fails in Python's own way."""
    at = f.position(step.pos)
    kind, key_kind = of.kind, f.kinds.of(step.index)
    slow = build.call_site("get_index", [value, index], at, f.unit.site("index", f.unit.place(step.start)))
    if not f.is_hot:
        return slow
    fast = build.item(value, index, at, f.unit.site("bounds", operand(value), operand(index)))
    if kind is Kind.ARRAY and key_kind is Kind.INT:
        return fast
    if kind is Kind.TEXT and key_kind is Kind.INT:
        return build.call("character", [fast])
    is_there = type(step.index) is tree.String and step.index.value in present(of).required
    by_key = build.item(value, index) if is_there else build.call("dict_get", [value, index])
    is_key = [] if key_kind is Kind.TEXT else [f.is_type(index, "str")]
    if kind is Kind.MAP:
        return build.choice(is_key[0], by_key, slow) if is_key else by_key
    is_map = build.choice(build.both([_is_held(f, value, of, Kind.MAP, "dict"), *is_key]), by_key, slow)
    if key_kind is Kind.TEXT:
        return is_map
    tests = [] if kind is Kind.ARRAY else [_is_held(f, value, of, Kind.ARRAY, "list")]
    if key_kind is not Kind.INT:
        tests.append(f.is_type(index, "int"))
    is_either = kind is not Kind.ARRAY and key_kind is not Kind.INT
    return build.choice(build.both(tests), fast, is_map if is_either else slow)


def _is_held(f: Lowering, value: Any, of: Type, kind: Kind, name: str) -> Any:
    """Whether a value is an array or a map. Of what is one, or (), only that has to be asked."""
    is_one = of.value is not None and of.value.kind is kind
    return build.compare(value, "is not", build.constant(None)) if is_one else f.is_type(value, name)


EXPRESSIONS[tree.Chain] = chain
TEXTS[tree.Chain] = character_text
