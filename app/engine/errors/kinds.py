"""The kinds of ends: the author's faults, the stops nothing catches, the wanted end, and our own bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.source import Place


@dataclass(slots=True)
class CallLevel:
    """One level of "in call to function": the function's name and where it was called from."""

    name: str
    place: Place | None = None
    source: str = ""

    @property
    def phrase(self) -> str:
        """How the level reads in a message, without its place."""
        what = "in closure call" if self.name.startswith("anon$") else f"in call to function '{self.name}'"
        return f"{what} (from '{self.source}')" if self.source else what


class ScriptError(Exception):
    """An author's fault that ``catch`` can see.

    Most are caught, and few of them are asked for more than what they are, so that whatever wasn't given is the class's own.
    """

    __slots__ = ("_text", "kind", "value")

    fields: Mapping[str, object] = {}
    has_place: bool = True
    """False for the variants that Rhai raises without position (arithmetic of binary operators)."""
    parse_kind: str | None = None
    place: Place | None = None
    calls: tuple[CallLevel, ...] = ()
    """The wrapping levels, innermost first; a native that wraps its own errors adds a level without a place, and the runtime gives it the
    place of the native's call."""
    natives: tuple[tuple[int, str], ...] = ()
    """Those that are named although it was a callback that failed, with how many of the script's functions it had left by then: levels
    that are yet to be told."""

    def __init__(
        self,
        kind: str,
        text: str,
        fields: Mapping[str, object] | None = None,
        *,
        value: object = None,
        has_place: bool = True,
        parse_kind: str | None = None,
        place: Place | None = None,
    ) -> None:
        self.kind = kind
        self._text = text
        self.value = value
        if fields is not None:
            self.fields = fields
        if not has_place:
            self.has_place = False
        if parse_kind is not None:
            self.parse_kind = parse_kind
        if place is not None:
            self.place = place

    @property
    def text(self) -> str:
        """What happened, in words."""
        return self._text

    def __str__(self) -> str:
        return self.text


class Thrown(ScriptError):
    """``throw value``. Its text is made of what ``shown`` makes of the value, when somebody asks for it."""

    __slots__ = ("_shown",)

    def __init__(self, value: Any, shown: Callable[[Any], str]) -> None:
        self.kind = "ErrorRuntime"
        self.value = value
        self._shown = shown

    @property
    def text(self) -> str:
        """What was thrown, in words."""
        shown = self._shown(self.value)
        return f"Runtime error: {shown}" if shown else "Runtime error"


class Stop(BaseException):
    """The end of a run that no ``catch`` may prevent: a limit, a cancellation, or a syntax error met at run time.

    ``limit`` names the field of ``Limits`` that was hit and ``limit_value`` is its value. The two are empty for
    cancellations and syntax errors.
    """

    __slots__ = ("calls", "fields", "has_place", "kind", "limit", "limit_value", "parse_kind", "place", "text", "value")

    def __init__(
        self,
        kind: str,
        text: str,
        *,
        limit: str = "",
        limit_value: int = 0,
        fields: dict[str, object] | None = None,
        value: object = None,
        parse_kind: str | None = None,
        place: Place | None = None,
        has_place: bool = True,
    ) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.fields = fields or {}
        self.limit = limit
        self.limit_value = limit_value
        self.value = value
        self.parse_kind = parse_kind
        self.place = place
        self.has_place = has_place
        self.calls: tuple[CallLevel, ...] = ()


class Exit(BaseException):
    """``exit(value)``: the run ends well, with this value."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class InternalError(Exception):
    """A bug of ours. Never the author's fault; fuzzing asserts that it doesn't occur."""
