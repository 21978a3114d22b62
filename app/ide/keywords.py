"""The functions that are part of the language itself, not of any table of natives."""

from __future__ import annotations

from typing import Final

KEYWORD_FUNCTIONS: Final = frozenset(
    {"Fn", "call", "curry", "debug", "eval", "exit", "is_def_fn", "is_def_var", "is_shared", "print", "type_of"}
)
