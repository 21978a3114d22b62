"""The kinds of ends: the author's faults, the stops nothing catches, the wanted end, and our own bugs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

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

    ``has_place`` is False for the variants that Rhai raises without position (arithmetic of binary operators).
    ``calls`` holds the wrapping levels, innermost first; a native that wraps its own errors appends a level without a
    place, and the runtime gives it the place of the native's call. ``natives`` are those that are named although it was a callback that
    failed, with how many of the script's functions it had left by then: levels that are yet to be told.
    """

    __slots__ = ("_text", "calls", "fields", "has_place", "kind", "natives", "parse_kind", "place", "value")

    def __init__(
        self,
        kind: str,
        text: str,
        fields: dict[str, object] | None = None,
        *,
        value: object = None,
        has_place: bool = True,
        parse_kind: str | None = None,
        place: Place | None = None,
    ) -> None:
        super().__init__()
        self.kind = kind
        self._text = text
        self.fields = fields or {}
        self.value = value
        self.has_place = has_place
        self.parse_kind = parse_kind
        self.place = place
        self.calls: list[CallLevel] = []
        self.natives: list[tuple[int, str]] = []

    @property
    def text(self) -> str:
        """What happened, in words."""
        return self._text

    def __str__(self) -> str:
        return self.text


class Thrown(ScriptError):
    """``throw value``. Most are caught for their value alone: everything else is made when somebody asks for it.

    ``shown`` makes the value's display text.
    """

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

    def __getattr__(self, name: str) -> Any:
        """What has not been set yet."""
        make = _LATER.get(name)
        if make is None:
            raise AttributeError(name)
        setattr(self, name, make())
        return getattr(self, name)


_LATER: Final[dict[str, Callable[[], object]]] = {
    "calls": list,
    "fields": dict,
    "has_place": lambda: True,
    "natives": list,
    "parse_kind": lambda: None,
    "place": lambda: None,
}


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
        self.calls: list[CallLevel] = []


class Exit(BaseException):
    """``exit(value)``: the run ends well, with this value."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class InternalError(Exception):
    """A bug of ours. Never the author's fault; fuzzing asserts that it doesn't occur."""
