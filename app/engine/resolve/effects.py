"""What calls, chains, operators and assignments do to variables."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from app.engine import tree
from app.engine.natives import ANY, Dispatcher
from app.engine.resolve.bindings import noted
from app.engine.resolve.telling import tell_places, told
from app.engine.stdlib import arrays

if TYPE_CHECKING:
    from app.engine.resolve.bindings import Binding
    from app.engine.resolve.names import Walker

MAKING: Final = frozenset({tree.Call, tree.Map, tree.Array})
"""Expressions to which a variable's old value may be given up that is about to be replaced by theirs."""
_CONTAINED: Final = ("in", "!in")
_NUMBERS: Final = frozenset({tree.Int, tree.Float, tree.Bool, tree.Unit})
_DYNAMIC_CALLS: Final = {("eval", 1), ("is_def_var", 1)}
_ADDING: Final = ("push", 2)
"""A native that leaves all elements of its receiver as they are, and how many arguments it takes with that."""
SWEEPS: Final = {
    ("map", 1): (1, 2),
    ("filter", 1): (1, 2),
    ("some", 1): (1,),
    ("all", 1): (1,),
    ("find", 1): (1,),
    ("index_of", 1): (1,),
    ("reduce", 2): (2,),
}
"""Methods of arrays that call the function given first for each element and for nothing else, and how many parameters a closure may have
that is compiled as their loop."""
_GOING_ON: Final = frozenset({("sort", 1), ("sort_by", 1), ("order", 1), ("order_by", 1), ("dedup", 1)})
"""Methods of arrays that go on after an error of the function that they are given, as a handler does."""


def call(walker: Walker, node: tree.Call) -> None:
    """Function style: a variable as the first argument may be changed by a native."""
    walker.visit_all(node.args)
    # A variable that is the first argument is looked up last.
    walker.read_last(*node.args[:1])
    key = (node.name, len(node.args))
    flows = walker.found.flows
    flows.has_modules = flows.has_modules or bool(node.namespace)
    if key in walker.functions:
        _called(walker, key, node.args)
        flows.unbound.add(key)
    else:
        flows.native_calls.append(node)
        if node.name == "Fn":
            _point(walker, node.args)
    if key in _DYNAMIC_CALLS or node.in_caller_scope:
        walker.frame.is_dynamic = True
        walker.calls.is_open = True
    if node.in_caller_scope:
        walker.found.in_caller_scope.add(key)
        if node.name == "call":
            # A pointer can be to any function.
            walker.found.in_caller_scope.update(walker.functions)
    _handed(walker, node)
    if node.args and key not in walker.functions:
        _caught(walker, node.name, node.args[1:])
        _reached(walker, node, node.name, node.args[0], node.args[1:])
        dispatcher = walker.natives.lookup(*key)
        _noted(walker, node)
        if dispatcher is not None and dispatcher.mutates:
            walker.mutate(node.args[0])
            if type(node.args[0]) is tree.This:
                _rebind(walker)
            elif type(node.args[0]) is tree.Variable and _replaces_any(dispatcher):
                walker.replace(node.args[0].name)


def _handed(walker: Walker, node: tree.Call) -> None:
    """``call(pointer, variable)``: a native behind the pointer may change the variable."""
    if node.name != "call" or len(node.args) < 2 or ("call", len(node.args)) in walker.functions:
        return
    first = node.args[1]
    walker.mutate(first)
    if type(first) is tree.This:
        _rebind(walker)
    elif type(first) is tree.Variable:
        walker.replace(first.name)


def _rebind(walker: Walker) -> None:
    """Something is done to ``this`` that may leave anything there."""
    walker.frame.returns_this = walker.frame.rebinds_this = True
    owner = walker.frame.node
    if isinstance(owner, tree.Function):
        walker.found.flows.opaque.add((owner.name, len(owner.params)))
    else:
        walker.found.flows.is_this_opaque = walker.found.flows.is_this_opaque or type(owner) is tree.Closure


def _noted(walker: Walker, node: tree.Call) -> None:
    """A native's first argument may change."""
    first = node.args[0]
    binding = walker.lookup(first.name) if type(first) is tree.Variable else None
    if binding is not None:
        walker.found.flows.natives.append((binding, node))
        _walked(binding, node)


def _walked(binding: Binding, node: tree.Node) -> None:
    binding.walks += 1
    binding.walked_at = node.start


def _called(walker: Walker, key: tuple[str, int], args: list[tree.Expr]) -> None:
    """A function of the script is called here."""
    walker.found.flows.calls.setdefault(key, []).append(args)
    if walker.repeats:
        walker.calls.repeated.add(key)
    else:
        walker.calls.straight.setdefault(walker.caller, []).append(key)


def _point(walker: Walker, args: list[tree.Expr]) -> None:
    """A pointer is made to a function."""
    if len(args) == 1 and type(args[0]) is tree.String:
        walker.calls.pointed.add(args[0].value)
        walker.found.catches = walker.found.catches or (args[0].value, 1) in _GOING_ON
    else:
        walker.calls.is_open = True


