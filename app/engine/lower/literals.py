"""Literals, containers, interpolated text and closures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.constants import literal
from app.engine.lower.frame import EXPRESSIONS, Lowering
from app.engine.lower.kinds import UNMEASURED, Kind, Type, holds_nothing, is_text_or_unit, nests_no_further, present
from app.engine.lower.unit import Held, Unit
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SHORT_PART, SHORT_TEXT
from app.engine.values import Char

_FEW: Final = 16
_MOST_TEXTS: Final = 2
_MOST_TEXTS_WITHIN: Final = 4
_WRITTEN: Final = frozenset({tree.Constant, tree.String, tree.Array, tree.Map, tree.Unit, tree.Closure})
_ATOMS: Final = (tree.Int, tree.Float, tree.Bool, tree.String, tree.Char, tree.Unit, tree.Closure)


def plain(_f: Lowering, node: Any) -> Any:
    """A literal that Python has too."""
    return build.constant(node.value)


def floating(f: Lowering, node: tree.Float) -> Any:
    """An f64."""
    return literal(f.unit, node.value)


def char(f: Lowering, node: tree.Char) -> Any:
    """A character."""
    return literal(f.unit, Char(node.value))


def unit(_f: Lowering, _node: tree.Unit) -> Any:
    """``()``"""
    return build.constant(None)


def constant(f: Lowering, node: tree.Constant) -> Any:
    """A folded value. Containers are shared by all evaluations; whoever stores one copies it."""
    return literal(f.unit, node.value)


def interpolated(f: Lowering, node: tree.Interpolated) -> Any:
    """Text with values in it; sizes are checked part by part."""
    if texts.can_interpolate(f, node):
        return texts.interpolated(f, node)
    parts = f.operands(node.parts)
    return build.call("text_of", [build.pair(*parts)], f.position(node.pos))


def array(f: Lowering, node: tree.Array) -> Any:
    """A new array; only elements that can hold something need measuring."""
    items = f.operands(node.items, owned=True, gives_up=True)
    if len(items) < _FEW:
        if all(type(item) in _ATOMS for item in node.items):
            return build.array(items)
        extent = _extent(f, node.items)
        if extent is not None:
            items, due = _due(f, node, node.items, items, extent)
            return _accounted(f, build.array(items), len(items) * ELEMENT_BYTES, due, f.unit.place(node.items[-1].pos))
    return build.call("new_array", [build.array(items)], f.unit.place(node.items[-1].pos) if node.items else f.position(node.pos))


class _Due(NamedTuple):
    """When a literal has to be measured."""

    tests: list[Any]
    """If one of these says so."""
    doubts: Sequence[Any] = ()
    """Or else one of these, by the parts that are asked; without any, they are asked in any case."""
    asked: Sequence[Any] = ()
    """The parts that may be containers, if all others are known to be none."""


def _accounted(f: Lowering, made: Any, size_bytes: int, due: _Due, at: build.Place) -> Any:
    """A small new container, which has to be accounted for, and perhaps to be measured."""
    value = f.temporary(made)
    f.account(size_bytes, at)
    by_parts = [build.expression(build.call(_MEASURED_WITH[len(due.asked)], [value, *due.asked], at))] if due.asked else []
    if due.doubts:
        by_parts = [build.if_(build.either(due.doubts), by_parts, [])]
    if due.tests:
        by_parts = [build.if_(build.either(due.tests), [build.expression(build.call("measured", [value], at))], by_parts)]
    f.out += by_parts
    return value


_PERHAPS_FLAT: Final = (Kind.UNKNOWN, Kind.ATOM)
_MOST_ASKED: Final = 3
_MEASURED_WITH: Final = ("measured", "measured_with", "measured_with_two")
_MOST_HELD: Final = len(_MEASURED_WITH) - 1
"""So many parts that may be containers can be asked how much they hold without a look at the others."""
_MOST_SHORT: Final = 2
"""So many texts of at most ``TEXT_SHORT`` characters each may lie in a literal besides those that are known to be texts."""


class _Extent:
    """What a literal holds at most, the literals in it included."""

    __slots__ = ("bounded", "characters", "doubts", "held", "parts", "texts")

    def __init__(self) -> None:
        self.doubts: list[Any] = []
        """Its own parts of unknown type: whether they hold anything is asked."""
        self.held: list[Any] = []
        """Its own parts that are arrays or maps made elsewhere."""
        self.bounded: list[Any] = []
        """Those of them that hold others only as deep as their type says.

        They were measured when they grew to what they are. Literals multiply that by how many of them they hold, for as many levels as
        types of this depth have, which is why it isn't measured again: only what nests on can grow by literals without end.
        """
        self.parts = 0
        """Elements and entries of containers in it."""
        self.texts = 0
        """Texts that aren't written down, in containers in it too."""
        self.characters = 0
        """Of texts that are."""

    def add_own(self, f: Lowering, node: Any) -> bool:
        """Adds a part of the literal itself; False if there may be too much in it."""
        kind = f.kinds.of(node)
        if f.is_hot and kind in (Kind.ARRAY, Kind.MAP) and type(node) not in _WRITTEN:
            of = f.kinds.type_of(node)
            is_bounded = of.depth <= _DEEPEST and nests_no_further(of) and len(self.bounded) < _MOST_ASKED
            (self.bounded if is_bounded else self.held).append(node)
            return True
        if not f.is_hot or type(node) in _WRITTEN or kind not in _PERHAPS_FLAT:
            return self.add(f, node)
        if not holds_nothing(f.kinds.type_of(node)):
            self.doubts.append(node)
        return len(self.doubts) <= _MOST_ASKED

    def add(self, f: Lowering, node: Any) -> bool:
        """Adds a part; False if there may be anything in it."""
        kind = type(node)
        if kind is tree.Constant and type(node.value) in (list, dict):
            return self._add_value(node.value)
        if kind is tree.String:
            self.characters += len(node.value)
        elif kind is tree.Array or kind is tree.Map:
            inner = node.items if kind is tree.Array else [value for _, value in node.entries]
            self.parts += len(inner)
            return len(inner) < _FEW and self.parts <= _MOST_PARTS and all(self.add(f, part) for part in inner)
        elif f.kinds.of(node) is Kind.TEXT:
            self.texts += 1
        elif f.kinds.of(node) not in UNMEASURED and not holds_nothing(f.kinds.type_of(node)):
            return kind in _ATOMS
        return True

    def _add_value(self, value: Any) -> bool:
        """Adds a constant."""
        if type(value) is str:
            self.characters += len(value)
        elif type(value) in (list, dict):
            self.parts += len(value)
            return self.parts <= _MOST_PARTS and all(map(self._add_value, value.values() if isinstance(value, dict) else value))
        return True


