"""The walk that binds names. Scopes follow blocks; a closure is a frame of its own whose captures are parameters."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from app.engine import tree
from app.engine.natives import Natives
from app.engine.resolve import effects, statements
from app.engine.resolve.arms import givers
from app.engine.resolve.bindings import Binding, Changes, Frame, Leaving, Origin, Resolution, noted
from app.engine.resolve.completing import Made, complete
from app.engine.resolve.heat import Calls, hot, is_called_often
from app.engine.resolve.lending import lend
from app.engine.resolve.returning import Return, put_back, returns
from app.engine.resolve.sharing import settle
from app.engine.resolve.swapping import Swap, swap, swaps
from app.engine.resolve.taking import take_over
from app.engine.resolve.telling import Key, Told, told_behind


def resolve(script: tree.Script, natives: Natives, outer: Iterable[str] = (), *, is_traced: bool = False) -> Resolution:
    """Binds every name of the script; ``outer`` are variables of the host in the main program's scope.

    ``is_traced`` says that somebody looks at all variables after each statement.
    """
    walker = Walker(natives, Counter([(function.name, len(function.params)) for function in script.functions]))
    walker.least_until = sys.maxsize if is_traced else 0
    walker.script(script, outer)
    hot_functions = hot(walker.functions, walker.calls)
    for function in script.functions:
        walker.found.frames[id(function)].is_hot = (function.name, len(function.params)) in hot_functions
    walker.found.frames[id(script)].is_hot = None in hot_functions
    for frame, binding in walker.held:
        walker.found.frames[id(binding.value)].is_hot = frame.is_hot or is_called_often(binding)
    for frame in walker.found.frames.values():
        if frame.returns_this:
            walker.found.leaving.add(frame.node.name if isinstance(frame.node, tree.Function) else "")
    if any(frame.uses_this for frame in walker.found.frames.values()):
        for step, note in walker.reaching:
            walker.found.reaching.add(step)
            note()
    flows = walker.found.flows
    flows.pointed, flows.is_open = walker.calls.pointed, walker.calls.is_open
    settle(walker.found)
    complete(walker.found, list(walker.made.values()))
    lend(walker.found)
    take_over(walker.found, script)
    if not is_traced:
        swap(walker.found, walker.swaps)
        put_back(walker.found, walker.returns)
    return walker.found


class Walker:
    """Where the walk is, and what it has found."""

    def __init__(self, natives: Natives, functions: Counter[tuple[str, int]]) -> None:
        self.found = Resolution(functions)
        self.natives = natives
        self.functions = functions
        self.scopes: list[dict[str, Binding]] = []
        self.frame: Frame
        self.loops: list[Changes] = []
        self.handlers: list[int] = []
        """Ids of the ``try`` statements whose handlers are around here."""
        self.leaving: tuple[Leaving, ...] = ()
        """The blocks around here that end with a jump, outermost first; none within ``try``, from where every operation may jump, and none
        in a trace, which shows variables until they are gone."""
        self.tries = 0
        """How many ``try`` statements of the function have their bodies around here."""
        self.stores: list[set[int]] = []
        """What is assigned in each of the loops around here."""
        self.calls = Calls()
        self.names = {name for name, _ in functions}
        self.held: list[tuple[Frame, Binding]] = []
        """Variables that start with a closure, outside of loops and closures, and where."""
        self.made: dict[int, Made] = {}
        """By ``id`` of the variable: the maps that variables start with."""
        self.caller: tuple[str, int] | None = None
        self.repeats = 0
        """How many loops and closures are around here."""
        self.told: dict[Key, Told] = {}
        """What conditions have told here of variables' types (``telling``)."""
        self.doubts = 0
        """How many operands that may not be reached are around here."""
        self.reaching: list[tuple[int, Callable[[], None]]] = []
        """Steps and calls that change their receiver if any function of the script uses ``this``, and what to note then."""
        self.rooted: list[tuple[Binding, tree.Variable]] | None = None
        """What is read in the expression that a chain starts from, or left of ``in``, if that is where the walk is."""
        self.swaps: list[Swap] = []
        self.returns: list[Return] = []
        self.ends: set[int] = set()
        """Ids of the expressions that the function ends with, if it comes to them."""
        self.ending: dict[int, tuple[tree.Variable, int]] | None = None
        """In such an expression, by ``id`` of the binding, where each variable is read last, and how many loops and closures are around."""
        self.statement_end = 0
        """Where the innermost statement around here ends in the source."""
        self.least_until = 0
        """Until where each variable is needed in any case."""

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
        self.swaps += swaps(script.statements)
        self.returns += returns(script.statements)
        for statement in script.statements:
            self.statement_end = statement.end
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
        given = givers(function.body)
        self.ends = {id(node) for node in given if type(node) in _MAKING}
        self.block(function.body)
        for node in given:
            self.keep(node)

    def closure(self, node: tree.Closure) -> None:
        """Captures are looked up outside and declared inside."""
        outer_frame, outer_scopes, outer_loops, outer_handlers = self.frame, self.scopes, self.loops, self.handlers
        outer_leaving, outer_tries, self.leaving, self.tries = self.leaving, self.tries, (), 0
        frame = self.found.frames[id(node)] = Frame(node)
        self.found.flows.closures.append(node)
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
        self.frame, self.scopes, self.loops, self.handlers = frame, [inner], [], []
        for param in node.params:
            binding = self.declare(param, Origin.OUTSIDE)
            binding.is_parameter = True
            frame.params.append(binding)
        self.repeated(node.body)
        self.frame, self.scopes, self.loops, self.handlers = outer_frame, outer_scopes, outer_loops, outer_handlers
        self.leaving, self.tries = outer_leaving, outer_tries
        outer_frame.has_closures = True
        if frame.is_dynamic:
            outer_frame.is_dynamic = True

    # --- scopes ---

    def declare(self, name: tree.Name, origin: Origin = Origin.LET, *, is_const: bool = False, value: tree.Expr | None = None) -> Binding:
        """A new variable in the innermost scope."""
        binding = Binding(name.text, self.frame.slot(name.text), is_const=is_const, value=value, origin=origin, depth=self.repeats)
        binding.loops, binding.until = len(self.loops), self.least_until
        self.found.flows.bindings.append(binding)
        self.scopes[-1][name.text] = self.found.declarations[id(name)] = binding
        return binding

    def lookup(self, name: str) -> Binding | None:
        """The variable that the name means here."""
        for scope in reversed(self.scopes):
            found = scope.get(name)
            if found is not None:
                return found
        return None

    def block(self, block: tree.Block) -> None:
        """A block is a scope."""
        self.scopes.append({})
        told, end, leaving = self.told, self.statement_end, self.leaving
        if len(block.statements) >= _LEAST_EXCHANGE:
            self.swaps += swaps(block.statements)
            self.returns += returns(block.statements)
        if block.statements and type(block.statements[-1]) in _JUMPS and not self.tries and not self.least_until:
            self.leaving = (*leaving, Leaving(block.end, len(self.loops)))
        for statement in block.statements:
            self.statement_end = statement.end
            self.visit(statement)
            if type(statement) is tree.If and statement.otherwise is None:
                self.told = {**self.told, **told_behind(self, statement)}
        self.told, self.statement_end, self.leaving = told, end, leaving
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

    def visit_end(self, node: tree.Expr) -> None:
        """An expression with which the function ends."""
        outer, self.ending = self.ending, {}
        self.visit(node)
        self.found.ending.update(id(read) for read, repeats in self.ending.values() if repeats == self.repeats)
        self.ending = outer

    def expression(self, node: tree.ExprStmt) -> None:
        """An expression as a statement."""
        if id(node.expr) in self.ends:
            self.visit_end(node.expr)
        else:
            self.visit(node.expr)

    def visit_all(self, nodes: Iterable[Any]) -> None:
        """Several, in order."""
        for node in nodes:
            self.visit(node)

    def mutate(self, root: tree.Expr, *, is_altered: bool = True) -> None:
        """Something may change the container in this variable in place; ``is_altered``: its elements, too."""
        self.change(root, is_altered=is_altered)()

    def change(self, root: tree.Expr, *, is_altered: bool = True) -> Callable[[], None]:
        """What notes such a change, which is made where the walk is."""
        binding = self.lookup(root.name) if type(root) is tree.Variable else None
        loops, frame, leaving = self.loops[:], self.frame, self.leaving

        def note() -> None:
            if binding is not None:
                binding.is_mutated = True
                binding.changes = noted(binding.changes, (root.start, is_altered, leaving))
                for loop in loops:
                    loop.changed.add(id(binding))
            elif type(root) is tree.This:
                frame.changes_this = True
                for loop in loops:
                    loop.changed.add(id(frame.node))

        return note

    def variable(self, node: tree.Variable) -> None:
        """A name read or written."""
        if node.namespace:
            self.found.flows.has_paths = True
        else:
            binding = self.lookup(node.name)
            if binding is not None:
                self.found.variables[id(node)] = binding
                binding.is_read = True
                binding.last, binding.last_depth = node, self.repeats
                if self.rooted is not None:
                    self.rooted.append((binding, node))
                if self.ending is not None:
                    self.ending[id(binding)] = node, self.repeats
                # What is declared outside of a loop is read again in the next round.
                end = self.loops[binding.loops].end if len(self.loops) > binding.loops else self.statement_end
                binding.until = max(binding.until, end)
                binding.uses = noted(binding.uses, (node.start, end))
                if self.told and id(binding) in self.told:
                    known = self.told[id(binding)]
                    self.found.told[id(node)] = known.name
                    if known.stores == len(binding.stores) and known.repeats == self.repeats:
                        self.found.told_now.add(id(node))
            elif node.name in self.names:
                self.calls.pointed.add(node.name)

    def jump(self) -> None:
        """``break`` or ``continue``: variables declared outside of the innermost loop may still be needed where it leads."""
        for block in self.leaving:
            if block.around >= len(self.loops):
                block.loops = max(block.loops, len(self.loops))

    def keep(self, node: tree.Expr | None) -> None:
        """A value goes into a container, or out of a function."""
        binding = self.found.variables.get(id(node)) if type(node) is tree.Variable else None
        if binding is not None:
            binding.is_kept = True

    def read_last(self, *nodes: tree.Expr) -> None:
        """Variables that are in use while what comes after them is evaluated."""
        for node in nodes:
            binding = self.found.variables.get(id(node)) if type(node) is tree.Variable else None
            if binding is not None and type(node) is tree.Variable:
                binding.last, binding.last_depth = node, self.repeats
                self.told_late(binding, node)
                if self.ending is not None:
                    self.ending[id(binding)] = node, self.repeats

    def told_late(self, binding: Binding, node: tree.Variable) -> None:
        """A variable that the walk came to earlier is read only now: what was told of it may have ended."""
        known = self.told.get(id(binding))
        if known is None or known.stores != len(binding.stores):
            self.found.told_now.discard(id(node))

    def early(self, node: tree.Expr) -> list[tuple[Binding, tree.Variable]]:
        """Visits an expression that is evaluated after others that come after it in the author's order; gives what is read there."""
        if type(node) is tree.Variable:
            self.variable(node)  # ``late`` says itself that it is read last.
            return []
        outer, self.rooted = self.rooted, []
        self.visit(node)
        found, self.rooted = self.rooted, outer
        if outer is not None:
            outer += found
        return found

    def late(self, node: tree.Expr, found: list[tuple[Binding, tree.Variable]]) -> None:
        """Called where such an expression is evaluated: what is read in it, and elsewhere since, is read for the last time in neither."""
        nodes = {id(variable) for _, variable in found}
        for binding, _ in found:
            if id(binding.last) not in nodes:
                binding.last = None
            if self.ending is not None and id(binding) in self.ending and id(self.ending[id(binding)][0]) not in nodes:
                del self.ending[id(binding)]
        for binding, variable in found:
            self.told_late(binding, variable)
        self.read_last(node)

    def this(self, node: tree.This) -> None:
        """``this`` read or written."""
        owner = self.frame.node
        if not isinstance(owner, tree.Script):
            self.found.flows.this_in[id(node)] = owner
        self.frame.uses_this = True
        self.frame.this_uses += 1

    def replace(self, name: str) -> None:
        """Anything may be in the variable from now on."""
        binding = self.lookup(name)
        if binding is not None:
            binding.is_replaced = binding.is_called = binding.is_opaque = True


