"""The words and functions that are part of the language itself, not of any table of natives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KEYWORD_FUNCTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "Fn": ("Fn(name: string) -> Fn", "A pointer to the function of that name."),
    "call": ("call(function: Fn, ...)", "Calls the function behind a pointer; also written `function.call(...)`."),
    "curry": ("curry(function: Fn, ...) -> Fn", "A pointer with its first arguments given already."),
    "debug": ("debug(value)", "Writes a value to the log as it is written in a script, with its place."),
    "eval": ("eval(script: string)", "Runs a text as a script, in the present scope."),
    "exit": ("exit(value)", "Ends the script at once, with a value."),
    "is_def_fn": ("is_def_fn(name: string, parameters: i64) -> bool", "Whether the script defines such a function."),
    "is_def_var": ("is_def_var(name: string) -> bool", "Whether there is a variable of that name."),
    "is_shared": ("is_shared(value) -> bool", "Whether closures share the value."),
    "print": ("print(value)", "Writes a value to the log."),
    "type_of": ("type_of(value) -> string", "The name of a value's type."),
}
"""Each function with its signature and what it does."""

STATEMENT_KEYWORDS: Final = (
    *("let", "const", "return", "throw", "break", "continue", "loop", "do", "import", "export", "private"),
    *("true", "false", "this"),
)
"""Words that may begin a statement, but for those that a snippet brings."""

KEYWORDS_IN_EXPRESSIONS: Final = ("true", "false", "this", "if", "else", "switch", "in", "loop", "while", "as", "catch", "until")
