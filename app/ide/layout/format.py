"""``format_script``: where lines break, how far they are indented, what fits.

The author's line breaks inside a statement stay; statements, arms and the braces of blocks get lines of their own; a line wider
than ``WIDTH`` is broken at its outermost place. Each of these only adds breaks, and a break that is there is kept the next time:
formatting twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine import tree
from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from app.ide.layout.pieces import Kind, Piece, split
from app.ide.layout.roles import Bracket, Role, Roles, roles_of
from app.ide.layout.spacing import has_space

WIDTH: Final = 100
INDENT: Final = 4

_CONTINUED_LINE: Final = re.compile(r"\\\r?\n([^\S\n]*)")
_LOGIC: Final = (frozenset({"||", "|", "^"}), frozenset({"&&", "&"}), frozenset({"??"}), frozenset({"+", "-"}))
"""Operators at which a wide line is broken, the loosest first."""
_JOINS: Final = frozenset({"else", "catch", "while", "until"})


def format_script(text: str) -> str:
    """The script in our layout; text with a syntax error comes back as it is.

    Nothing but white space changes: same tokens, same comments, same order.
    """
    script, problems = parse(Source(text), ParseLimits())
    pieces = split(text)
    if problems or pieces is None:
        return text
    return _Layout(text, pieces, script).render()


@dataclass(slots=True)
class _Open:
    """A bracket that is open: the indentation of its line, and that of what is inside."""

    bracket: Bracket
    outer: int
    inner: int


@dataclass(slots=True)
class _Line:
    """A line to be: its pieces from ``first`` up to but not including ``end``, and its width."""

    first: int
    end: int
    indent: int
    width: int


class _Layout:
    """The line breaks before each piece (0 none, 1 a new line, 2 a blank line before it), and the brackets that are broken.

    A broken bracket has a line break after its opening and before its closing.
    """

    def __init__(self, text: str, pieces: list[Piece], script: tree.Script) -> None:
        self.text = text
        self.pieces = pieces
        self.roles: Roles = roles_of(pieces, script)
        self.inside = self._enclosing()
        self.tokens_before = self._tokens_before()
        self.spaces = [index > 0 and has_space(pieces, self.roles, index) for index in range(len(pieces))]
        self.widths = [_first_line_width(piece.text) for piece in pieces]
        self.breaks = [self._break_before(index) for index in range(len(pieces))]
        self.broken: set[int] = set()
        for closing, piece in enumerate(pieces):
            if piece.kind is Kind.CLOSE:
                self._agree(self.roles.partner[closing], closing)
        while self._match_branches():
            pass

    def render(self) -> str:
        while self._break_wide_lines():
            pass
        lines = (self._text_of(line) for line in self._lines())
        return "".join(lines)

    # --- where lines break

    def _enclosing(self) -> list[int]:
        """The index of the bracket around each piece, -1 at the top; both halves of a pair are outside it."""
        inside: list[int] = []
        stack = [-1]
        for index, piece in enumerate(self.pieces):
            if piece.kind is Kind.CLOSE:
                stack.pop()
            inside.append(stack[-1])
            if piece.kind is Kind.OPEN:
                stack.append(index)
        return inside

    def _bracket(self, index: int) -> Bracket:
        around = self.inside[index]
        return Bracket.SCRIPT if around < 0 else self.roles.brackets[around]

    def _break_before(self, index: int) -> int:
        if index == 0:
            return 0
        left, right = self.pieces[index - 1], self.pieces[index]
        wanted = min(right.newlines, 2)
        if left.kind is Kind.LINE_COMMENT:
            return max(wanted, 1)
        if right.is_comment:
            return wanted
        if self._must_join(index):
            return 0
        if self._starts_on_its_own(index):
            return max(wanted, 1)
        if left.kind is Kind.COMMA:
            return wanted
        return min(wanted, 1) if left.is_comment or self._may_stay_broken(index) else 0

    def _must_join(self, index: int) -> bool:
        """Pieces that belong to the end of the line before."""
        left, right = self.pieces[index - 1], self.pieces[index]
        if left.is_comment:
            return False
        if right.start in self.roles.starts:
            return False
        if right.text == "{":
            return left.kind not in (Kind.OPEN, Kind.COMMA)
        return right.kind in (Kind.COMMA, Kind.SEMICOLON, Kind.COLON) or (left.text == "}" and right.text in _JOINS)

    def _starts_on_its_own(self, index: int) -> bool:
        """A statement after another, or an arm after one that ends in a block."""
        left = self.tokens_before[index]
        if self.pieces[index].start not in self.roles.starts or left is None:
            return False
        return left.text == "}" or (left.kind is Kind.SEMICOLON and self._bracket(index) is not Bracket.LIST)

    def _tokens_before(self) -> list[Piece | None]:
        """The nearest token before each piece, comments passed over."""
        found: list[Piece | None] = []
        last: Piece | None = None
        for piece in self.pieces:
            found.append(last)
            last = last if piece.is_comment else piece
        return found

    def _may_stay_broken(self, index: int) -> bool:
        """Whether the author's line break here is one to keep: around brackets, after commas, at operators, before a step."""
        left, right = self.pieces[index - 1], self.pieces[index]
        if left.kind is Kind.OPEN or right.kind is Kind.CLOSE:
            return True
        left_role, right_role = self.roles.operators.get(index - 1), self.roles.operators.get(index)
        if Role.BINARY in (left_role, right_role):
            return True
        return right.text in (".", "?.")

    def _agree(self, opening: int, closing: int) -> None:
        """Breaks a bracket after its opening and before its closing, or at neither. Called for inner brackets first."""
        first = opening + 1
        if closing == first or not self._is_broken(opening, closing):
            self.breaks[first] = self.breaks[closing] = 0
            return
        self.broken.add(opening)
        self.breaks[closing] = 1
        if self.pieces[first].kind is not Kind.LINE_COMMENT or self.pieces[first].newlines:
            self.breaks[first] = 1
        if self.roles.brackets[opening] in (Bracket.SWITCH, Bracket.MAP):
            self._break_at(self._after_commas(opening))

    def _after_commas(self, opening: int) -> list[int]:
        """The pieces that begin the second and later items of a bracket. A line comment after a comma ends the item before it."""
        pieces, inside = self.pieces, range(opening + 2, self.roles.partner[opening])
        starts = (at for at in inside if pieces[at - 1].kind is Kind.COMMA and pieces[at].kind is not Kind.LINE_COMMENT)
        return [at for at in starts if self.inside[at] == opening]

    def _match_branches(self) -> bool:
        """If one block of an ``if`` and ``else`` or a ``try`` and ``catch`` is broken, its neighbours are; whether that changed any."""
        changed = False
        for index, piece in enumerate(self.pieces):
            if piece.text in ("else", "catch") and self._text_before(index) == "}":
                following = next(
                    at for at in range(index, len(self.pieces)) if self.pieces[at].text == "{" and self.inside[at] == self.inside[index]
                )
                pair = {self.roles.partner[index - 1], following} if self.pieces[index - 1].text == "}" else set()
                for opening in pair - self.broken if pair & self.broken else ():
                    changed = self._break_bracket(opening) or changed
        return changed

    def _is_broken(self, opening: int, closing: int) -> bool:
        """A list if the author breaks it after its opening, a map if anywhere between its entries, a block if anywhere at all."""
        match self.roles.brackets[opening]:
            case Bracket.LIST:
                return self.breaks[opening + 1] > 0 or self.pieces[closing - 1].kind is Kind.LINE_COMMENT
            case Bracket.MAP:
                return any(self.breaks[at] for at in range(opening + 1, closing + 1) if self.inside[at] == opening or at == closing)
            case _:
                return any(self.breaks[opening + 1 : closing + 1])

    def _text_before(self, index: int) -> str:
        left = self.tokens_before[index]
        return "" if left is None else left.text

    # --- how lines come out

    def _lines(self) -> Iterator[_Line]:
        stack = [_Open(Bracket.SCRIPT, 0, 0)]
        first = 0
        indent = 0
        width = 0
        for index, piece in enumerate(self.pieces):
            if index and self.breaks[index]:
                yield _Line(first, index, indent, width)
                first = index
            if index == first:
                indent = self._indent(index, stack)
                width = indent
            else:
                width += self.spaces[index]
            width += self.widths[index]
            if piece.kind is Kind.CLOSE:
                stack.pop()
            elif piece.kind is Kind.OPEN:
                stack.append(_Open(self.roles.brackets[index], indent, indent + INDENT))
        if self.pieces:
            yield _Line(first, len(self.pieces), indent, width)

    def _indent(self, index: int, stack: Sequence[_Open]) -> int:
        piece, around = self.pieces[index], stack[-1]
        if piece.kind is Kind.CLOSE:
            return around.outer
        left = self._text_before(index)
        if around.bracket in (Bracket.LIST, Bracket.MAP):
            goes_on = self.inside[index] in self.broken and left not in (",", self.pieces[self.inside[index]].text)
            return around.inner + (INDENT if goes_on and not piece.is_comment else 0)
        is_start = piece.start in self.roles.starts and left != "=>"
        is_join = left == "}" and piece.text in _JOINS
        return around.inner + (0 if is_start or is_join or piece.is_comment else INDENT)

    def _text_of(self, line: _Line) -> str:
        blank = "\n" if line.first and self.breaks[line.first] > 1 else ""
        parts = [blank, " " * line.indent]
        column = line.indent
        for index in range(line.first, line.end):
            if index > line.first and self.spaces[index]:
                parts.append(" ")
                column += 1
            text = self._moved(self.pieces[index], column)
            parts.append(text)
            column = len(text) - text.rfind("\n") - 1 if "\n" in text else column + len(text)
        parts.append("\n")
        return "".join(parts)

    def _moved(self, piece: Piece, column: int) -> str:
        """A string continued over lines loses its leading blanks up to its quote's column, so they move with it."""
        if not piece.text.startswith('"') or "\n" not in piece.text:
            return piece.text
        old = piece.start - self.text.rfind("\n", 0, piece.start)
        new = column + 1
        return _CONTINUED_LINE.sub(lambda found: "\\\n" + " " * (new + max(0, len(found[1]) - old)), piece.text)

    # --- what does not fit

    def _break_wide_lines(self) -> bool:
        """Breaks each line that is too wide at one place; whether any could be."""
        wide = [line for line in self._lines() if line.width > WIDTH]
        return any([self._break_line(line) for line in wide])

    def _break_line(self, line: _Line) -> bool:
        top = self._top_level(line)
        blocks = [at for at in top if self.roles.brackets.get(at) is Bracket.BLOCK and self._is_breakable(at, line)]
        if blocks:
            return any([self._break_bracket(at) for at in blocks])
        for operators in _LOGIC:
            places = [
                at for at in top if at > line.first and self.roles.operators.get(at) is Role.BINARY and self.pieces[at].text in operators
            ]
            if places:
                return self._break_at(places)
        brackets = [at for at in top if self._is_breakable(at, line)]
        if brackets:
            longest = max(brackets, key=lambda at: self._length(at))
            return self._break_bracket(longest)
        return False

    def _top_level(self, line: _Line) -> list[int]:
        """The pieces of a line that are in no bracket which opens and closes on it, nor in one left open."""
        depth = 0
        top: list[int] = []
        for index in range(line.first, line.end):
            kind = self.pieces[index].kind
            if kind is Kind.CLOSE:
                depth = max(0, depth - 1)
            if depth == 0:
                top.append(index)
            if kind is Kind.OPEN:
                depth += 1
        return top

    def _is_breakable(self, index: int, line: _Line) -> bool:
        return self.pieces[index].kind is Kind.OPEN and index + 1 < min(self.roles.partner[index], line.end)

    def _length(self, opening: int) -> int:
        return self.pieces[self.roles.partner[opening]].start - self.pieces[opening].start

    def _break_at(self, places: Iterable[int]) -> bool:
        for place in places:
            self.breaks[place] = max(self.breaks[place], 1)
        return True

    def _break_bracket(self, opening: int) -> bool:
        """Breaks a bracket that is not empty, and each of its items; whether it was not broken before."""
        closing = self.roles.partner[opening]
        if opening in self.broken or closing == opening + 1:
            return False
        self.broken.add(opening)
        return self._break_at([opening + 1, *self._after_commas(opening), closing])


def _first_line_width(text: str) -> int:
    """The columns a piece adds to its line; of a piece over several lines, its first."""
    return len(text) if "\n" not in text else text.index("\n")
