"""Lowering: a resolved tree becomes a Python ``ast`` module, one function per script function or closure, and ``main``.

Nothing is executed here, and no source text is made. The generated code has a small vocabulary, which ``verify`` knows on its own:
locals, calls of leaf functions by name, subscripts of lists and maps after a type test, ``for`` over the counting iterators, and
``except Exception``.
"""

from app.engine.lower import assignment, build, calls, chains, declarations, lazy, literals, loops, operators, scoping, statements, switch
from app.engine.lower.copies import Parts
from app.engine.lower.functions import MAIN, describe, in_caller_scope, lower_function, lower_main, lower_missing
from app.engine.lower.literals import pointer_to
from app.engine.lower.straight import STRAIGHT
from app.engine.lower.unit import ELEMENTS, KEEPING, Compiled, Extent, Path, PathSite, Site, Unit

LOWERED_BY = (assignment, calls, chains, declarations, lazy, literals, loops, operators, scoping, statements, switch)
"""The modules that registered their nodes by being imported."""

__all__ = [
    "ELEMENTS",
    "KEEPING",
    "MAIN",
    "STRAIGHT",
    "Compiled",
    "Extent",
    "Parts",
    "Path",
    "PathSite",
    "Site",
    "Unit",
    "build",
    "describe",
    "in_caller_scope",
    "lower_function",
    "lower_main",
    "lower_missing",
    "pointer_to",
]
