"""What looks like a function but is part of the language: the compiler translates these calls itself.

The table is for the editor: names, parameters and a sentence each, as the natives have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Form:
    """A call that the compiler knows."""

    name: str
    params: tuple[str, ...]
    doc: str


FORMS: Final = (
    Form("Fn", ("name",), "A pointer to the function of that name."),
    Form("call", ("function", "..."), "Calls a function pointer; as a method of another value, with that value as this."),
    Form("curry", ("function", "..."), "The function pointer with its first arguments filled in."),
    Form("eval", ("script",), "Runs a text as part of the script, in the current scope."),
    Form("is_def_fn", ("name", "params"), "Whether the script has a function of that name with so many parameters."),
    Form("is_def_var", ("name",), "Whether a variable of that name is in scope."),
    Form("is_shared", ("variable",), "Whether the variable is shared with a closure."),
)
