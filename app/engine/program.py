"""Compiling and running: the facade over parser, resolve, lower, verify and runtime.

Pure: no IO and no clock of its own. The caller gives limits, a clock and a look-out that may end the run; the defaults count
operations only.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType, MappingProxyType
from typing import Any, Final

from app.engine import errors, ops, tree
from app.engine.diagnostic import Diagnostic
from app.engine.errors import Exit, InternalError, ScriptError, Stop
from app.engine.fold import fold
from app.engine.limits import Limits
from app.engine.lower import Compiled, PathSite, Site, Unit, build, describe, in_caller_scope, lower_function, lower_main
from app.engine.meter import Meter
from app.engine.natives import Natives
from app.engine.parser import ParseLimits, parse, parse_eval
from app.engine.resolve import resolve
from app.engine.runtime import FILE_PREFIX, Bound, DebugLine, Machine, Module, leaves, native, settled
from app.engine.runtime.leaves import known_names
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.trace import Mark, Recorder, Trace
from app.engine.values import Value
from app.engine.verify import verify

HARD_CALL_LEVELS: Final = 400
"""Calls nest no deeper, whatever the limits say: Python's own stack has to hold them."""

_FRAMES_PER_CALL: Final = 12


def _still(_value: float = 0.0) -> float:
    return _value


