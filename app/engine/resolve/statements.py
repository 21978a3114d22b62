"""Statements: what they declare, and the scopes that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine import tree
from app.engine.resolve.bindings import Changes, Origin
from app.engine.resolve.completing import made_by
from app.engine.resolve.glancing import is_glanced
from app.engine.resolve.telling import asked, told, told_now

if TYPE_CHECKING:
    from app.engine.resolve.names import Walker


def let(walker: Walker, node: tree.Let) -> None:
    """The new name is visible after its value."""
    if node.value is not None:
        walker.visit(node.value)
    binding = walker.declare(node.name, is_const=node.is_const, value=node.value)
    binding.since = node.end
    if type(node.value) is tree.Closure and not walker.repeats:
        walker.held.append((walker.frame, binding))
    made = made_by(binding, node.value)
    if made is not None:
        walker.made[id(binding)] = made


def for_(walker: Walker, node: tree.For) -> None:
    """The loop's variables live in a scope around the body."""
    walker.visit(node.iterable)
    walker.scopes.append({})
    if node.counter is not None:
        walker.declare(node.counter, Origin.COUNTER).is_loop = True
    variable = walker.declare(node.variable, Origin.LOOP)
    variable.is_loop = True
    variable.source = node
    changes = Changes(id(node), node.end)
    walker.loops.append(changes)
    stored = walker.found.stored_in[id(node)] = set()
    walker.stores.append(stored)
    walker.repeated(node.body)
    walker.stores.pop()
    walker.loops.pop()
    walker.scopes.pop()
    walker.found.mutated_in[id(node)] = changes.changed


def try_(walker: Walker, node: tree.Try) -> None:
    """The error's name is visible in the handler."""
    walker.found.catches = True
    walker.found.tried.append((node.body.start, node.body.end))
    walker.tries += 1
    walker.block(node.body)
    walker.tries -= 1
    walker.scopes.append({})
    error = None if node.variable is None else walker.declare(node.variable, Origin.OUTSIDE)
    if error is not None:
        error.source = node
    walker.handlers.append(id(node))
    walker.block(node.handler)
    walker.handlers.pop()
    if error is not None and error.is_read and not walker.least_until and is_glanced(walker.found, error, node.handler):
        walker.found.glancing.add(id(node))
    walker.scopes.pop()


def throw(walker: Walker, node: tree.Throw) -> None:
    """Handlers around it, in the same function, may pass on the error that they handle."""
    valued(walker, node)
    walker.found.throwing.update(walker.handlers)


def switch(walker: Walker, node: tree.Switch) -> None:
    """Patterns are constants; guards and bodies are not."""
    walker.visit(node.subject)
    variable = asked(walker, node.subject)
    binding = walker.lookup(variable.name) if type(variable) is tree.Variable and not variable.namespace else None
    told = walker.told
    for arm in node.arms:
        pattern = arm.patterns[0] if len(arm.patterns) == 1 else None
        if binding is not None:
            walker.told = told
            if type(pattern) is tree.String:
                walker.told = {**told, id(binding): told_now(walker, binding, pattern.value, node.start)}
        if arm.guard is not None:
            walker.visit(arm.guard)
        walker.block(arm.body)
    walker.told = told


def loop(walker: Walker, node: tree.While | tree.Do) -> None:
    """``while`` and ``do``, whose conditions are in the loop too."""
    walker.repeats += 1
    walker.loops.append(Changes(id(node), node.end))
    stored = walker.found.stored_in[id(node)] = set()
    walker.stores.append(stored)
    before = walker.told
    if node.condition is not None:
        walker.visit(node.condition)
        if type(node) is tree.While:
            walker.told = {**before, **told(walker, node.condition, holds=True)}
    walker.block(node.body)
    walker.told = before
    walker.stores.pop()
    walker.loops.pop()
    walker.repeats -= 1


def if_(walker: Walker, node: tree.If) -> None:
    """A condition and two blocks."""
    end, walker.statement_end = walker.statement_end, node.condition.end
    walker.visit(node.condition)
    walker.statement_end, before = end, walker.told
    walker.told = {**before, **told(walker, node.condition, holds=True)}
    walker.block(node.then)
    if node.otherwise is not None:
        walker.told = {**before, **told(walker, node.condition, holds=False)}
        walker.block(node.otherwise)
    walker.told = before


def import_(walker: Walker, node: tree.Import) -> None:
    """Only its path is an expression. A module may catch errors, and give closures."""
    walker.found.catches = True
    walker.found.flows.has_modules = True
    walker.found.leaving.add("")
    walker.visit(node.path)


def export(walker: Walker, node: tree.Export) -> None:
    """An export names a variable."""
    walker.found.flows.has_modules = True
    binding = walker.lookup(node.name.text)
    if binding is not None:
        walker.found.exported[id(node.name)] = binding


def return_(walker: Walker, node: tree.Return) -> None:
    """A result of the function."""
    walker.frame.returns.append(node.value)
    if node.value is not None:
        walker.visit_end(node.value)
    walker.keep(node.value)


def break_(walker: Walker, node: tree.Break) -> None:
    """A value of the loop."""
    if walker.loops:
        walker.found.breaks.setdefault(walker.loops[-1].loop, []).append(node.value)
    valued(walker, node)
    walker.jump()


def valued(walker: Walker, node: Any) -> None:
    """Statements with one optional value."""
    if node.value is not None:
        walker.visit(node.value)