def chain(walker: Walker, node: tree.Chain) -> None:
    """Methods may change the root, and through maps' function pointers nearly every method may."""
    tell_places(walker, node)
    rooted = walker.early(node.root)
    has_methods = tree.MethodStep in map(type, node.steps)
    binding = walker.lookup(node.root.name) if type(node.root) is tree.Variable else None
    if binding is not None:
        _root(walker, binding, node.steps[0])
        if has_methods:
            walker.found.flows.chains.append((binding, node))
            _walked(binding, node)
    if has_methods:
        walker.found.flows.method_chains.append(node)
        _noted_of_this(walker, node.root, node)
    for step in node.steps:
        if type(step) is tree.IndexStep:
            walker.visit(step.index)
        elif type(step) is tree.MethodStep:
            walker.visit_all(step.args)
            _swept(walker, step)
            if (step.name, len(step.args)) in walker.functions:
                _called(walker, (step.name, len(step.args)), step.args)
                walker.found.flows.received.add((step.name, len(step.args)))
            else:
                _caught(walker, step.name, step.args)
                _reached(walker, step, step.name, node.root, step.args)
            if not _is_pure(walker, step):
                walker.mutate(node.root, is_altered=step is not node.steps[0] or not _only_adds(walker, step))
                if type(node.root) is tree.This:
                    walker.frame.returns_this = True
                    walker.frame.rebinds_this = walker.frame.rebinds_this or step is node.steps[0]
    # All arguments and indices are evaluated before what the chain starts from.
    walker.late(node.root, rooted)


def _caught(walker: Walker, name: str, args: list[tree.Expr]) -> None:
    """A native may go on after an error. Nobody can tell of a closure that has captured nothing: whatever it changes ends with it."""
    if (name, len(args)) not in _GOING_ON:
        return
    (given,) = args
    frame = walker.found.frames[id(given)] if type(given) is tree.Closure and not given.captures else None
    if frame is None or frame.uses_this or frame.is_dynamic:
        walker.found.catches = True


def _reached(walker: Walker, at: tree.Node, name: str, receiver: tree.Expr, args: list[tree.Expr]) -> None:
    """A native may call a function with parts of its receiver as ``this``, and the function may change them."""
    dispatcher = walker.natives.lookup(name, len(args) + 1)
    if dispatcher is None or not dispatcher.calls_back or all(_leaves_this(walker, arg) for arg in args):
        return
    walker.reaching.append((id(at), walker.change(receiver)))


def _leaves_this(walker: Walker, node: tree.Expr) -> bool:
    """Whether an argument is no function, or one that doesn't know ``this``."""
    frame = walker.found.frames.get(id(node)) if type(node) is tree.Closure else None
    return type(node) in _NUMBERS if frame is None else not (frame.uses_this or frame.is_dynamic)


def _noted_of_this(walker: Walker, root: tree.Expr, node: tree.Chain | tree.Assign) -> None:
    """Something may be changed along a chain that starts at ``this``."""
    owner = walker.frame.node
    if type(root) is tree.This and not isinstance(owner, tree.Script):
        walker.found.flows.this_chains.append((owner, node))


def _swept(walker: Walker, step: tree.MethodStep) -> None:
    """Notes a closure that the method calls for each element."""
    closure = step.args[0] if step.args else None
    if type(closure) is tree.Closure and len(closure.params) in SWEEPS.get((step.name, len(step.args)), ()):
        walker.found.frames[id(closure)].swept_by = step.name


def _root(walker: Walker, binding: Binding, first: tree.Step) -> None:
    """Notes what a chain's first step says about the type of the variable it starts from, or may do to it."""
    if type(first) is tree.PropertyStep:
        binding.properties += 1
        binding.repeated += walker.repeats > 0
        if id(binding) in walker.made:
            walker.made[id(binding)].named.append(first.name)
    elif type(first) is tree.IndexStep:
        binding.elements += 1
        binding.repeated += walker.repeats > 0
    elif type(first) is tree.MethodStep and not _is_pure(walker, first):
        if first.name == "call" and not walker.repeats:
            binding.calls += 1
        dispatcher = walker.natives.lookup(first.name, len(first.args) + 1)
        key = first.name, len(first.args)
        if key in walker.functions:
            binding.is_replaced = True
            binding.received = binding.received if key in binding.received else {*binding.received, key}
        elif dispatcher is None or _replaces_any(dispatcher):
            binding.is_replaced = binding.is_called = True
        else:
            binding.has_methods = binding.has_methods or dispatcher.replaces_receiver


def lazy(walker: Walker, node: tree.And | tree.Or | tree.Coalesce) -> None:
    """Operands that are evaluated if they are reached."""
    walker.visit(node.items[0])
    walker.doubts += 1
    before = walker.told
    for reached, item in pairwise(node.items):
        if type(node) is not tree.Coalesce:
            walker.told = {**walker.told, **told(walker, reached, holds=type(node) is tree.And)}
        walker.visit(item)
    walker.told = before
    walker.doubts -= 1


