"""The walk that binds names. Scopes follow blocks; a closure is a frame of its own whose captures are parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from app.engine import tree
from app.engine.natives import ANY, Dispatcher, Natives
from app.engine.resolve.bindings import Binding, Frame, Origin, Resolution
from app.engine.resolve.heat import Calls, hot

_DYNAMIC_CALLS = {("eval", 1), ("is_def_var", 1)}
SWEEPS: Final = {("map", 1): 1, ("filter", 1): 1, ("some", 1): 1, ("all", 1): 1, ("reduce", 2): 2}
"""Methods that call a closure for each element, and how many parameters it has if they give it nothing else."""


def resolve(script: tree.Script, natives: Natives, outer: Iterable[str] = ()) -> Resolution:
    """Binds every name of the script; ``outer`` are variables of the host in the main program's scope."""
    walker = _Walker(natives, {(function.name, len(function.params)) for function in script.functions})
    walker.script(script, outer)
    hot_functions = hot(walker.functions, walker.calls)
    for function in script.functions:
        walker.found.frames[id(function)].is_hot = (function.name, len(function.params)) in hot_functions
    walker.found.frames[id(script)].is_hot = None in hot_functions
    for frame in walker.found.frames.values():
        if frame.returns_this:
            walker.found.leaving.add(frame.node.name if isinstance(frame.node, tree.Function) else "")
    flows = walker.found.flows
    flows.pointed, flows.is_open = walker.calls.pointed, walker.calls.is_open
    return walker.found


def _replaces_any(dispatcher: Dispatcher) -> bool:
    """Whether a native may leave a value of another type where its receiver was: those for one type keep the type."""
    return any(overload.replaces_receiver and overload.params[0] == ANY for overload in dispatcher.overloads)


