"""What each piece is in its sentence: unary or binary, a closure's bar or an "or", a map's brace, a block's or a switch's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from app.engine import tree
from app.ide.children import descendants
from app.ide.layout.pieces import Kind, Piece


class Bracket(Enum):
    """What a bracket holds."""

    SCRIPT = auto()
    BLOCK = auto()
    SWITCH = auto()
    MAP = auto()
    LIST = auto()
    """Arguments, parameters, array items, an index."""


class Role(Enum):
    """What an operator does where it stands."""

    BINARY = auto()
    PREFIX = auto()
    TIGHT = auto()
    """Joined to both neighbours: ``.``, ``::``, ``..``."""
    BANG = auto()
    """The ``!`` of ``f!()``."""
    BAR_OPEN = auto()
    BAR_CLOSE = auto()
    BARS = auto()
    """``||``: a closure without parameters."""


@dataclass(slots=True)
class Roles:
    """Findings by index into the pieces. ``partner`` joins opening and closing brackets both ways."""

    operators: dict[int, Role] = field(default_factory=dict)
    brackets: dict[int, Bracket] = field(default_factory=dict)
    partner: dict[int, int] = field(default_factory=dict)
    starts: frozenset[int] = frozenset()
    """Offsets at which a statement, a function or a switch's arm starts."""


_TIGHT = frozenset({".", "?.", "::", "..", "..="})
_PREFIXES = frozenset({"-", "+", "!"})


def roles_of(pieces: Sequence[Piece], script: tree.Script) -> Roles:
    """The roles of all pieces of a script that parsed without error."""
    roles = Roles(starts=frozenset(_starts(script)))
    switch_braces = _switch_braces(pieces, script)
    open_brackets: list[int] = []
    bar_depths: list[int] = []
    before: int | None = None
    for index, piece in enumerate(pieces):
        if piece.is_comment:
            continue
        if piece.kind is Kind.OPEN:
            open_brackets.append(index)
            roles.brackets[index] = _bracket(piece, piece.start in switch_braces)
        elif piece.kind is Kind.CLOSE:
            opening = open_brackets.pop()
            roles.partner[opening], roles.partner[index] = index, opening
        elif piece.kind is Kind.OPERATOR:
            roles.operators[index] = _operator(piece, _ends_a_value(pieces, roles, before, piece), bar_depths, len(open_brackets))
        before = index
    return roles


def _starts(script: tree.Script) -> Iterator[int]:
    for node in descendants(script):
        match node:
            case tree.Script(statements=statements) | tree.Block(statements=statements):
                yield from (statement.start for statement in statements)
            case tree.Function() | tree.SwitchArm():
                yield node.start


def _switch_braces(pieces: Sequence[Piece], script: tree.Script) -> set[int]:
    """The offsets of the braces that open a switch's arms: the first after its subject. Inside an interpolation there are none."""
    braces = [piece.start for piece in pieces if piece.text == "{"]
    switches = [node for node in descendants(script) if isinstance(node, tree.Switch)]
    firsts = ((node, bisect_left(braces, node.subject.end)) for node in switches)
    return {braces[at] for node, at in firsts if at < len(braces) and braces[at] < node.end}


def _bracket(piece: Piece, is_switch: bool) -> Bracket:
    if is_switch:
        return Bracket.SWITCH
    return {"{": Bracket.BLOCK, "#{": Bracket.MAP}.get(piece.text, Bracket.LIST)


def _ends_a_value(pieces: Sequence[Piece], roles: Roles, before: int | None, piece: Piece) -> bool:
    """Whether what stands before an operator is its left operand."""
    if before is None or piece.start in roles.starts:
        return False
    previous = pieces[before]
    if previous.kind is Kind.OPERATOR:
        return False
    return previous.kind in (Kind.WORD, Kind.VALUE, Kind.CLOSE)


def _operator(piece: Piece, has_left: bool, bar_depths: list[int], depth: int) -> Role:
    if piece.text in _TIGHT:
        return Role.TIGHT
    if piece.text == "|" and bar_depths and bar_depths[-1] == depth:
        bar_depths.pop()
        return Role.BAR_CLOSE
    if has_left:
        return Role.BANG if piece.text == "!" else Role.BINARY
    if piece.text == "|":
        bar_depths.append(depth)
        return Role.BAR_OPEN
    if piece.text == "||":
        return Role.BARS
    return Role.PREFIX if piece.text in _PREFIXES else Role.BINARY