def _none() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that can't be compiled; the first diagnostic is what the real Rhai reports."""

    diagnostics: tuple[Diagnostic, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used."""

    operations: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: with a value, or with the author's error; and what it printed until then."""

    value: Value
    error: ScriptError | Stop | None
    prints: tuple[str | DebugLine, ...]
    usage: Usage

    @property
    def operations(self) -> int:
        """The operations counted."""
        return self.usage.operations


@dataclass(frozen=True, slots=True)
class Host:
    """What a run is given from outside.

    A clock, a look-out that is called now and then and may raise ``Stop``, the context of host functions, how many calls the
    host's journal holds (a trace notes it at each step), and a sink for prints.
    """

    clock: Callable[[], float] = _still
    look: Callable[[], None] | None = None
    context: object = None
    calls: Callable[[], int] = _none
    sink: Callable[[str | DebugLine], None] | None = None


@dataclass(slots=True)
class Code:
    """Verified code with everything that a run of it needs."""

    code: CodeType
    functions: list[tuple[Compiled, bool]]
    closures: list[Compiled]
    constants: dict[str, Any]
    requests: set[tuple[str, str, int]]
    sites: list[Site]
    paths: list[PathSite]
    main: str
    weights: tuple[int, ...]
    marks: list[Mark]
    has_scope: bool


@dataclass(slots=True)
class Program:
    """A compiled script. It can be run any number of times; runs share nothing that changes."""

    code: Code
    source: Source
    limits: Limits
    natives: Natives
    modules: Mapping[str, str]
    weights: tuple[int, ...]
    outer: tuple[str, ...]
    optimize: bool = True
    _traced: Code | None = None
    _module_codes: dict[str, Any] = field(default_factory=dict)

    def run(
        self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = MappingProxyType({}), host: Host | None = None
    ) -> Outcome:
        """Runs the script. Author faults are in the outcome.

        Raises:
            InternalError: a bug of ours.
        """
        outcome, _ = self._execute(limits, bindings, host, None)
        return outcome

    def trace(
        self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = MappingProxyType({}), host: Host | None = None
    ) -> tuple[Outcome, Trace]:
        """Runs the script recording each step; the outcome is that of a plain run."""
        if self._traced is None:
            self._traced = self.compile_traced()
        return self._execute(limits, bindings, host, self._traced)

    def _execute(
        self, limits: Limits | None, bindings: Mapping[str, Value], host: Host | None, traced: Code | None
    ) -> tuple[Outcome, Trace]:
        limits = self.limits if limits is None else limits
        host = host or Host()
        code = self.code if traced is None else traced
        depth = min(limits.max_call_levels or HARD_CALL_LEVELS, HARD_CALL_LEVELS)
        meter = Meter(code.weights, limits.max_operations, depth, host.look)
        machine = Machine(limits, self.natives, meter, clock=host.clock, host=host.context, sink=host.sink)
        machine.program = self
        recorder = Recorder(code.marks, _is_generated, lambda: meter.used, host.calls)
        if traced is not None:
            machine.step = recorder.step
        with _deep_stack(depth):
            value, error = self._run(machine, code, bindings, recorder)
        recorder.finish()
        return Outcome(value, error, tuple(machine.prints), Usage(meter.used, machine.memory)), recorder.trace

    def compile_traced(self) -> Code:
        """The same program with a step before each statement."""
        script, _ = parse(self.source, parse_limits(self.limits))
        if self.optimize:
            script = folded(script, self.limits)
        code = translated(script, self.source, self.natives, [1, -1], self.limits, outer=self.outer, is_traced=True)
        if isinstance(code, Failure):
            raise InternalError("a program that compiles can't be compiled for a trace")
        return code

    def _run(
        self, machine: Machine, code: Code, bindings: Mapping[str, Value], recorder: Recorder
    ) -> tuple[Value, ScriptError | Stop | None]:
        try:
            namespace = installed(machine, code)
            main = namespace[code.main]
            level = machine.meter.top()
            if code.has_scope:
                scope: list[Any] = []
                for name in self.outer:
                    namespace["scope_push"](scope, name, ops.copied(bindings.get(name)))
                return main(level, scope), None
            return main(level, *[ops.copied(bindings.get(name)) for name in self.outer]), None
        except Exit as leaving:
            recorder.end(leaving.__traceback__, is_error=False)
            return leaving.value, None
        except (Exception, Stop) as error:
            if isinstance(error, InternalError):
                raise
            recorder.end(error.__traceback__, is_error=True)
            return None, settled(error, code.sites)


def _is_generated(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(FILE_PREFIX)


class _deep_stack:
    """Gives Python's stack room for the script's calls, and takes it back."""

    __slots__ = ("_before", "_wanted")

    def __init__(self, levels: int) -> None:
        self._wanted = 1_000 + levels * _FRAMES_PER_CALL

    def __enter__(self) -> None:
        self._before = sys.getrecursionlimit()
        if self._before < self._wanted:
            sys.setrecursionlimit(self._wanted)

    def __exit__(self, *_exception: object) -> None:
        sys.setrecursionlimit(self._before)


def folded(script: tree.Script, limits: Limits) -> tree.Script:
    """The script as Rhai's optimizer leaves it."""
    return fold(script, limits)


def compile_script(
    text: str,
    *,
    optimize: bool = True,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    modules: Mapping[str, str] = MappingProxyType({}),
    natives: Natives = STANDARD,
    globals: Iterable[str] = (),
) -> Program | Failure:
    """Compiles a script; ``globals`` are variables that the host binds, ``modules`` sources by path for ``import``.

    Raises:
        InternalError: a bug of ours.
    """
    # Trees are many small objects that die soon: looking for cycles among them meanwhile costs a third of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _compiled(Source(text), optimize, limits, modules, natives, tuple(globals))
    finally:
        if collects:
            gc.enable()


def _compiled(
    source: Source, optimize: bool, limits: Limits, modules: Mapping[str, str], natives: Natives, outer: tuple[str, ...]
) -> Program | Failure:
    script, diagnostics = parse(source, parse_limits(limits))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Failure(tuple(diagnostics), source)
    if optimize:
        script = folded(script, limits)
    weights = [1, -1]
    code = translated(script, source, natives, weights, limits, outer=outer)
    if isinstance(code, Failure):
        return code
    return Program(code, source, limits, natives, dict(modules), tuple(weights), outer, optimize)


def parse_limits(limits: Limits) -> ParseLimits:
    """The limits that hold while parsing."""
    return ParseLimits(
        max_expr_depth=limits.max_expr_depth,
        max_function_expr_depth=limits.max_function_expr_depth,
        max_string_size=limits.max_string_size,
        max_array_size=limits.max_array_size,
        max_map_size=limits.max_map_size,
        max_functions=limits.max_functions,
    )


def translated(
    script: tree.Script,
    source: Source,
    natives: Natives,
    weights: list[int],
    limits: Limits,
    *,
    outer: Iterable[str] = (),
    prefix: str = "",
    are_weights_fixed: bool = False,
    is_eval: bool = False,
    is_module: bool = False,
    is_traced: bool = False,
    known: Mapping[tuple[str, int], Compiled] = MappingProxyType({}),
) -> Code | Failure:
    """Resolves, lowers, compiles and verifies a tree."""
    resolution = resolve(script, natives, outer)
    if is_eval:
        resolution.frames[id(script)].is_dynamic = True
        for frame in resolution.frames.values():
            frame.is_dynamic = True
    own = [(function, describe(function, resolution.frames[id(function)], prefix)) for function in script.functions]
    unit = Unit(
        source=source,
        resolution=resolution,
        natives=natives,
        functions={**known, **{(compiled.name, len(compiled.params)): compiled for _, compiled in own if compiled.receiver is None}},
        typed=frozenset((compiled.name, len(compiled.params)) for _, compiled in own if compiled.receiver is not None),
        weights=weights,
        are_weights_fixed=are_weights_fixed,
        prefix=prefix,
        max_variables=limits.max_variables,
        marks=[] if is_traced else None,
    )
    functions: list[tuple[Compiled, bool]] = []
    for function, compiled in own:
        lower_function(unit, function, compiled)
        functions.append((compiled, False))
        if (compiled.name, len(compiled.params)) in resolution.in_caller_scope and compiled.receiver is None:
            functions.append((in_caller_scope(unit, function, compiled), True))
    lower_main(unit, script, outer, is_module=is_module, is_eval=is_eval)
    module = build.module(unit.definitions)
    try:
        with warnings.catch_warnings():
            # Python's advice about literals in odd places is for people who write Python.
            warnings.simplefilter("ignore", SyntaxWarning)
            code = compile(module, f"{FILE_PREFIX}{source.name}", "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        return Failure((_too_complex(source, error),), source)
    names = known_names() | unit.constants.keys() | {f"{style}:{name}/{argc}" for style, name, argc in unit.requests}
    names |= {definition.name for definition in unit.definitions} | {compiled.symbol for compiled in known.values()}
    verify(code, names.__contains__)
    has_scope = resolution.frames[id(script)].is_dynamic
    return Code(
        code=code,
        functions=functions,
        closures=unit.closures,
        constants=unit.constants,
        requests=unit.requests,
        sites=unit.sites,
        paths=unit.paths,
        main=f"{prefix}main",
        weights=tuple(weights),
        marks=unit.marks or [],
        has_scope=has_scope,
    )


def _too_complex(source: Source, _error: BaseException) -> Diagnostic:
    return Diagnostic("syntax", "error", 0, len(source.text), "Expression exceeds maximum complexity", None, "ExprTooDeep")


def installed(machine: Machine, code: Code) -> dict[str, Any]:
    """A run's namespace with the code's functions in it."""
    namespace = leaves(machine, code.sites, code.paths)
    namespace["__builtins__"] = {}
    namespace.update(code.constants)
    for style, name, argc in code.requests:
        namespace[f"{style}:{name}/{argc}"] = native(machine, style, name, argc)
    for key, bound in machine.functions_by_key.items():
        namespace[bound.compiled.symbol] = bound.function
        del key
    exec(code.code, namespace)  # noqa: S102  # verified code in a namespace of leaf functions
    for compiled, is_scoped in code.functions:
        bound = Bound(compiled, namespace[compiled.symbol], machine)
        key = (compiled.name, len(compiled.params))
        if is_scoped:
            machine.in_caller_scope[key] = bound
        elif compiled.receiver is not None:
            machine.typed[(_TYPE_ALIASES.get(compiled.receiver, compiled.receiver), *key)] = bound
        else:
            machine.functions_by_key[key] = bound
    machine.closures = [Bound(compiled, namespace[compiled.symbol], machine) for compiled in code.closures]
    return namespace


_TYPE_ALIASES: Final = {"int": "i64", "float": "f64"}


# --- texts compiled while running -----------------------------------------------------------------------------------


def evaluated_text(machine: Machine, level: Any, scope: list[Any], this: Value, text: str) -> Value:
    """``eval``: the text's value, with the scope's variables read and written by name."""
    source = Source(text.strip())
    script, diagnostics = parse_eval(source, parse_limits(machine.limits))
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