class _Walker:
    def __init__(self, natives: Natives, functions: set[tuple[str, int]]) -> None:
        self.found = Resolution()
        self.natives = natives
        self.functions = functions
        self.scopes: list[dict[str, Binding]] = []
        self.frame: Frame
        self.loops: list[set[int]] = []
        self.stores: list[set[int]] = []
        """What is assigned in each of the loops around here."""
        self.calls = Calls()
        self.names = {name for name, _ in functions}
        self.caller: tuple[str, int] | None = None
        self.repeats = 0
        """How many loops and closures are around here."""
        self.doubts = 0
        """How many operands that may not be reached are around here."""

    # --- frames ---

    def script(self, script: tree.Script, outer: Iterable[str]) -> None:
        """The main program, then its functions."""
        frame = self.frame = self.found.frames[id(script)] = Frame(script)
        self.scopes = [{}]
        for name in outer:
            binding = Binding(name, frame.slot(name), is_parameter=True, origin=Origin.OUTSIDE)
            self.scopes[0][name] = binding
            self.found.flows.bindings.append(binding)
            frame.params.append(binding)
        for statement in script.statements:
            self.visit(statement)
        for function in script.functions:
            self.function(function)

    def function(self, function: tree.Function) -> None:
        """A function sees its parameters only."""
        self.frame = self.found.frames[id(function)] = Frame(function)
        self.scopes = [{}]
        self.loops = []
        self.caller = (function.name, len(function.params))
        for param in function.params:
            binding = self.declare(param, Origin.PARAMETER)
            binding.is_parameter = True
            self.frame.params.append(binding)
        self.block(function.body)

    def closure(self, node: tree.Closure) -> None:
        """Captures are looked up outside and declared inside."""
        outer_frame, outer_scopes, outer_loops = self.frame, self.scopes, self.loops
        frame = self.found.frames[id(node)] = Frame(node)
        inner: dict[str, Binding] = {}
        for capture in node.captures:
            variable = self.lookup(capture.text)
            binding = Binding(capture.text, frame.slot(capture.text), is_parameter=True, origin=Origin.CAPTURE, source=variable)
            self.found.flows.bindings.append(binding)
            if variable is not None:
                variable.is_read = True
                self.found.captured[id(capture)] = variable
                if not variable.is_const:
                    variable.is_cell = binding.is_cell = True
                    variable.is_mutated = True
            else:
                # Perhaps ``eval`` declares it.
                binding.is_cell = True
            self.found.declarations[id(capture)] = inner[capture.text] = binding
            frame.params.append(binding)
        self.frame, self.scopes, self.loops = frame, [inner], []
        for param in node.params:
            binding = self.declare(param, Origin.OUTSIDE)
            binding.is_parameter = True
            frame.params.append(binding)
        self.repeated(node.body)
        self.frame, self.scopes, self.loops = outer_frame, outer_scopes, outer_loops
        outer_frame.has_closures = True
        if frame.is_dynamic:
            outer_frame.is_dynamic = True

    # --- scopes ---

    def declare(self, name: tree.Name, origin: Origin = Origin.LET, *, is_const: bool = False, value: tree.Expr | None = None) -> Binding:
        """A new variable in the innermost scope."""
        binding = Binding(name.text, self.frame.slot(name.text), is_const=is_const, value=value, origin=origin)
        self.found.flows.bindings.append(binding)
        self.scopes[-1][name.text] = self.found.declarations[id(name)] = binding
        return binding

    def lookup(self, name: str) -> Binding | None:
        """The variable that the name means here."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def block(self, block: tree.Block) -> None:
        """A block is a scope."""
        self.scopes.append({})
        for statement in block.statements:
            self.visit(statement)
        self.scopes.pop()

    def repeated(self, block: tree.Block) -> None:
        """A block that may run many times."""
        self.repeats += 1
        self.block(block)
        self.repeats -= 1

    # --- nodes ---

    def visit(self, node: Any) -> None:
        """Any statement or expression."""
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)

    def visit_all(self, nodes: Iterable[Any]) -> None:
        """Several, in order."""
        for node in nodes:
            self.visit(node)

    def mutate(self, root: tree.Expr) -> None:
        """Something may change the container in this variable in place."""
        if type(root) is tree.Variable:
            binding = self.lookup(root.name)
            if binding is not None:
                binding.is_mutated = True
                for loop in self.loops:
                    loop.add(id(binding))

    def variable(self, node: tree.Variable) -> None:
        """A name read or written."""
        if not node.namespace:
            binding = self.lookup(node.name)
            if binding is not None:
                self.found.variables[id(node)] = binding
                binding.is_read = True
            elif node.name in self.names:
                self.calls.pointed.add(node.name)

    def this(self, _node: tree.This) -> None:
        """``this`` read or written."""
        self.frame.uses_this = True
        self.frame.this_uses += 1

    def call(self, node: tree.Call) -> None:
        """Function style: a variable as the first argument may be changed by a native."""
        self.visit_all(node.args)
        key = (node.name, len(node.args))
        if key in self.functions:
            self.called(key, node.args)
        elif node.name == "Fn":
            self.point(node.args)
        if key in _DYNAMIC_CALLS or node.in_caller_scope:
            self.frame.is_dynamic = True
            self.calls.is_open = True
        if node.in_caller_scope:
            self.found.in_caller_scope.add(key)
            if node.name == "call":
                # A pointer can be to any function.
                self.found.in_caller_scope |= self.functions
        if node.args and key not in self.functions:
            dispatcher = self.natives.lookup(*key)
            self.noted(node)
            if dispatcher is not None and dispatcher.mutates:
                self.mutate(node.args[0])
                if type(node.args[0]) is tree.This:
                    self.frame.returns_this = True
                elif type(node.args[0]) is tree.Variable and _replaces_any(dispatcher):
                    self.replace(node.args[0].name)

    def noted(self, node: tree.Call) -> None:
        """A native's first argument may change."""
        first = node.args[0]
        binding = self.lookup(first.name) if type(first) is tree.Variable else None
        if binding is not None:
            self.found.flows.natives.append((binding, node))

    def called(self, key: tuple[str, int], args: list[tree.Expr]) -> None:
        """A function of the script is called here."""
        self.found.flows.calls.setdefault(key, []).append(args)
        if self.repeats:
            self.calls.repeated.add(key)
        else:
            self.calls.straight.setdefault(self.caller, []).append(key)

    def point(self, args: list[tree.Expr]) -> None:
        """A pointer is made to a function."""
        if len(args) == 1 and type(args[0]) is tree.String:
            self.calls.pointed.add(args[0].value)
        else:
            self.calls.is_open = True

    def chain(self, node: tree.Chain) -> None:
        """Methods may change the root, and through maps' function pointers nearly every method may."""
        self.visit(node.root)
        if type(node.root) is tree.Variable:
            self.root(node.root, node.steps[0])
            binding = self.lookup(node.root.name)
            if binding is not None and tree.MethodStep in map(type, node.steps):
                self.found.flows.chains.append((binding, node))
        for step in node.steps:
            if type(step) is tree.IndexStep:
                self.visit(step.index)
            elif type(step) is tree.MethodStep:
                self.visit_all(step.args)
                self.swept(step)
                if (step.name, len(step.args)) in self.functions:
                    self.called((step.name, len(step.args)), step.args)
                if not self.is_pure(step):
                    self.mutate(node.root)
                    if type(node.root) is tree.This:
                        self.frame.returns_this = True

    def swept(self, step: tree.MethodStep) -> None:
        """Notes a closure that the method calls for each element."""
        closure = step.args[0] if step.args else None
        if type(closure) is tree.Closure and SWEEPS.get((step.name, len(step.args))) == len(closure.params):
            self.found.frames[id(closure)].swept_by = step.name

    def root(self, node: tree.Variable, first: tree.Step) -> None:
        """Notes what a chain's first step says about the type of the variable it starts from, or may do to it."""
        binding = self.lookup(node.name)
        if binding is None:
            return
        if type(first) is tree.PropertyStep:
            binding.properties += 1
            binding.repeated += self.repeats > 0
        elif type(first) is tree.IndexStep:
            binding.elements += 1
            binding.repeated += self.repeats > 0
        elif type(first) is tree.MethodStep and not self.is_pure(first):
            dispatcher = self.natives.lookup(first.name, len(first.args) + 1)
            is_scripted = (first.name, len(first.args)) in self.functions
            if is_scripted or dispatcher is None or _replaces_any(dispatcher):
                binding.is_replaced = True
            else:
                binding.has_methods = binding.has_methods or dispatcher.replaces_receiver

    def replace(self, name: str) -> None:
        """Anything may be in the variable from now on."""
        binding = self.lookup(name)
        if binding is not None:
            binding.is_replaced = True

    def lazy(self, node: tree.And | tree.Or | tree.Coalesce) -> None:
        """Operands that are evaluated if they are reached."""
        self.visit(node.items[0])
        self.doubts += 1
        self.visit_all(node.items[1:])
        self.doubts -= 1

    def binary(self, node: tree.Binary) -> None:
        """Both operands."""
        if self.doubts > 1 and node.op in ("+", "-"):
            self.found.flows.has_deep_steps = True
        for operand in (node.left, node.right):
            self.visit(operand)
            if type(operand) is tree.Variable and id(operand) in self.found.variables:
                binding = self.found.variables[id(operand)]
                binding.operands += 1
                binding.repeated += self.repeats > 0

    def is_pure(self, step: tree.MethodStep) -> bool:
        """Whether the method is a native that changes nothing."""
        if (step.name, len(step.args)) in self.functions:
            return False
        dispatcher = self.natives.lookup(step.name, len(step.args) + 1)
        return dispatcher is not None and not dispatcher.mutates

    def assign(self, node: tree.Assign) -> None:
        """``x = v`` stores, ``x.a = v`` changes in place, ``x += v`` may do either."""
        self.visit(node.value)
        self.visit(node.target)
        if self.doubts > 1:
            self.found.flows.has_deep_steps = True
        target = node.target
        if type(target) is tree.Variable:
            binding = self.lookup(target.name)
            if binding is not None:
                binding.is_assigned = True
                binding.stores.append((node.op, node.value))
                for loop in self.stores:
                    loop.add(id(binding))
                if node.op != "=":
                    self.mutate(target)
        elif type(target) is tree.This:
            self.frame.returns_this = True
        elif type(target) is tree.Chain:
            self.mutate(target.root)
            binding = self.lookup(target.root.name) if type(target.root) is tree.Variable else None
            if binding is not None:
                self.found.flows.chains.append((binding, node))
            if type(target.root) is tree.This and type(target.steps[0]) is not tree.PropertyStep:
                self.frame.returns_this = True

    def mapping(self, node: tree.Map) -> None:
        """A map's entries; a closure in one may be called as its method."""
        for key, value in node.entries:
            self.visit(value)
            if type(value) is tree.Closure and not value.captures:
                self.found.flows.methods.setdefault((key.text, len(value.params)), []).append(value)

    def let(self, node: tree.Let) -> None:
        """The new name is visible after its value."""
        if node.value is not None:
            self.visit(node.value)
        self.declare(node.name, is_const=node.is_const, value=node.value)

    def for_(self, node: tree.For) -> None:
        """The loop's variables live in a scope around the body."""
        self.visit(node.iterable)
        self.scopes.append({})
        if node.counter is not None:
            self.declare(node.counter, Origin.COUNTER).is_loop = True
        variable = self.declare(node.variable, Origin.LOOP)
        variable.is_loop = True
        variable.source = node
        changed: set[int] = set()
        self.loops.append(changed)
        stored = self.found.stored_in[id(node)] = set()
        self.stores.append(stored)
        self.repeated(node.body)
        self.stores.pop()
        self.loops.pop()
        self.scopes.pop()
        self.found.mutated_in[id(node)] = changed

    def try_(self, node: tree.Try) -> None:
        """The error's name is visible in the handler."""
        self.found.catches = True
        self.block(node.body)
        self.scopes.append({})
        if node.variable is not None:
            self.declare(node.variable, Origin.OUTSIDE)
        self.block(node.handler)
        self.scopes.pop()

    def switch(self, node: tree.Switch) -> None:
        """Patterns are constants; guards and bodies are not."""
        self.visit(node.subject)
        for arm in node.arms:
            if arm.guard is not None:
                self.visit(arm.guard)
            self.block(arm.body)

    def loop(self, node: tree.While | tree.Do) -> None:
        """``while`` and ``do``, whose conditions are in the loop too."""
        self.repeats += 1
        stored = self.found.stored_in[id(node)] = set()
        self.stores.append(stored)
        if node.condition is not None:
            self.visit(node.condition)
        self.block(node.body)
        self.stores.pop()
        self.repeats -= 1

    def if_(self, node: tree.If) -> None:
        """A condition and two blocks."""
        self.visit(node.condition)
        self.block(node.then)
        if node.otherwise is not None:
            self.block(node.otherwise)

    def import_(self, node: tree.Import) -> None:
        """Only its path is an expression. A module may catch errors, and give closures."""
        self.found.catches = True
        self.found.leaving.add("")
        self.visit(node.path)

    def export(self, node: tree.Export) -> None:
        """An export names a variable."""
        binding = self.lookup(node.name.text)
        if binding is not None:
            self.found.exported[id(node.name)] = binding

    def return_(self, node: tree.Return) -> None:
        """A result of the function."""
        self.frame.returns.append(node.value)
        self.valued(node)

    def valued(self, node: Any) -> None:
        """Statements with one optional value."""
        if node.value is not None:
            self.visit(node.value)


