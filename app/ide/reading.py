"""A source as the editor's questions see it: tokens, tree and findings, made once for all questions about the same text."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.engine.lexer import CALLABLE_WORDS, KEYWORDS, RESERVED_WORDS, Tokens, is_identifier
from app.engine.lexer.tokens import IDENTIFIER, RESERVED
from app.engine.parser import ParseLimits, parse_with_tokens
from app.engine.source import Source
from app.ide.context import Context
from app.ide.facts import Facts
from app.ide.walk import gather

_KEPT: Final = 2
"""Two authors may take turns in one child; more readings than that would hold memory that runs need."""


@dataclass(eq=False)
class Reading:
    """A text that was parsed, and what it stands in. ``problems`` are its syntax errors."""

    context: Context
    source: Source
    script: tree.Script
    problems: list[Diagnostic]
    tokens: Tokens

    @property
    def text(self) -> str:
        """The script."""
        return self.source.text

    @cached_property
    def facts(self) -> Facts:
        """What one walk over the tree finds; with syntax errors, over what of it there is."""
        return gather(self.source, self.script, self.context)

    def before(self, offset: int) -> int:
        """The index of the last token that starts before an offset; -1 when there is none."""
        return bisect_right(self.tokens.starts, offset - 1) - 1

    def name_at(self, offset: int) -> int | None:
        """The index of the name that an offset is in, or right behind."""
        index = self.before(offset + 1)
        for candidate in (index, index - 1):
            if candidate >= 0 and self.is_name(candidate) and self.tokens.starts[candidate] <= offset <= self.tokens.ends[candidate]:
                return candidate
        return None

    def is_name(self, index: int) -> bool:
        """Whether a token is a name, or a word that can be called like one."""
        kind = self.tokens.kinds[index]
        return kind == IDENTIFIER or (kind == RESERVED and str(self.tokens.values[index]) in CALLABLE_WORDS)

    def is_in_comment(self, offset: int) -> bool:
        """Whether an offset is inside of a comment, or at the end of one that its line's end closes."""
        index = bisect_right(self.tokens.comments, (offset, -1)) - 1
        if index < 0:
            return False
        start, end = self.tokens.comments[index]
        return start < offset < end or (offset == end and not self.text.startswith("/*", start))


def read(text: str, context: Context | None = None) -> Reading:
    """The reading of a text; the latest ones are kept, for an editor asks several questions about each."""
    surroundings = context or Context()
    for reading in _readings:
        if reading.text == text and reading.context == surroundings:
            return reading
    source = Source(text)
    reading = Reading(surroundings, source, *parse_with_tokens(source, ParseLimits()))
    _readings.appendleft(reading)
    return reading


def is_free_name(text: str) -> bool:
    """Whether an author may give this name to something."""
    return is_identifier(text) and text not in KEYWORDS and text not in RESERVED_WORDS


_readings: deque[Reading] = deque(maxlen=_KEPT)
"""A pure function's memory."""
