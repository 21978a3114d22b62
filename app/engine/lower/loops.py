"""Loops. The iterator that counts operations is the loop itself, or is zipped into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.infer import Interval
from app.engine.lower import build, roomy, scoping, texts
from app.engine.lower.arithmetic import by_library
from app.engine.lower.blocks import ends_here
from app.engine.lower.frame import LEVEL, SCOPE, STATEMENTS, Lowering, is_constant
from app.engine.lower.kinds import CHANGEABLE, Kind, holds_atoms
from app.engine.lower.lazy import condition
from app.engine.lower.walked import may_change, only_looks
from app.engine.resolve import Binding
from app.engine.stdlib import maps
from app.engine.values import INT_MAX, INT_MIN, ExclusiveRange, InclusiveRange


def _result(f: Lowering, destination: str | None) -> str | None:
    """Where ``break`` values go: a loop gives () unless left with a value."""
    if destination is None:
        return None
    slot = f.fresh()
    f.out.append(build.store(build.target(slot), build.constant(None)))
    return slot


def _body(f: Lowering, node: Any, result: str | None, lower: Callable[[], None]) -> list[Any]:
    """The statements of a loop. What conditions outside said of the variables that it assigns doesn't hold in a later round."""
    stored = f.resolution.stored_in.get(id(node), ())
    f.kinds.forget(stored)
    f.kinds.disturb()
    f.results.append(result)
    was_hot, f.is_hot = f.is_hot, True
    statements, _ = f.captured_statements(lower)
    f.is_hot = was_hot
    f.results.pop()
    return statements


def _finish(f: Lowering, result: str | None, destination: str | None) -> None:
    if result is not None:
        f.deliver(build.name(result), destination)


def _weight(f: Lowering, block: tree.Block) -> int:
    return f.unit.weigher.points.pop(id(block), 1)


def while_(f: Lowering, node: tree.While, destination: str | None) -> None:
    """``while`` and ``loop``"""
    result = _result(f, destination)
    at = f.unit.place(node.body.pos if node.condition is None else node.condition.pos)
    draws = f.draw(_weight(f, node.body), at)

    def body() -> None:
        if node.condition is not None:
            test = condition(f, node.condition)
            f.out.append(build.if_(build.negated(test), [build.BREAK], []))
            before = dict(f.kinds.assumed)
            assumed = assume(f, node.condition)
            f.block(node.body, None)
            _behind(f, before, assumed)
        else:
            f.block(node.body, None)

    f.out.append(build.for_(build.target("_"), draws, _body(f, node, result, body), at))
    _finish(f, result, destination)


def _behind(f: Lowering, before: dict[int, Interval], assumed: set[int]) -> None:
    """After a loop only that is still known which was known before, and of variables that nothing was stored in meanwhile."""
    known = f.kinds.assumed
    for key in assumed:
        if key in known and key in before:
            known[key] = before[key]
        else:
            known.pop(key, None)


def assume(f: Lowering, node: Any) -> set[int]:
    """Notes what a condition that holds says of variables: they lie on one side of what they are compared with. Gives their ids."""
    if type(node) is tree.And:
        return set().union(*[assume(f, item) for item in node.items])
    if type(node) is not tree.Binary or node.op not in _SIDES or f.frame.is_dynamic:
        return set()
    if f.kinds.of(node.left) is not Kind.INT or f.kinds.of(node.right) is not Kind.INT:
        return set()
    found: set[int] = set()
    for variable, op, other in ((node.left, node.op, node.right), (node.right, _MIRRORED[node.op], node.left)):
        binding = f.binding(variable) if type(variable) is tree.Variable else None
        if binding is None:
            continue
        low, high = f.kinds.interval(other)
        bounds = (INT_MIN, high - (op == "<")) if op in ("<", "<=") else (low + (op == ">"), INT_MAX)
        if f.kinds.assume(binding, bounds):
            found.add(id(binding))
    return found


_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIDES: Final = frozenset(_MIRRORED)


