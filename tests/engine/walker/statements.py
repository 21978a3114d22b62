"""Statements, and the expressions that hold statements."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine import errors, ops, tree
from app.engine.display import thrown_text
from app.engine.values import ExclusiveRange, InclusiveRange, Value
from tests.engine.walker import chains
from tests.engine.walker.expressions import bound, condition, start_of
from tests.engine.walker.frame import Break, Continue, Frame, Leave, NotCovered, means


@means(tree.Noop)
def noop(_frame: Frame, _node: tree.Noop) -> Value:
    """``;``"""
    return None


@means(tree.ExprStmt)
def expression(frame: Frame, node: tree.ExprStmt) -> Value:
    """An expression's value, with or without a semicolon."""
    return frame.evaluate(node.expr)


@means(tree.Block)
def block(frame: Frame, node: tree.Block) -> Value:
    """``{ ... }``"""
    return frame.block(node.statements)


@means(tree.Import, tree.Export)
def module(_frame: Frame, _node: tree.Import) -> Value:
    """Modules are tested elsewhere."""
    raise NotCovered("modules")


# --- variables ---------------------------------------------------------------------------------------------------


@means(tree.Let)
def let(frame: Frame, node: tree.Let) -> Value:
    """A new variable. Constants of the main program's top level are visible to functions as ``global::NAME``."""
    value = None if node.value is None else frame.evaluate(node.value)
    if node.is_const and frame.is_main and frame.depth == 1:
        frame.machine.constants[node.name.text] = ops.copied(value)
    frame.declare(node.name.text, value, is_const=node.is_const)
    return None


@means(tree.Assign)
def assign(frame: Frame, node: tree.Assign) -> Value:
    """``target op= value``; the value comes first."""
    target = node.target
    if isinstance(target, tree.This):
        _to_this(frame, node, target)
        return None
    value = frame.evaluate(node.value)
    if isinstance(target, tree.Chain):
        chains.assign(frame, node, target, value)
    elif isinstance(target, tree.Variable):
        _to_variable(frame, node, target, value)
    return None


def _to_variable(frame: Frame, node: tree.Assign, target: tree.Variable, value: Value) -> None:
    if target.namespace:
        raise NotCovered("modules")
    with frame.blamed(target.pos):
        entry = frame.find(target.name)
        if entry is None and frame.machine.function_named(target.name) is None:
            raise errors.variable_not_found(target.name)
        if entry is None or entry.is_const:
            raise errors.constant_assigned(target.name)
    with frame.blamed(node.pos):
        entry.value = value if node.op == "=" else ops.assign(frame.machine, node.op, entry.value, value)


def _to_this(frame: Frame, node: tree.Assign, target: tree.This) -> None:
    bound(frame, target)
    value = frame.evaluate(node.value)
    if frame.is_this_const:
        with frame.blamed(target.pos):
            raise errors.constant_assigned("")
    with frame.blamed(node.pos):
        frame.this = value if node.op == "=" else ops.assign(frame.machine, node.op, frame.this, value)


# --- choices -----------------------------------------------------------------------------------------------------


@means(tree.If)
def choose(frame: Frame, node: tree.If) -> Value:
    """``if``"""
    if condition(frame, node.condition):
        return frame.evaluate(node.then)
    return None if node.otherwise is None else frame.evaluate(node.otherwise)


@means(tree.Switch)
def switch(frame: Frame, node: tree.Switch) -> Value:
    """Literals before ranges, each in order; then the arm without patterns."""
    subject = frame.evaluate(node.subject)
    for is_range in (False, True):
        for arm in node.arms:
            patterns = [pattern for pattern in arm.patterns if isinstance(pattern, tree.RangePattern) or not is_range]
            fits = any(_fits(frame, subject, pattern, by_range=is_range) for pattern in patterns)
            if fits and (arm.guard is None or condition(frame, arm.guard)):
                return frame.evaluate(arm.body)
    default = node.arms[-1] if node.arms and not node.arms[-1].patterns else None
    return None if default is None else frame.evaluate(default.body)


