"""The walk that fills ``Facts``. One method per construct; nothing is judged here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from app.engine import tree
from app.engine.source import NO_POSITION, Source
from app.ide.context import Context
from app.ide.facts import CallSite, Declaration, Facts, Frame, Hiding, Kind, Unknown

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_MOST_SNAPSHOTS = 100
"""How many unknown names remember what was visible; more of them than that need no suggestions."""


def gather(source: Source, script: tree.Script, context: Context) -> Facts:
    """Everything the checks want to know about a script."""
    walker = _Walker(Facts(source, context, script, context.natives))
    walker.script(script)
    return walker.facts


class _Walker:
    """Walks the tree with the scopes that are open. ``scopes`` runs from the outermost block of the frame chain inwards."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.scopes: list[dict[str, Declaration]] = []
        self.frame = Frame(None)
        self.globals: dict[str, Declaration] = {}
        self.visitors: dict[type, Callable[[Any], None]] = {
            tree.Variable: self._variable,
            tree.Interpolated: self._interpolated,
            tree.Array: self._array,
            tree.Map: self._map,
            tree.String: self._string,
            tree.Unary: self._unary,
            tree.Binary: self._binary,
            tree.And: self._items,
            tree.Or: self._items,
            tree.Coalesce: self._items,
            tree.Call: self._call,
            tree.Chain: self._chain,
            tree.Closure: self._closure,
            tree.Block: self._block,
            tree.If: self._if,
            tree.Switch: self._switch,
            tree.While: self._while,
            tree.Do: self._do,
            tree.For: self._for,
            tree.ExprStmt: self._expression_statement,
            tree.Let: self._let,
            tree.Assign: self._assign,
            tree.Return: self._leave,
            tree.Throw: self._leave,
            tree.Break: self._leave,
            tree.Try: self._try,
            tree.Import: self._import,
            tree.Export: self._export,
        }

    def script(self, script: tree.Script) -> None:
        for function in script.functions:
            self.facts.functions.setdefault(function.name, set()).add(len(function.params))
        host = {
            name: Declaration(name, Kind.HOST, NO_POSITION, NO_POSITION, None, host_type=kind, is_opaque=True)
            for name, kind in self.facts.context.variables().items()
        }
        self.scopes = [host, self.globals]
        self._statements(script.statements)
        for function in script.functions:
            self._function(function)

    # --- scopes

    def _visit(self, node: object) -> None:
        visitor = self.visitors.get(type(node))
        if visitor is not None:
            visitor(node)

    def _declare(self, name: tree.Name, kind: Kind, value: tree.Expr | None = None, statement: tree.Let | None = None) -> Declaration:
        declaration = Declaration(name.text, kind, name.start, name.end, self.frame, statement, [value])
        self.facts.declarations.append(declaration)
        self.scopes[-1][name.text] = declaration
        if kind is Kind.PARAMETER:
            self.frame.parameters[name.text] = declaration
        return declaration

    def _find(self, name: str) -> Declaration | None:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def _note_hiding(self, declaration: Declaration, value: tree.Expr | None, reads_before: int) -> None:
        parameter = self.frame.parameters.get(declaration.name)
        if parameter is not None:
            reads_it = value is not None and parameter.reads > reads_before
            self.facts.hidings.append(Hiding(declaration, parameter, reads_it))

    def _parameter_reads(self, name: str) -> int:
        parameter = self.frame.parameters.get(name)
        return parameter.reads if parameter is not None else 0

    def _in_scope(self, statements: Sequence[tree.Stmt]) -> None:
        self.scopes.append({})
        self._statements(statements)
        self.scopes.pop()

    def _statements(self, statements: Sequence[tree.Stmt]) -> None:
        self.facts.blocks.append(statements)
        visitors = self.visitors
        for statement in statements:
            visitor = visitors.get(type(statement))
            if visitor is not None:
                visitor(statement)

    # --- functions

    def _function(self, function: tree.Function) -> None:
        outside = self.scopes, self.frame
        self.scopes, self.frame = [{}], Frame(function)
        self._parameters(function.params)
        self._in_scope(function.body.statements)
        self.scopes, self.frame = outside

    def _closure(self, closure: tree.Closure) -> None:
        outer = self.frame
        self.frame = Frame(closure, outer)
        self.scopes.append({})
        self._parameters(closure.params)
        self._in_scope(closure.body.statements)
        self.scopes.pop()
        self.frame = outer

    def _parameters(self, params: Iterable[tree.Name]) -> None:
        for param in params:
            self._declare(param, Kind.PARAMETER).is_opaque = True

    # --- expressions

    def _variable(self, node: tree.Variable) -> None:
        if node.namespace:
            self._qualified(node)
            return
        declaration = self._find(node.name)
        if declaration is not None:
            declaration.reads += 1
            self.facts.resolved[id(node)] = declaration
        elif node.name not in self.facts.functions:
            self._unknown(node)

    def _qualified(self, node: tree.Variable) -> None:
        if node.namespace != ("global",):
            return
        constant = self.globals.get(node.name)
        if constant is not None and constant.kind is Kind.CONST:
            constant.reads += 1
            self.facts.mentioned[id(node)] = constant
        elif self.frame.node is not None and len(self.facts.unknown) < _MOST_SNAPSHOTS:
            # Functions are walked last, when all constants are known.
            constants = [name for name, declaration in self.globals.items() if declaration.kind is Kind.CONST]
            self.facts.unknown.append(Unknown(node, self.frame, constants))

    def _unknown(self, node: tree.Variable) -> None:
        visible: list[str] = []
        if len(self.facts.unknown) < _MOST_SNAPSHOTS:
            visible = [name for scope in self.scopes for name in scope]
        self.facts.unknown.append(Unknown(node, self.frame, visible))

    def _string(self, node: tree.String) -> None:
        self.facts.property_names.add(node.value)

    def _interpolated(self, node: tree.Interpolated) -> None:
        for part in node.parts:
            self._visit(part)

    def _array(self, node: tree.Array) -> None:
        for item in node.items:
            self._visit(item)

    def _map(self, node: tree.Map) -> None:
        for name, value in node.entries:
            self.facts.property_names.add(name.text)
            self._visit(value)

    def _unary(self, node: tree.Unary) -> None:
        self._visit(node.operand)

    def _binary(self, node: tree.Binary) -> None:
        # Long sums lean to the left, one level per term: go down in a loop.
        spine = [node]
        while isinstance(spine[-1].left, tree.Binary):
            spine.append(spine[-1].left)
        self._visit(spine[-1].left)
        for operation in reversed(spine):
            if operation.op in _COMPARISONS:
                self.facts.comparisons.append(operation)
            self._visit(operation.right)

    def _items(self, node: tree.And | tree.Or | tree.Coalesce) -> None:
        for item in node.items:
            self._visit(item)

    def _call(self, node: tree.Call) -> None:
        facts = self.facts
        if not node.namespace:
            facts.calls.append(CallSite(node, self.frame, variable=self._find(node.name)))
        if node.name == "eval":
            facts.has_eval = True
        elif node.name in ("is_def_var", "is_def_fn") and node.args and isinstance(node.args[0], tree.String):
            facts.tested_names.add(node.args[0].value)
        if node.in_caller_scope:
            facts.runs_in_callers.add(node.name)
            facts.has_eval = facts.has_eval or node.name == "call"  # which function it runs, nobody knows
        for arg in node.args:
            self._visit(arg)

    def _chain(self, node: tree.Chain, is_target: bool = False) -> None:
        self.facts.chains.append((node, self.frame, is_target))
        self._visit(node.root)
        for index, step in enumerate(node.steps):
            if isinstance(step, tree.MethodStep):
                self.facts.calls.append(CallSite(step, self.frame, node, index))
                self._note_change_by_method(node, step)
                for arg in step.args:
                    self._visit(arg)
            elif isinstance(step, tree.IndexStep):
                self._visit(step.index)
            else:
                self._note_property(node, step, index, is_target)

    def _note_property(self, node: tree.Chain, step: tree.PropertyStep, index: int, is_target: bool) -> None:
        if is_target and index == len(node.steps) - 1:
            self.facts.property_names.add(step.name)

    def _note_change_by_method(self, node: tree.Chain, step: tree.MethodStep) -> None:
        """A function of the script's or of a map's may put anything into ``this``; so may one that ``call`` runs."""
        is_native = step.name in self.facts.natives.names and step.name not in self.facts.functions and step.name != "take"
        if isinstance(node.root, tree.Variable) and not is_native:
            declaration = self.facts.resolved.get(id(node.root))
            if declaration is not None:
                declaration.is_opaque = True

    # --- blocks and branches

    def _block(self, node: tree.Block) -> None:
        self._in_scope(node.statements)

    def _if(self, node: tree.If) -> None:
        self._visit(node.condition)
        self._in_scope(node.then.statements)
        if node.otherwise is not None:
            self._in_scope(node.otherwise.statements)

    def _switch(self, node: tree.Switch) -> None:
        self._visit(node.subject)
        for arm in node.arms:
            if arm.guard is not None:
                self._visit(arm.guard)
            self._in_scope(arm.body.statements)

    def _while(self, node: tree.While) -> None:
        if node.condition is not None:
            self._visit(node.condition)
        self._in_scope(node.body.statements)

    def _do(self, node: tree.Do) -> None:
        self._in_scope(node.body.statements)
        self._visit(node.condition)

    def _for(self, node: tree.For) -> None:
        self._visit(node.iterable)
        self.scopes.append({})
        variable = self._declare(node.variable, Kind.LOOP)
        variable.is_opaque = True
        self._note_hiding(variable, None, 0)
        if node.counter is not None:
            self._declare(node.counter, Kind.COUNTER).is_opaque = True
        self._in_scope(node.body.statements)
        self.scopes.pop()

    # --- statements

    def _expression_statement(self, node: tree.ExprStmt) -> None:
        self._visit(node.expr)

    def _let(self, node: tree.Let) -> None:
        reads = self._parameter_reads(node.name.text)
        if node.value is not None:
            self._visit(node.value)
        declaration = self._declare(node.name, Kind.CONST if node.is_const else Kind.LET, node.value, node)
        self._note_hiding(declaration, node.value, reads)
        if node.is_exported:
            declaration.reads += 1

    def _assign(self, node: tree.Assign) -> None:
        self._visit(node.value)
        target = node.target
        if isinstance(target, tree.Variable):
            self._write(target, node)
        elif isinstance(target, tree.Chain):
            self._chain(target, is_target=True)
        else:
            self._visit(target)

    def _write(self, target: tree.Variable, node: tree.Assign) -> None:
        declaration = self._find(target.name)
        if declaration is None:
            self._variable(target)
            return
        self.facts.resolved[id(target)] = declaration
        declaration.writes += 1
        if node.op == "=":
            declaration.values.append(node.value)
        else:
            declaration.updates.append((node.op, node.value))

    def _leave(self, node: tree.Return | tree.Throw | tree.Break) -> None:
        if node.value is not None:
            self._visit(node.value)

    def _try(self, node: tree.Try) -> None:
        self._in_scope(node.body.statements)
        self.scopes.append({})
        if node.variable is not None:
            caught = self._declare(node.variable, Kind.CAUGHT)
            caught.is_opaque = True
            self._note_hiding(caught, None, 0)
        self._in_scope(node.handler.statements)
        self.scopes.pop()

    def _import(self, node: tree.Import) -> None:
        self._visit(node.path)
        if node.alias is not None:
            self.facts.modules.add(node.alias.text)

    def _export(self, node: tree.Export) -> None:
        declaration = self._find(node.name.text)
        if declaration is not None:
            declaration.reads += 1
            self.facts.mentioned[id(node.name)] = declaration
