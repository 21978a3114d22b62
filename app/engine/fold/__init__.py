"""The visible effects of the real Rhai's optimizer at its default level ("Simple").

Scripts can tell that it ran: a pure statement vanishes with the error it would have raised, constants reach into places where
they weren't written, a pure ``try`` loses its value, and whatever is gone costs no operations. So the same is done here, rule
by rule, also where a rule surprises. Source: the Book's "Script Optimization", and the observed answers of Rhai 1.26.
"""

from __future__ import annotations

from app.engine import tree
from app.engine.fold.blocks import fold_statements
from app.engine.fold.state import State
from app.engine.fold.unmetered import Unmetered
from app.engine.limits import Limits
from app.engine.running import Runtime
from app.engine.stdlib import STANDARD

__all__ = ["fold"]

UNLIMITED = Limits()


def fold(script: tree.Script, limits: Limits = UNLIMITED) -> tree.Script:
    """The folded script. Takes the tree over: the one given must not be used any more.

    What would be larger than ``limits`` allow isn't computed, so that it fails when it is reached.
    """
    runtime = Unmetered(limits, STANDARD)
    for function in script.functions:
        function.body.statements = fold_body(function.body.statements, runtime)
    script.statements = fold_body(script.statements, runtime)
    return script


def fold_body(statements: list[tree.Stmt], runtime: Runtime) -> list[tree.Stmt]:
    """A function's, a closure's or the script's own statements, folded by themselves: no constant reaches in from outside."""
    return fold_statements(statements, State(runtime), is_value_wanted=True, is_inside=False, is_function=True)