_HANDLERS: dict[type, Callable[[_Walker, Any], None]] = {
    tree.Variable: _Walker.variable,
    tree.This: _Walker.this,
    tree.Call: _Walker.call,
    tree.Chain: _Walker.chain,
    tree.Closure: _Walker.closure,
    tree.Block: _Walker.block,
    tree.Let: _Walker.let,
    tree.Assign: _Walker.assign,
    tree.For: _Walker.for_,
    tree.Try: _Walker.try_,
    tree.Switch: _Walker.switch,
    tree.While: _Walker.loop,
    tree.Do: _Walker.loop,
    tree.If: _Walker.if_,
    tree.Import: _Walker.import_,
    tree.Export: _Walker.export,
    tree.Return: _Walker.return_,
    tree.Throw: _Walker.valued,
    tree.Break: _Walker.valued,
    tree.ExprStmt: lambda walker, node: walker.visit(node.expr),
    tree.Unary: lambda walker, node: walker.visit(node.operand),
    tree.Binary: _Walker.binary,
    tree.And: _Walker.lazy,
    tree.Or: _Walker.lazy,
    tree.Coalesce: _Walker.lazy,
    tree.Array: lambda walker, node: walker.visit_all(node.items),
    tree.Interpolated: lambda walker, node: walker.visit_all(node.parts),
    tree.Map: _Walker.mapping,
}