def binary(walker: Walker, node: tree.Binary) -> None:
    """Both operands; of ``in``, which is a call of ``contains``, the right one first."""
    if walker.doubts > 1 and node.op in ("+", "-"):
        walker.found.flows.has_deep_steps = True
    if node.op in _CONTAINED:
        found = walker.early(node.left)
        walker.visit(node.right)
        walker.late(node.left, found)
    else:
        walker.visit(node.left)
        walker.visit(node.right)
    for operand in (node.left, node.right):
        if type(operand) is tree.Variable and id(operand) in walker.found.variables:
            binding = walker.found.variables[id(operand)]
            binding.operands += 1
            binding.repeated += walker.repeats > 0


def _only_adds(walker: Walker, step: tree.MethodStep) -> bool:
    """Whether a method is the library's ``push`` for every array."""
    dispatcher = walker.natives.lookup(*_ADDING) if (step.name, len(step.args) + 1) == _ADDING else None
    if dispatcher is None or (step.name, len(step.args)) in walker.functions:
        return False
    return dispatcher.is_of(arrays.PACKAGE.name, "array")


def _is_pure(walker: Walker, step: tree.MethodStep) -> bool:
    """Whether the method is a native that changes nothing."""
    if (step.name, len(step.args)) in walker.functions:
        return False
    dispatcher = walker.natives.lookup(step.name, len(step.args) + 1)
    return dispatcher is not None and not dispatcher.mutates


def assign(walker: Walker, node: tree.Assign) -> None:
    """``x = v`` stores, ``x.a = v`` changes in place, ``x += v`` may do either."""
    walker.visit(node.value)
    walker.visit(node.target)
    if walker.doubts > 1:
        walker.found.flows.has_deep_steps = True
    target = node.target
    if type(target) is tree.Variable:
        binding = walker.lookup(target.name)
        if binding is not None:
            _stored(walker, binding, node)
            if node.op != "=":
                walker.mutate(target)
    elif type(target) is tree.This:
        walker.frame.returns_this = walker.frame.rebinds_this = True
        walker.mutate(target)
        owner = walker.frame.node
        if not isinstance(owner, tree.Script):
            walker.found.flows.this_stores.append((owner, node.op, node.value))
    elif type(target) is tree.Chain:
        _assigned_along(walker, node, target)


def _stored(walker: Walker, binding: Binding, node: tree.Assign) -> None:
    binding.is_assigned = True
    binding.stored_at = node.start
    binding.stores = noted(binding.stores, (node.op, node.value))
    binding.stored_depth = max(binding.stored_depth, walker.repeats)
    for loop in walker.stores:
        loop.add(id(binding))
    if type(node.value) in MAKING:
        # A function that gets the variable's old value may take it over, and change it.
        binding.makings = noted(binding.makings, (node.start, node.end, walker.repeats))
        for changes in walker.loops:
            changes.changed.add(id(binding))


def _assigned_along(walker: Walker, node: tree.Assign, target: tree.Chain) -> None:
    if node.op == "=":
        # What is told of the place holds no longer, and is asked by nobody.
        walker.found.told_places.pop(id(target.steps[-1]), None)
    walker.mutate(target.root)
    _noted_of_this(walker, target.root, node)
    binding = walker.lookup(target.root.name) if type(target.root) is tree.Variable else None
    if binding is not None:
        walker.found.flows.chains.append((binding, node))
        if id(binding) in walker.made and walker.scopes[-1].get(binding.name) is binding:
            walker.made[id(binding)].add(node, target)
    last = target.steps[-1]
    if node.op == "=" and type(last) is tree.PropertyStep:
        _method(walker, last.name, node.value)
    if type(target.root) is tree.This and type(target.steps[0]) is not tree.PropertyStep:
        walker.frame.returns_this = True


def array(walker: Walker, node: tree.Array) -> None:
    """An array's elements."""
    for item in node.items:
        walker.visit(item)
        walker.keep(item)


def mapping(walker: Walker, node: tree.Map) -> None:
    """A map's entries; a closure in one may be called as its method."""
    for key, value in node.entries:
        walker.visit(value)
        walker.keep(value)
        _method(walker, key.text, value)


def _method(walker: Walker, key: str, value: tree.Expr) -> None:
    """Something becomes a map's entry; a closure may be called as its method."""
    if type(value) is tree.Closure and not value.captures:
        walker.found.flows.methods.setdefault((key, len(value.params)), []).append(value)


def _replaces_any(dispatcher: Dispatcher) -> bool:
    """Whether a native may leave a value of another type where its receiver was: those for one type keep the type."""
    return any(overload.replaces_receiver and overload.params[0] == ANY for overload in dispatcher.overloads)