_MOST_PARTS: Final = 64
_DEEPEST: Final = 3


def _extent(f: Lowering, nodes: list[Any]) -> _Extent | None:
    """What a literal of these parts holds; None if that isn't known, or can't be tested with little."""
    extent = _Extent()
    if not all(extent.add_own(f, node) for node in nodes) or extent.characters > SHORT_TEXT:
        return None
    if extent.held and (extent.parts or len(extent.held) + len(extent.doubts) > _MOST_HELD):
        return None
    return extent if extent.texts <= _MOST_TEXTS_WITHIN else None


def _is_text(f: Lowering, node: Any) -> bool:
    """Whether a part is a text of unknown length."""
    return type(node) is not tree.String and f.kinds.of(node) is Kind.TEXT


def _due(f: Lowering, literal: Any, nodes: list[Any], values: list[Any], extent: _Extent) -> tuple[list[Any], _Due]:
    """The parts, and when a container of them has to be measured after all.

    A single text in it, alone, isn't over the limit itself. Limits that aren't small allow more parts than there are; whether a single
    literal has too many was looked at when it was parsed.
    """
    tests: list[Any] = [build.negated(build.name("MAP_SMALL"))] if extent.parts or extent.bounded else []
    if extent.texts:
        values = _lasting(f, nodes, values)
        found = f.texts_within[id(literal)] = []
        for node, value in zip(nodes, values, strict=True):
            found += [value] if _is_text(f, node) else f.texts_within.get(id(node), ())
    asked = extent.held + extent.doubts
    if extent.texts > 1 or (extent.texts and (extent.characters or asked)):
        lengths = [build.call("len", [value]) for value in f.texts_within[id(literal)]]
        total = lengths[0]
        for length in lengths[1:]:
            total = build.operation(total, "+", length)
        tests.append(build.compare(total, ">", build.name("TEXT_SHORT")))
    values = _lasting(f, nodes, values, asked + extent.bounded) if asked or extent.bounded else values
    by_node = {id(node): value for node, value in zip(nodes, values, strict=True)}
    tests += [build.compare(build.call("len", [by_node[id(node)]]), ">", build.constant(SHORT_PART)) for node in extent.bounded]
    may_be_short = len(extent.doubts) <= _MOST_SHORT
    doubts = [_may_hold(by_node[id(node)], f.kinds.type_of(node), may_be_short=may_be_short) for node in extent.doubts]
    if extent.parts or len(asked) > _MOST_HELD:
        return values, _Due(tests + doubts)
    return values, _Due(tests, [] if extent.held else doubts, [by_node[id(node)] for node in asked])


def _may_hold(value: Any, of_part: Type, *, may_be_short: bool) -> Any:
    """Whether a part of unknown type may hold something that has to be measured: more than a short text."""
    if present(of_part).kind in (Kind.ARRAY, Kind.MAP):
        return build.compare(value, "is not", build.constant(None))
    of = build.call("type", [value])
    is_held = build.compare(of, "not in", build.name("FLAT"))
    if not may_be_short:
        return is_held
    is_long = build.compare(build.call("len", [value]), ">", build.name("TEXT_SHORT"))
    return build.both([is_held, build.either([build.compare(of, "is not", build.name("str")), is_long])])


