"""``rename``: another name for a variable or a function, everywhere at once, or not at all.

Whether the meaning stays is not argued but looked up: the changed text is read again, and every name in it must refer to the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.engine import tree
from app.engine.source import Span
from app.ide.checks.check import name_span
from app.ide.children import descendants
from app.ide.context import Context
from app.ide.facts import Facts
from app.ide.occurrences import Occurrences, occurrences_at
from app.ide.reading import Reading, is_free_name, read


@dataclass(frozen=True, slots=True)
class Renaming:
    """Each span gets the new name. ``problem`` is why it can't be done; then there are no spans."""

    spans: tuple[Span, ...] = ()
    problem: str = ""


def rename(text: str, offset: int, name: str, context: Context | None = None) -> Renaming:
    """The places to change so that what is named at an offset is called ``name``."""
    reading = read(text, context)
    found = occurrences_at(reading, offset)
    if found is None:
        return Renaming(problem="Here is no variable or function of this script.")
    problem = _refusal(reading, found, name)
    if problem:
        return Renaming(problem=problem)
    if name == found.name:
        return Renaming()
    renamed = read(changed(text, found.places, name), reading.context)
    if renamed.problems or _links(renamed.facts) != _links(reading.facts):
        return Renaming(problem=f"`{name}` means something else in some of these places.")
    return Renaming(found.places)


def changed(text: str, spans: tuple[Span, ...], name: str) -> str:
    """The text with a name in place of each span."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += text[at : span.start], name
        at = span.end
    return "".join([*parts, text[at:]])


def _refusal(reading: Reading, found: Occurrences, name: str) -> str:
    if found.definition is None:
        return f"`{found.name}` is given by the host; its name is fixed."
    if not is_free_name(name):
        return f"`{name}` can't be a name: it needs a letter first, then letters, digits and `_`, and must be no word of the language."
    if reading.problems:
        return "Correct the syntax errors first."
    if reading.facts.has_eval or reading.facts.runs_in_callers:
        return "The script runs code that names variables where nobody can see it."
    if found.is_function and name in reading.facts.functions:
        return f"There is a function `{name}` already."
    if found.is_function and name in reading.context.natives.names:
        return f"`{name}` is a function of the platform."
    return ""


def _links(facts: Facts) -> tuple[list[int], list[tuple[int, bool]]]:
    """What refers to what, in terms that stay when names change: ordinals of declarations, names and calls in order of place."""
    ordinals = {id(declaration): index for index, declaration in enumerate(facts.declarations)}
    nodes = [node for node in descendants(facts.script) if isinstance(node, (tree.Variable, tree.Name))]
    nodes.sort(key=lambda node: node.start)
    linked = (facts.resolved.get(id(node)) or facts.mentioned.get(id(node)) for node in nodes)
    targets = [-1 if declaration is None else ordinals.get(id(declaration), -2) for declaration in linked]
    functions = {(function.name, len(function.params)): index for index, function in enumerate(facts.script.functions)}
    calls = sorted((name_span(call.node)[0], functions.get((call.name, call.argc), -1), call.variable is not None) for call in facts.calls)
    return targets, [(target, is_variable) for _, target, is_variable in calls]
