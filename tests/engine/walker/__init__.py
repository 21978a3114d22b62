"""A tree-walking evaluator: the language in its plainest form, to which compiled programs are compared.

It shares with the compiler the parser, the folding, the operators and the library, and nothing else: variables are looked up
by name, every read copies, errors get their places where they are raised. It doesn't count operations. Modules and ``eval``
raise ``NotCovered``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.engine import tree
from app.engine.errors import Exit, ScriptError, Stop
from app.engine.fold import fold
from app.engine.limits import Limits
from app.engine.ops import copied
from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.values import Value
from tests.engine.walker import calls, chains, expressions, statements
from tests.engine.walker.frame import Frame, Leave, NotCovered
from tests.engine.walker.machine import Machine, Print

__all__ = ["Ending", "NotCovered", "calls", "chains", "expressions", "statements", "walk", "walk_tree"]

_STACK = 60_000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended: with a value or an author's error; and what it printed until then."""

    value: Value
    error: ScriptError | Stop | None
    prints: tuple[Print, ...]
    caught: int
    """How many errors it caught on the way."""


def walk(text: str, *, optimize: bool = True, limits: Limits = Limits(), steps: int = 50_000) -> Ending:  # noqa: B008  # frozen
    """Runs a source that parses; ``steps`` is how many nodes may be evaluated.

    Raises:
        NotCovered: the walker can't tell.
    """
    source = Source(text)
    script, diagnostics = parse(
        source, ParseLimits(max_expr_depth=limits.max_expr_depth, max_function_expr_depth=limits.max_function_expr_depth)
    )
    if diagnostics:
        raise NotCovered("syntax errors")
    return walk_tree(fold(script, limits) if optimize else script, source, limits=limits, steps=steps)


def walk_tree(
    script: tree.Script, source: Source, *, limits: Limits, steps: int = 50_000, bindings: Mapping[str, Value] = MappingProxyType({})
) -> Ending:
    """Runs a tree, which stays as it is; ``bindings`` are what the host binds.

    Raises:
        NotCovered: the walker can't tell.
    """
    machine = Machine(script, source, STANDARD, limits, steps)
    frame = Frame(machine, [])
    frame.is_main = bool(script.functions)
    for name, given in bindings.items():
        frame.declare(name, copied(given))
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(_STACK)
    value: Value = None
    error: ScriptError | Stop | None = None
    try:
        value = frame.block(script.statements)
    except (Leave, Exit) as leave:
        value = leave.value
    except (ScriptError, Stop) as raised:
        error = raised
    finally:
        sys.setrecursionlimit(before)
    return Ending(value, error, tuple(machine.prints), machine.caught)