def _lasting(f: Lowering, nodes: list[Any], values: list[Any], asked: list[Any] | None = None) -> list[Any]:
    """The parts, with those that are asked, or else texts, in locals that last; what comes before one is evaluated before it."""
    wanted = {id(node) for node in nodes if _is_text(f, node)} if asked is None else {id(node) for node in asked}
    last = max((at for at, node in enumerate(nodes) if id(node) in wanted), default=-1)
    return [
        f.lasting(value) if id(node) in wanted else f.simple(value) if at < last else value
        for at, (node, value) in enumerate(zip(nodes, values, strict=True))
    ]


class TextPart(NamedTuple):
    """A text in a record: the keys, and positions, that lead to it, whether there is certainly something, and whether that is a text."""

    path: tuple[str | int, ...]
    is_certain: bool = True
    may_be_unit: bool = False


def texts_of_record(f: Lowering, node: Any) -> list[TextPart] | None:
    """The texts of unknown length in a small literal; None if it holds anything but atoms and such literals, or more than two texts."""
    found: list[TextPart] = []
    left = _FEW
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), node)]
    for path, part in pending:  # grows while it is walked
        kind = type(part)
        if kind is tree.Map or kind is tree.Array:
            parts = [(key.text, value) for key, value in part.entries] if kind is tree.Map else enumerate(part.items)
            pending += [((*path, key), value) for key, value in parts]
            left -= len(part.entries if kind is tree.Map else part.items)
            if left <= 0:
                return None
        elif not path:
            return None
        elif (of := f.kinds.type_of(part)).kind is Kind.TEXT or is_text_or_unit(of):
            if kind is not tree.String or len(part.value) > SHORT_TEXT:
                found.append(TextPart(path, may_be_unit=of.kind is not Kind.TEXT))
        elif not holds_nothing(f.kinds.type_of(part)) and kind not in _ATOMS and not _is_empty(part):
            return None
    return found if len(found) <= _MOST_TEXTS else None


def _is_empty(node: Any) -> bool:
    """Whether a constant is a container without parts."""
    return type(node) is tree.Constant and type(node.value) in (list, dict) and not node.value


def mapping(f: Lowering, node: tree.Map) -> Any:
    """A new map, in the author's order."""
    values = f.operands([value for _, value in node.entries], owned=True, gives_up=True)
    names = [key.text for key, _ in node.entries]
    if len(values) < _FEW:
        nodes = [value for _, value in node.entries]
        if all(type(value) in _ATOMS for value in nodes):
            return build.mapping(names, values)
        extent = _extent(f, nodes)
        if extent is not None:
            values, due = _due(f, node, nodes, values, extent)
            return _accounted(f, build.mapping(names, values), len(values) * ENTRY_BYTES, due, f.unit.place(nodes[-1].pos))
    at = f.unit.place(node.entries[-1][1].pos) if node.entries else f.position(node.pos)
    return build.call("new_map", [build.mapping(names, values)], at)


def closure(f: Lowering, node: tree.Closure) -> Any:
    """A function pointer; captured variables come first among its curried arguments."""
    from app.engine.lower.functions import lower_closure

    index = lower_closure(f.unit, node)
    if not node.captures:
        return build.name(pointer_to(f.unit, index))
    return build.call("closure", [build.constant(index), _captured(f, node)], f.position(node.pos))


def _captured(f: Lowering, node: tree.Closure) -> Any:
    """What a closure captures, as its function takes it."""
    return build.pair(*[scoping.cell(f, capture) for capture in node.captures])


def held_closure(f: Lowering, node: tree.Closure) -> tuple[Any, Held]:
    """A closure that a variable starts with: the pointer, and what a call needs to know of it."""
    from app.engine.lower.functions import lower_closure

    index = lower_closure(f.unit, node)
    symbol = f.unit.closure_symbol(node, index)
    if not node.captures:
        pointer = build.name(pointer_to(f.unit, index))
        return pointer, Held(node, symbol, pointer, [])
    # In a local of its own: the names may stand for other cells by the time of a call.
    captured = f.temporary(_captured(f, node))
    pointer = f.temporary(build.call("closure", [build.constant(index), captured], f.position(node.pos)))
    return pointer, Held(node, symbol, pointer, [captured])


def pointer_to(unit: Unit, number: int) -> str:
    """The global that holds the pointer to a closure without captures: one for all times that it is evaluated."""
    return f"f:{unit.prefix}{number}"


EXPRESSIONS[tree.Int] = plain
EXPRESSIONS[tree.Bool] = plain
EXPRESSIONS[tree.String] = plain
EXPRESSIONS[tree.Float] = floating
EXPRESSIONS[tree.Char] = char
EXPRESSIONS[tree.Unit] = unit
EXPRESSIONS[tree.Constant] = constant
EXPRESSIONS[tree.Interpolated] = interpolated
EXPRESSIONS[tree.Array] = array
EXPRESSIONS[tree.Map] = mapping
EXPRESSIONS[tree.Closure] = closure
