"""Ready pieces of a script, offered where a statement may begin. ``${name}`` are places to fill in, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a script under a word that brings it."""

    name: str
    title: str
    doc: str
    text: str


SNIPPETS: Final = (
    Snippet("if", "if ... { }", "Does something when a condition holds.", "if ${condition} {\n\t${}\n}"),
    Snippet("ifelse", "if ... { } else { }", "Does one of two things.", "if ${condition} {\n\t${}\n} else {\n\t${}\n}"),
    Snippet("for", "for ... in ... { }", "Does something for each item.", "for ${item} in ${items} {\n\t${}\n}"),
    Snippet("forrange", "for ... in 0..n { }", "Counts from 0.", "for ${i} in 0..${count} {\n\t${}\n}"),
    Snippet("while", "while ... { }", "Repeats while a condition holds.", "while ${condition} {\n\t${}\n}"),
    Snippet("switch", "switch ... { }", "Chooses by value.", "switch ${value} {\n\t${1} => ${},\n\t_ => ${},\n}"),
    Snippet("fn", "fn name(...) { }", "Defines a function.", "fn ${name}(${parameters}) {\n\t${}\n}"),
    Snippet("try", "try { } catch (error) { }", "Goes on after an error.", "try {\n\t${}\n} catch (${error}) {\n\t${}\n}"),
)
