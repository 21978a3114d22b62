"""Tokens to tree. Parsing never raises: it gives a tree and what is wrong, and goes on behind a fault.

The first diagnostic is exactly what the real Rhai reports: the same kind, message and place. What follows it is our own
service to whoever is typing. The grammar's modules are functions over one `Parser`, which holds the cursor and the scopes.
"""

from __future__ import annotations

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.engine.lexer import Tokens
from app.engine.parser import statements
from app.engine.parser.positions import start_position
from app.engine.parser.state import GLOBAL, ParseLimits, Parser
from app.engine.source import Source

__all__ = ["ParseLimits", "parse", "parse_eval", "parse_with_tokens", "start_position"]


def parse(source: Source, limits: ParseLimits | None = None) -> tuple[tree.Script, list[Diagnostic]]:
    """The tree of a script and its syntax errors; a tree with errors holds ``Missing`` nodes and is never compiled."""
    return _parse(source, limits or ParseLimits(), GLOBAL)[:2]


def parse_with_tokens(source: Source, limits: ParseLimits | None = None) -> tuple[tree.Script, list[Diagnostic], Tokens]:
    """The same and the tokens, for an editor, which asks about places where there is no tree yet."""
    return _parse(source, limits or ParseLimits(), GLOBAL)


def parse_eval(source: Source, limits: ParseLimits | None = None) -> tuple[tree.Script, list[Diagnostic]]:
    """The same for the text given to ``eval``, where functions can't be defined."""
    return _parse(source, limits or ParseLimits(), 0)[:2]


def _parse(source: Source, limits: ParseLimits, flags: int) -> tuple[tree.Script, list[Diagnostic], Tokens]:
    parser = Parser(source.text, limits)
    body = statements.script(parser, flags)
    return tree.Script(0, len(source.text), 0, body, parser.functions), parser.diagnostics, parser.tokens