def do(f: Lowering, node: tree.Do, destination: str | None) -> None:
    """``do ... while`` and ``do ... until``; ``continue`` repeats without looking at the condition."""
    result = _result(f, destination)
    at = f.unit.place(node.body.pos)
    draws = f.draw(_weight(f, node.body), at)

    def body() -> None:
        f.block(node.body, None)
        if not ends_here(f.out):
            test = condition(f, node.condition)
            f.out.append(build.if_(test if node.is_until else build.negated(test), [build.BREAK], []))

    f.out.append(build.for_(build.target("_"), draws, _body(f, node, result, body), at))
    _finish(f, result, destination)


def for_(f: Lowering, node: tree.For, destination: str | None) -> None:
    """``for``: over a range's integers, or whatever the library walks."""
    result = _result(f, destination)
    if f.unit.max_variables and f.variables >= f.unit.max_variables - (node.counter is not None):
        f.out.append(build.expression(build.call("too_many_variables", [], f.unit.place(node.variable.pos))))
    is_bare = _is_bare(f, node)
    walked, is_borrowed = (texts.characters(f, node.iterable), False) if is_bare else _walked(f, node)
    walked, short = roomy.begin(f, node, walked, has_length=is_bare or f.kinds.of(node.iterable) is Kind.ARRAY)
    at = f.unit.place(node.body.pos)
    draws = f.draw(_weight(f, node.body), at)
    variable, counter = f.fresh(), f.fresh()
    if node.counter is not None:
        walked = build.call("enumerate", [walked])
        into = build.pair_target(build.target(counter), build.target(variable))
    else:
        into = build.target(variable)
    variables = f.variables
    f.variables += 1 + (node.counter is not None)
    after: list[Any] = []
    visible = len(f.visible)
    if f.frame.is_dynamic:
        body = _dynamic_body(f, node, variable, counter, result, after)
    else:
        _make_cells(f, node)
        binding = f.resolution.declarations[id(node.variable)]
        copies = is_borrowed and binding.is_mutated and f.kinds.of_binding(binding) in CHANGEABLE
        plain = not binding.is_cell and not copies
        if plain and node.counter is None:
            into = build.target(binding.slot)
        if is_bare:
            f.bare[binding.slot] = len(f.results) + 1
        f.visible.append(binding)
        if node.counter is not None:
            f.visible.append(f.resolution.declarations[id(node.counter)])
        body = _body(
            f,
            node,
            result,
            lambda: _static_body(f, node, variable, counter, is_bound=plain and node.counter is None, copies=copies),
        )
        if f.bare.pop(binding.slot, 0) == scoping.MADE:
            made = build.call("character", [build.name(binding.slot)])
            body.insert(int(node.counter is not None), build.store(build.target(scoping.character(binding)), made))
    del f.visible[visible:]
    roomy.end(f, short)
    f.out.append(build.for_(into, build.call("compress", [walked, draws]), body, at))
    f.out += after
    f.variables = variables
    _finish(f, result, destination)


def _is_bare(f: Lowering, node: tree.For) -> bool:
    """Whether a loop walks the characters of a text, and its variable may hold them as plain text.

    Most characters are only compared or joined. Where one is wanted for something else, the round makes it first.
    """
    if f.frame.is_dynamic or f.unit.marks is not None:
        return False
    if f.kinds.of(node.iterable) is not Kind.TEXT and f.kinds.text_of_characters(node.iterable) is None:
        return False
    binding = f.resolution.declarations[id(node.variable)]
    is_changed = binding.is_cell or binding.is_assigned or binding.is_mutated or binding.is_replaced
    return not is_changed and f.kinds.of_binding(binding) is Kind.CHAR


def _walked(f: Lowering, node: tree.For) -> tuple[Any, bool]:
    """The Python iterable, and whether its elements are still part of a variable."""
    iterable = node.iterable
    if type(iterable) is tree.Binary and iterable.op in _RANGES:
        return _range(f, iterable), False
    if f.is_hot and f.kinds.bounds_of_range(iterable) is not None:
        return _in_steps(f, iterable), False
    if type(iterable) is tree.Chain and (made := _of_map(f, iterable)) is not None:
        return made, False
    held: Any = iterable.value if type(iterable) is tree.Constant else None
    if type(held) in (ExclusiveRange, InclusiveRange) and held.end < INT_MAX:
        stop = held.end + (type(held) is InclusiveRange)
        return build.call("range", [build.constant(held.start), build.constant(stop)]), False
    if only_looks(f, node):
        f.looked_at, before = iterable, f.looked_at
        value, is_borrowed = f.expr(iterable), True
        f.looked_at = before
    else:
        value, is_borrowed = f.expr(iterable), f.is_place(iterable)
    if f.is_place(iterable) and may_change(f, node, iterable):
        return build.call("iterate_copies", [value], f.start_place(iterable)), False
    # Nobody changes an array meanwhile: it is nobody's, or a variable's that the loop leaves alone.
    if f.kinds.of(iterable) is Kind.ARRAY:
        return value, is_borrowed
    if not f.is_hot:
        return build.call("iterate", [value], f.start_place(iterable)), is_borrowed
    value = f.simple(value)
    slow = build.call("iterate", [value], f.start_place(iterable))
    return build.choice(f.is_type(value, "list"), value, slow), is_borrowed


