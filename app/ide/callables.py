"""What can be called at a place, as authors read it: the script's own functions, the phase's helpers, the language's library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.engine.lexer import is_identifier
from app.engine.natives import ANY, Natives, Overload
from app.ide.reading import Reading

_OF_VALUES: Final = frozenset({"array", "map", "string", "blob", "char", "Fn", "range", "range=", "timestamp", "entity"})
"""Functions whose first parameter is one of these are offered behind a value's dot, where authors look for them."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to call something. ``receiver`` is the type it is called on when written behind a dot; None for plain calls."""

    name: str
    parameters: tuple[str, ...]
    returns: str = ""
    doc: str = ""
    receiver: str | None = None
    origin: str = ""
    """The package of a native; empty for a function of the script."""

    @property
    def label(self) -> str:
        """``round(value: f64, digits: i64) -> f64``"""
        arrow = f" -> {self.returns}" if self.returns else ""
        return f"{self.name}({', '.join(self.parameters)}){arrow}"

    def parameter_spans(self) -> list[tuple[int, int]]:
        """Where each parameter stands in the label."""
        spans: list[tuple[int, int]] = []
        at = len(self.name) + 1
        for parameter in self.parameters:
            spans.append((at, at + len(parameter)))
            at += len(parameter) + 2
        return spans


def own_functions(reading: Reading) -> Iterator[Way]:
    """The script's functions, with their doc comments."""
    for function in reading.script.functions:
        doc = "\n".join(line.lstrip("/!* ").rstrip() for line in function.doc)
        yield Way(function.name, tuple(param.text for param in function.params), "", doc, function.receiver)


def ways_to_call(reading: Reading, name: str, *, is_method: bool, kinds: frozenset[str] | None = None) -> list[Way]:
    """All ways to call something by name; ``kinds`` are the types that the receiver of a method can have, if that is known."""
    own = [way for way in own_functions(reading) if way.name == name]
    if own:
        return own
    table = library(reading.context.natives)
    ways = (table.methods if is_method else table.functions).get(name, ())
    if not is_method:
        return list(ways)
    fitting = [way for way in ways if fits(way, kinds)]
    return fitting or list(ways)


def fits(way: Way, kinds: frozenset[str] | None) -> bool:
    """Whether a method may be called on a value of one of these types."""
    return kinds is None or way.receiver in (None, ANY) or way.receiver in kinds


@dataclass(frozen=True, slots=True)
class Library:
    """The natives by name, written as plain calls and as methods. ``offered`` are plain calls that authors look for as such."""

    functions: dict[str, tuple[Way, ...]]
    methods: dict[str, tuple[Way, ...]]
    offered: tuple[str, ...]


@lru_cache(maxsize=16)
def library(natives: Natives) -> Library:
    """The ways to call natives; made once, for the tables never change."""
    functions: dict[str, list[Way]] = {}
    methods: dict[str, list[Way]] = {}
    offered: set[str] = set()
    for overload in natives.overloads():
        if not is_identifier(overload.name):
            continue
        functions.setdefault(overload.name, []).append(_plain(overload))
        if overload.params and (overload.package != "host" or overload.params[0] == "entity"):
            methods.setdefault(overload.name, []).append(_method(overload))
        if _is_looked_for(overload):
            offered.add(overload.name)
    return Library(_closed(functions), _closed(methods), tuple(sorted(offered)))


def _is_looked_for(overload: Overload) -> bool:
    first = overload.params[0] if overload.params else ""
    return first != "entity" if overload.package == "host" else first not in _OF_VALUES


def _closed(ways: dict[str, list[Way]]) -> dict[str, tuple[Way, ...]]:
    return {name: tuple(ways[name]) for name in sorted(ways)}


def _plain(overload: Overload) -> Way:
    return Way(overload.name, tuple(_parameters(overload)), overload.returns, overload.doc, None, overload.package)


def _method(overload: Overload) -> Way:
    return Way(overload.name, tuple(_parameters(overload))[1:], overload.returns, overload.doc, overload.params[0], overload.package)


def _parameters(overload: Overload) -> Iterator[str]:
    for index, kind in enumerate(overload.params):
        name = overload.parameter_names[index] if index < len(overload.parameter_names) else f"value{index + 1}"
        yield name if kind == ANY else f"{name}: {kind}"
