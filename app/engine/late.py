"""Texts that are compiled while a program runs: ``eval`` and modules."""

from __future__ import annotations

from typing import Any

from app.engine import errors, tree
from app.engine.install import installed
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.runtime import Machine, Module
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import Failure, folded, parse_limits, translated
from app.engine.values import Value


def evaluated_text(machine: Machine, level: Any, scope: list[Any], this: Value, text: str) -> Value:
    """``eval``: the text's value, with the scope's variables read and written by name."""
    source = Source(text.strip())
    script, diagnostics = parse(source, parse_limits(machine.limits))
    faults = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
    if faults:
        raise errors.eval_parsing(faults[0].parse_kind or "", faults[0].message, source.place(faults[0].start))
    if script.functions or holds_closure(script):
        text = "Function definitions must be at global level and cannot be inside a block or another function"
        raise errors.eval_parsing("WrongFnDefinition", text, None)
    inner = Machine(machine.limits, machine.natives, machine.meter, clock=machine.monotonic, parent=machine, host=machine.host)
    inner.here = level
    inner.functions_by_key = dict(machine.functions_by_key)
    inner.typed = machine.typed
    inner.in_caller_scope = machine.in_caller_scope
    inner.imports = machine.imports
    inner.program = machine.program
    known = {key: bound.compiled for key, bound in machine.functions_by_key.items()}
    weights = list(machine.program.weights)
    code = translated(
        script, source, machine.natives, weights, machine.limits, prefix="eval:", are_weights_fixed=True, is_eval=True, known=known
    )
    if isinstance(code, Failure):
        raise errors.eval_parsing("ExprTooDeep", code.diagnostics[0].message, None)
    namespace = installed(inner, code)
    return namespace[code.main](level, scope, this)


def holds_closure(script: tree.Script) -> bool:
    """Whether there is a closure in the script, which Rhai counts as a function there."""
    return any(isinstance(frame.node, tree.Closure) for frame in resolve(script, STANDARD).frames.values())


def run_module(machine: Machine, level: Any, path: str) -> Module:
    """Compiles (once) and runs a module's source; gives what it exports."""
    program = machine.program
    text = program.modules.get(path)
    if text is None:
        raise errors.module_not_found(path)
    code = program._module_codes.get(path)
    if code is None:
        source = Source(text, path)
        script, diagnostics = parse(source, parse_limits(machine.limits))
        faults = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
        if faults:
            raise errors.parsing(faults[0].parse_kind or "", faults[0].message, source.place(faults[0].start))
        if program.optimize:
            script = folded(script, machine.limits)
        prefix = f"module{len(program._module_codes)}:"
        code = translated(
            script, source, machine.natives, list(program.weights), machine.limits, prefix=prefix, are_weights_fixed=True, is_module=True
        )
        if isinstance(code, Failure):
            raise errors.parsing("ExprTooDeep", code.diagnostics[0].message)
        program._module_codes[path] = code
    inner = Machine(machine.limits, machine.natives, machine.meter, clock=machine.monotonic, parent=machine, host=machine.host)
    inner.program = program
    inner.here = level
    namespace = installed(inner, code)
    exported = namespace[code.main](level, []) if code.has_scope else namespace[code.main](level)
    public = {key: bound for key, bound in inner.functions_by_key.items() if not bound.compiled.is_private}
    return Module(path, exported, public, {alias: module for alias, module in inner.imports if alias is not None})