def _of_map(f: Lowering, iterable: tree.Chain) -> Any:
    """``map.keys()``, and ``map.values()`` of atoms, for a loop: sorted by Python's own if they are few, and keys short. Else None.

    What the library would make of these is within all limits, and nobody keeps it.
    """
    step: Any = iterable.steps[-1]
    if type(step) is not tree.MethodStep or step.name not in ("keys", "values") or texts.last(f, iterable, step.name, 0) is None:
        return None
    receiver = texts.receiver(f, iterable)
    of = f.kinds.type_of(receiver)
    if not _is_of_map(f, iterable, step) or not (step.name == "keys" or holds_atoms(of)):
        return None
    value, slot = f.simple(f.expr(receiver)), f.fresh()
    tests = [build.compare(build.call("len", [value]), "<=", build.name("KEYS_FEW"))]
    if f.kinds.may_be_called(of, step.name):
        tests.append(build.compare(build.constant(step.name), "not in", value))
    slow = build.call(f.unit.native("m", step.name, 0), [build.name(LEVEL), value], f.position(step.pos))
    if step.name == "values":
        return build.guarded(tests, build.call("sorted_values", [value]), slow)
    made = build.walrus(slot, build.call("key_order", [build.call("tuple_of", [value])]))
    tests.append(build.compare(made, "is not", build.constant(None)))
    return build.guarded(tests, build.name(slot), slow)


_RANGES: Final = frozenset({"..", "..="})


def _range(f: Lowering, node: tree.Binary) -> Any:
    """The integers of a range that is written at a loop; the library makes one of anything else."""
    kinds = [f.kinds.of(node.left), f.kinds.of(node.right)]
    left, right = f.operands((node.left, node.right))
    if kinds == [Kind.INT, Kind.INT] and not _is_largest(right):
        return build.call("range", [left, _stop(node, right)])
    left, right = f.simple(left), f.simple(right)
    tests = [f.is_type(value, "int") for value, kind in zip((left, right), kinds, strict=True) if kind is not Kind.INT]
    slow = build.call("iterate", [by_library(f, node, left, right)], f.start_place(node))
    if _is_largest(right):
        return slow
    return build.choice(build.both(tests), build.call("range", [left, _stop(node, right)]), slow)


def _in_steps(f: Lowering, node: Any) -> Any:
    """The integers of ``range(start, end, step)``, by Python's own unless the step is 0 or so large that the library ends early."""
    start, end, *steps = map(f.simple, f.operands(node.args))
    if not steps:
        return build.call("range", [start, end])
    (step,) = steps
    _, last = f.kinds.interval(node.args[1])
    low, high = f.kinds.interval(node.args[2])
    most = build.constant(_FARTHEST)
    tests = [] if low > 0 else [build.compare(step, ">", build.constant(0))]
    tests += [build.compare(value, "<=", most) for value, limit in ((end, last), (step, high)) if limit > _FARTHEST]
    made = build.call("range", [start, end, step])
    slow = build.call(f.unit.native("n", "range", 3), [start, end, step], f.position(node.pos))
    return build.guarded(tests, made, build.call("iterate", [slow], f.start_place(node)))


_FARTHEST: Final = 1 << 62
"""A step at the most of this, beyond an end of this at the most, is an integer."""


def _is_largest(end: Any) -> bool:
    """Whether a range's end is written down as the largest integer: Python would compute a constant beyond it."""
    return is_constant(end) and end.value == INT_MAX


