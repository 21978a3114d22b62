"""Where a variable or a function of the script is introduced and used: the ground of definition, references and rename."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine import tree
from app.engine.source import Span
from app.ide.checks.check import name_span
from app.ide.children import descendants
from app.ide.facts import Declaration, Facts, Kind
from app.ide.reading import Reading


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All places of one name, in order. ``definition`` is None for what the host gives."""

    name: str
    definition: Span | None
    places: tuple[Span, ...]
    is_function: bool = False


def declaration_at(reading: Reading, offset: int) -> Declaration | None:
    """The variable whose name is at an offset, where it is introduced or used."""
    facts = reading.facts
    for declaration in facts.declarations:
        if declaration.start <= offset <= declaration.end:
            return declaration
    return next((one for node, one in uses(facts) if _contains(node, offset)), None)


def occurrences_at(reading: Reading, offset: int) -> Occurrences | None:
    """Where what is named at an offset occurs; None for fields, methods, the library, and names that nothing introduces."""
    declaration = declaration_at(reading, offset)
    if declaration is not None:
        return _of_variable(reading.facts, declaration)
    return _function_at(reading, offset)


def uses(facts: Facts) -> Iterator[tuple[tree.Variable | tree.Name, Declaration]]:
    """Every name in the tree that refers to a variable, and to which."""
    for node in descendants(facts.script):
        if isinstance(node, (tree.Variable, tree.Name)):
            declaration = facts.resolved.get(id(node)) or facts.mentioned.get(id(node))
            if declaration is not None:
                yield node, declaration


def _place(node: tree.Variable | tree.Name) -> tuple[int, int]:
    return name_span(node) if isinstance(node, tree.Variable) else (node.start, node.end)


def _contains(node: tree.Variable | tree.Name, offset: int) -> bool:
    start, end = _place(node)
    return start <= offset <= end


def _of_variable(facts: Facts, declaration: Declaration) -> Occurrences:
    places = {_place(node) for node, one in uses(facts) if one is declaration}
    definition = None
    if declaration.kind is not Kind.HOST:
        definition = Span(declaration.start, declaration.end)
        places.add((declaration.start, declaration.end))
    return Occurrences(declaration.name, definition, _spans(places))


def _function_at(reading: Reading, offset: int) -> Occurrences | None:
    for name, argc, span in _function_names(reading.facts):
        if span[0] <= offset <= span[1]:
            return _of_function(reading.facts, name, argc)
    return None


def _of_function(facts: Facts, name: str, argc: int | None) -> Occurrences | None:
    """A function by its name and number of parameters; a pointer to it names them all."""
    definitions = [function for function in facts.script.functions if function.name == name and argc in (None, len(function.params))]
    if not definitions:
        return None
    places = {span for other, count, span in _function_names(facts) if other == name and (None in (argc, count) or argc == count)}
    first = definitions[0]
    return Occurrences(name, Span(first.pos, first.pos + len(name)), _spans(places), is_function=True)


def _function_names(facts: Facts) -> Iterator[tuple[str, int | None, tuple[int, int]]]:
    """Every place that names a function of the script, with the number of its parameters where that is told."""
    for function in facts.script.functions:
        yield function.name, len(function.params), (function.pos, function.pos + len(function.name))
    for call in facts.calls:
        if call.name in facts.functions:
            yield call.name, call.argc, name_span(call.node)
    for node in descendants(facts.script):
        if isinstance(node, tree.Variable) and node.name in facts.functions and id(node) not in facts.resolved:
            yield node.name, None, name_span(node)
        elif isinstance(node, tree.Call) and node.name == "Fn" and len(node.args) == 1:
            (pointed,) = node.args
            is_plain = isinstance(pointed, tree.String) and pointed.end - pointed.start == len(pointed.value) + 2
            if is_plain and isinstance(pointed, tree.String) and pointed.value in facts.functions:
                yield pointed.value, None, (pointed.start + 1, pointed.end - 1)


def _spans(places: set[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(*place) for place in sorted(places))