def _fits(frame: Frame, subject: Value, pattern: tree.Expr | tree.RangePattern, *, by_range: bool) -> bool:
    if isinstance(pattern, tree.RangePattern):
        if not by_range:
            return _same(subject, (InclusiveRange if pattern.is_inclusive else ExclusiveRange)(pattern.low, pattern.high))
        if type(subject) not in (int, float):
            return False
        number: float = subject  # type: ignore[assignment]  # by the test before
        return pattern.low <= number and (number <= pattern.high if pattern.is_inclusive else number < pattern.high)
    return _same(subject, frame.evaluate(pattern))


def _same(a: Value, b: Value) -> bool:
    """Equal, and of the same types throughout."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, ExclusiveRange | InclusiveRange) and isinstance(b, ExclusiveRange | InclusiveRange):
        return (a.start, a.end) == (b.start, b.end)
    return a == b


# --- loops -------------------------------------------------------------------------------------------------------


def _looped(frame: Frame, body: tree.Block, rounds: Iterable[object]) -> Value:
    """Runs the body once a round; the value of ``break``, or ()."""
    for _ in rounds:
        try:
            frame.evaluate(body)
        except Continue:
            continue
        except Break as leave:
            return leave.value
    return None


@means(tree.While)
def while_(frame: Frame, node: tree.While) -> Value:
    """``while`` and ``loop``"""

    def rounds() -> Iterable[None]:
        while node.condition is None or condition(frame, node.condition):
            yield

    return _looped(frame, node.body, rounds())


@means(tree.Do)
def do(frame: Frame, node: tree.Do) -> Value:
    """``do``; ``continue`` starts again without looking at the condition."""
    while True:
        try:
            frame.evaluate(node.body)
        except Continue:
            continue
        except Break as leave:
            return leave.value
        if condition(frame, node.condition) is node.is_until:
            return None


@means(tree.For)
def for_(frame: Frame, node: tree.For) -> Value:
    """``for``; the loop's variables are the same for all rounds, which closures notice."""
    value = frame.evaluate(node.iterable)
    with frame.blamed(start_of(node.iterable)):
        items = ops.iterate(value)
    mark = len(frame.scope)
    counter = None if node.counter is None else frame.declare(node.counter.text, 0)
    variable = frame.declare(node.variable.text, None)

    def rounds() -> Iterable[None]:
        for at, item in enumerate(items):
            variable.value = item
            if counter is not None:
                counter.value = at
            yield

    try:
        return _looped(frame, node.body, rounds())
    finally:
        del frame.scope[mark:]


@means(tree.Break)
def break_(frame: Frame, node: tree.Break) -> Value:
    """``break``"""
    raise Break(None if node.value is None else frame.evaluate(node.value))


@means(tree.Continue)
def continue_(_frame: Frame, _node: tree.Continue) -> Value:
    """``continue``"""
    raise Continue


# --- ends --------------------------------------------------------------------------------------------------------


@means(tree.Return)
def return_(frame: Frame, node: tree.Return) -> Value:
    """``return``"""
    raise Leave(None if node.value is None else frame.evaluate(node.value))


@means(tree.Throw)
def throw(frame: Frame, node: tree.Throw) -> Value:
    """``throw``"""
    value = None if node.value is None else frame.evaluate(node.value)
    with frame.blamed(node.pos):
        raise errors.Thrown(value, thrown_text)


@means(tree.Try)
def try_(frame: Frame, node: tree.Try) -> Value:
    """``try``: the body's value; the handler's is dropped. A () thrown in the handler passes on the error it handles."""
    mark = len(frame.scope)
    try:
        return frame.evaluate(node.body)
    except errors.ScriptError as error:
        first = error
        frame.machine.caught += 1
    if node.variable is not None:
        frame.declare(node.variable.text, ops.copied(errors.caught(first)))
    try:
        frame.evaluate(node.handler)
    except errors.ScriptError as second:
        if second.kind == "ErrorRuntime" and second.value is None and not second.calls:
            raise _passed_on(first, second) from None
        raise
    finally:
        del frame.scope[mark:]
    return None


def _passed_on(first: errors.ScriptError, second: errors.ScriptError) -> errors.ScriptError:
    """The first error, reported where the second was thrown."""
    first.has_place = False
    if first.calls:
        first.calls[-1].place = second.place
    else:
        first.place = second.place
    return first
