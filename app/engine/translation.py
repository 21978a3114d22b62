"""From a tree to verified code: resolve, lower, compile, verify. Runs nothing."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, MappingProxyType
from typing import Any

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.engine.fold import fold
from app.engine.infer import Expressions, Intervals, Kind, infer
from app.engine.limits import Limits
from app.engine.lower import (
    Compiled,
    PathSite,
    Site,
    Unit,
    build,
    describe,
    in_caller_scope,
    lower_function,
    lower_main,
    lower_missing,
    pointer_to,
)
from app.engine.lower.kinds import Kinds
from app.engine.natives import Natives
from app.engine.parser import ParseLimits
from app.engine.resolve import Resolution, resolve
from app.engine.runtime import FILE_PREFIX
from app.engine.runtime.leaves import known_names
from app.engine.shapes import Record
from app.engine.source import Source
from app.engine.trace import Mark
from app.engine.verify import verify


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that can't be compiled; the first diagnostic is what the real Rhai reports."""

    diagnostics: tuple[Diagnostic, ...]
    source: Source


@dataclass(slots=True)
class Code:
    """Verified code with everything that a run of it needs."""

    code: CodeType
    names: frozenset[str]
    """The global names that the code has."""
    functions: list[tuple[Compiled, bool]]
    closures: list[Compiled]
    constants: dict[str, Any]
    requests: set[tuple[str, str, int]]
    sites: list[Site]
    paths: list[PathSite]
    main: str
    prefix: str
    """What global names of this code's own begin with."""
    weights: tuple[int, ...]
    marks: list[Mark]
    has_scope: bool


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


def folded(script: tree.Script, limits: Limits) -> tree.Script:
    """The script as Rhai's optimizer leaves it."""
    return fold(script, limits)


def translated(
    script: tree.Script,
    source: Source,
    natives: Natives,
    weights: list[int],
    limits: Limits,
    *,
    outer: Mapping[str, Record | None] = MappingProxyType({}),
    prefix: str = "",
    are_weights_fixed: bool = False,
    is_eval: bool = False,
    is_module: bool = False,
    is_traced: bool = False,
    is_typed: bool = True,
    is_moderate: bool = False,
    known: Mapping[tuple[str, int], Compiled] = MappingProxyType({}),
) -> Code | Failure:
    """Resolves, lowers, compiles and verifies a tree.

    ``is_moderate`` says that it will only run under limits that are. (It can't be said of a module: its operations are counted by the
    weights that there are, which may be lighter than its own.)
    """
    resolution = resolve(script, natives, outer, is_traced=is_traced)
    if is_module:
        # Whoever imports it may catch its errors, and give it closures.
        resolution.catches = True
        resolution.leaving.add("")
    if is_module or any(outer.values()):
        for frame in resolution.frames.values():
            frame.is_hot = True  # whoever imports it may call it in a loop; what is given records is run for many
    if is_eval:
        resolution.frames[id(script)].is_dynamic = True
        for frame in resolution.frames.values():
            frame.is_dynamic = True
    _open(resolution, script, is_eval=is_eval, is_typed=is_typed)
    given = {name: record.type for name, record in outer.items() if record is not None}
    types = infer(script, resolution, natives, is_closed=not is_module, given=given, is_moderate=is_moderate)
    _keep_maps(resolution, types)
    own = [(function, describe(function, resolution.frames[id(function)], prefix)) for function in script.functions]
    unit = Unit(
        source=source,
        resolution=resolution,
        natives=natives,
        kinds=Kinds(types, Intervals(script, resolution, natives, types), resolution),
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
    lower_missing(unit)
    module = build.module(unit.definitions)
    try:
        with warnings.catch_warnings():
            # Python's advice about literals in odd places is for people who write Python.
            warnings.simplefilter("ignore", SyntaxWarning)
            code = compile(module, f"{FILE_PREFIX}{source.name}", "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        return Failure((_too_complex(source, error),), source)
    names = known_names() | unit.constants.keys() | {f"{style}:{name}/{argc}" for style, name, argc in unit.requests}
    names |= {pointer_to(unit, number) for number in range(len(unit.closures))}
    names |= {definition.name for definition in unit.definitions} | {compiled.symbol for compiled in known.values()}
    used = verify(code, names.__contains__)
    has_scope = resolution.frames[id(script)].is_dynamic
    return Code(
        code=code,
        names=used,
        functions=functions,
        closures=[compiled for compiled in unit.closures if compiled is not None],
        constants=unit.constants,
        requests=unit.requests,
        sites=unit.sites,
        paths=unit.paths,
        main=f"{prefix}main",
        prefix=prefix,
        weights=tuple(weights),
        marks=unit.marks or [],
        has_scope=has_scope,
    )


def _open(resolution: Resolution, script: tree.Script, *, is_eval: bool, is_typed: bool) -> None:
    """Calls the flows open where they are, or where types aren't wanted."""
    if is_eval or any(function.name == "contains" for function in script.functions):
        # The variables of a text for ``eval`` are those of a scope that it shares; each ``in`` calls a ``contains`` of the script's own.
        resolution.flows.is_open = True
    if not is_typed:
        resolution.is_untyped = not resolution.flows.is_open
        resolution.flows.is_open = True


def _keep_maps(resolution: Resolution, types: Expressions) -> None:
    """What has a map as its ``this`` needn't give it back: what is changed in a map stays the same map."""
    for frame in resolution.frames.values():
        node = frame.node
        if frame.returns_this and not frame.rebinds_this and not isinstance(node, tree.Script) and types.this_of(node).kind is Kind.MAP:
            frame.returns_this = False


def _too_complex(source: Source, _error: BaseException) -> Diagnostic:
    return Diagnostic("syntax", "error", 0, len(source.text), "Expression exceeds maximum complexity", None, "ExprTooDeep")