_MAKING = frozenset({tree.Call, tree.Array, tree.Map, tree.Chain})
_LEAST_EXCHANGE = 3
"""So many statements a swap takes, or a value's return."""
_JUMPS = frozenset({tree.Return, tree.Break, tree.Continue})
_HANDLERS: dict[type, Callable[[Walker, Any], None]] = {
    tree.Variable: Walker.variable,
    tree.This: Walker.this,
    tree.Call: effects.call,
    tree.Chain: effects.chain,
    tree.Closure: Walker.closure,
    tree.Block: Walker.block,
    tree.Let: statements.let,
    tree.Assign: effects.assign,
    tree.For: statements.for_,
    tree.Try: statements.try_,
    tree.Switch: statements.switch,
    tree.While: statements.loop,
    tree.Do: statements.loop,
    tree.If: statements.if_,
    tree.Import: statements.import_,
    tree.Export: statements.export,
    tree.Return: statements.return_,
    tree.Throw: statements.throw,
    tree.Break: statements.break_,
    tree.Continue: lambda walker, _: walker.jump(),
    tree.ExprStmt: Walker.expression,
    tree.Unary: lambda walker, node: walker.visit(node.operand),
    tree.Binary: effects.binary,
    tree.And: effects.lazy,
    tree.Or: effects.lazy,
    tree.Coalesce: effects.lazy,
    tree.Array: effects.array,
    tree.Interpolated: lambda walker, node: walker.visit_all(node.parts),
    tree.Map: effects.mapping,
}