def _stop(node: tree.Binary, end: Any) -> Any:
    """Where Python's range ends."""
    return end if node.op == ".." else build.operation(end, "+", build.constant(1))


def _static_body(f: Lowering, node: tree.For, variable: str, counter: str, *, is_bound: bool, copies: bool) -> None:
    if not is_bound:
        value: Any = build.name(variable)
        if copies:
            value = f.copied(value, f.kinds.type_of_binding(f.resolution.declarations[id(node.variable)]))
        _bind(f, node.variable, value)
    if node.counter is not None:
        _bind(f, node.counter, build.name(counter))
    for name in (node.variable, node.counter):
        if name is not None:
            f.learn(f.resolution.declarations[id(name)])
    walked = _entries_walked(f, node)
    leave = f.kinds.walk(*walked) if walked is not None else None
    f.block(node.body, None)
    if leave is not None:
        leave()


def _entries_walked(f: Lowering, node: tree.For) -> tuple[Binding, Binding] | None:
    """The variables of the map and the key, if a loop walks the keys of a map that nothing in it changes."""
    keys = node.iterable
    if type(keys) is not tree.Chain or type(keys.root) is not tree.Variable or len(keys.steps) != 1 or keys.root.namespace:
        return None
    step, of = keys.steps[0], f.binding(keys.root)
    key = f.resolution.declarations[id(node.variable)]
    if of is None or of.is_cell or key.is_cell or type(step) is not tree.MethodStep or step.name != "keys" or step.args:
        return None
    changed = id(of) in f.resolution.mutated_in.get(id(node), ()) or id(of) in f.resolution.stored_in.get(id(node), ())
    if changed or f.kinds.of_binding(key) is not Kind.TEXT or not _is_of_map(f, keys, step):
        return None
    return None if f.kinds.may_be_called(f.kinds.type_of_binding(of), step.name) else (of, key)


def _is_of_map(f: Lowering, iterable: tree.Chain, step: tree.MethodStep) -> bool:
    """Whether a method that a loop walks the result of is the library's, called on a map."""
    is_map = f.kinds.of(texts.receiver(f, iterable)) is Kind.MAP
    return is_map and texts.is_standard(f, step, maps.PACKAGE.name, "map")


def _make_cells(f: Lowering, node: tree.For) -> None:
    """A captured loop variable is one cell for the whole loop."""
    for name in (node.variable, node.counter):
        if name is not None and f.resolution.declarations[id(name)].is_cell:
            f.out.append(build.store(build.target(f.resolution.declarations[id(name)].slot), build.array([build.constant(None)])))


def _bind(f: Lowering, name: tree.Name, value: Any) -> None:
    scoping.store_local(f, f.resolution.declarations[id(name)], value)


def _dynamic_body(f: Lowering, node: tree.For, variable: str, counter: str, result: str | None, after: list[Any]) -> list[Any]:
    scope = build.name(SCOPE)
    mark = f.temporary(build.call("scope_mark", [scope]))
    names = [name.text for name in (node.counter, node.variable) if name is not None]
    pushed = [build.call("scope_push", [scope, build.constant(name), build.constant(None), build.constant(False)]) for name in names]
    entries = [f.temporary(push) for push in pushed]

    def body() -> None:
        for entry, slot in zip(reversed(entries), (variable, counter)[: len(entries)], strict=True):
            f.out.append(build.store(build.item_target(entry, build.constant(0)), build.name(slot)))
        f.block(node.body, None)

    statements = _body(f, node, result, body)
    after.append(build.expression(build.call("scope_rewind", [scope, mark])))
    return statements


def break_(f: Lowering, node: tree.Break, _destination: str | None) -> None:
    """``break``"""
    result = f.results[-1] if f.results else None
    if node.value is not None:
        value = f.owned(node.value)
        if result is None:
            f.deliver(value, None)
        else:
            f.out.append(build.store(build.target(result), value))
    f.out.append(build.BREAK)


def continue_(f: Lowering, _node: tree.Continue, _destination: str | None) -> None:
    """``continue``"""
    f.out.append(build.CONTINUE)


STATEMENTS[tree.While] = while_
STATEMENTS[tree.Do] = do
STATEMENTS[tree.For] = for_
STATEMENTS[tree.Break] = break_
STATEMENTS[tree.Continue] = continue_
