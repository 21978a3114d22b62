"""The white space between two pieces on one line."""

from __future__ import annotations

from collections.abc import Sequence

from app.ide.layout.pieces import Kind, Piece
from app.ide.layout.roles import Bracket, Role, Roles

_NO_SPACE_BEFORE = frozenset({Kind.COMMA, Kind.SEMICOLON, Kind.COLON})
_NO_SPACE_AFTER = frozenset({Role.PREFIX, Role.TIGHT, Role.BANG, Role.BAR_OPEN})
_NO_SPACE_BEFORE_OPERATOR = frozenset({Role.TIGHT, Role.BANG, Role.BAR_CLOSE})
_SPACED_BRACKETS = frozenset({Bracket.BLOCK, Bracket.MAP, Bracket.SWITCH})


def has_space(pieces: Sequence[Piece], roles: Roles, index: int) -> bool:
    """Whether a space stands before the piece at ``index`` if it is on the line of the one before."""
    left, right = pieces[index - 1], pieces[index]
    if left.is_comment or right.is_comment:
        return not (_opens_list(roles, index - 1) or _opens_list(roles, roles.partner.get(index, -1)))
    if _would_fuse(left, right):
        return True
    if right.kind in _NO_SPACE_BEFORE or roles.operators.get(index) in _NO_SPACE_BEFORE_OPERATOR:
        return False
    if roles.operators.get(index - 1) in _NO_SPACE_AFTER:
        return False
    if left.kind is Kind.OPEN:
        return roles.brackets[index - 1] in _SPACED_BRACKETS and right.kind is not Kind.CLOSE
    if right.kind is Kind.CLOSE:
        return roles.brackets[roles.partner[index]] in _SPACED_BRACKETS
    if right.kind is Kind.OPEN:
        return _has_space_before_bracket(left, right, roles, index)
    return True


def _opens_list(roles: Roles, index: int) -> bool:
    return roles.brackets.get(index) is Bracket.LIST


def _would_fuse(left: Piece, right: Piece) -> bool:
    """Whether the two would be read as something else without a space: ``1. ..2``, ``1.. =>``, ``- -1``, ``- 1``."""
    if left.text.endswith(".") and right.text.startswith((".", "=")):
        return True
    if left.text == "-" and right.text[:1].isdigit() and left.start + 1 != right.start:
        return True  # `- 1` is a negation, `-1` a number
    return left.text in ("+", "-") and left.text == right.text[:1]


def _has_space_before_bracket(left: Piece, right: Piece, roles: Roles, index: int) -> bool:
    if right.text in ("{", "#{"):
        return True
    if right.text == "?[":
        return False
    if index - 1 in roles.operators or left.kind in (Kind.KEYWORD, Kind.COMMA, Kind.SEMICOLON, Kind.COLON):
        return True
    return left.text == "}" and roles.brackets[roles.partner[index - 1]] is not Bracket.MAP
