"""``syntax``: the text is not a program. Found by the parser, which words and places it; here are its page and its code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.engine.diagnostic import Diagnostic
from app.ide.checks import assignment_to_constant
from app.ide.checks.check import Check
from app.ide.facts import Facts

CODE = "syntax"
_OTHER_CODES = {"AssignmentToConstant": assignment_to_constant.CODE}


def recoded(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The parser's diagnostics, under the code of a check where there is one for the matter, and each at a place in the text.

    A back-tick string that never ends has no position in the language; an editor shows it where the text begins.
    """
    for found in diagnostics:
        diagnostic = found if found.start >= 0 else replace(found, start=0)
        code = _OTHER_CODES.get(diagnostic.parse_kind or "")
        yield diagnostic if code is None else replace(diagnostic, code=code, hint="Declare it with `let` if it is to change.")


def _found_by_the_parser(_facts: Facts) -> tuple[Diagnostic, ...]:
    return ()


CHECK = Check(
    CODE,
    "error",
    "The text is not a Rhai program: something is missing, misplaced or reserved. While there is one, the script cannot run, and the other "
    "checks wait.",
    "let x = 1 let y = 2;\n//        ^^^ syntax: Expecting ';' to terminate this statement",
    "Correct what the message names. The first message is the one that counts; later ones may follow from it.",
    _found_by_the_parser,
)
