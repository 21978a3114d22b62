"""The recorder: every host call of a run with its answer, and a channel that answers from such a journal.

A run is a function of its source, its input and this journal. Replaying one asks the recorded calls in the recorded order; the
first difference ends the replay, because everything after it would be guesswork.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.engine.errors import Stop
from app.host.channel import SECRET_CALL, Channel, Refusal
from app.host.masking import Masks
from app.host.plain import Plain, copied, same


@dataclass(frozen=True, slots=True)
class HostCall:
    """One entry: a call and its answer, or the code and message of its refusal."""

    name: str
    args: tuple[Plain, ...]
    answer: Plain = None
    refusal: tuple[str, str] | None = None

    def to_plain(self) -> dict[str, Plain]:
        """The entry as plain data; ``refusal`` stands in place of ``answer``."""
        entry: dict[str, Plain] = {"name": self.name, "args": [copied(arg) for arg in self.args]}
        if self.refusal is None:
            entry["answer"] = copied(self.answer)
        else:
            entry["refusal"] = {"code": self.refusal[0], "message": self.refusal[1]}
        return entry

    @classmethod
    def from_plain(cls, entry: Mapping[str, Plain]) -> HostCall:
        """The entry that ``to_plain`` wrote.

        Raises:
            ValueError: it is no such entry.
        """
        match entry:
            case {"name": str(name), "args": [*args], "refusal": {"code": str(code), "message": str(message)}}:
                return cls(name, tuple(args), refusal=(code, message))
            case {"name": str(name), "args": [*args], "answer": answer}:
                return cls(name, tuple(args), answer)
        raise ValueError(f"not a journal entry: {entry!r}")


class Recorder:
    """A channel that passes calls on and writes them down, secrets masked."""

    __slots__ = ("_channel", "_masks", "calls")

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._masks = Masks()
        self.calls: list[HostCall] = []

    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        """The inner channel's answer; both sides get copies, so that the journal can't be changed afterwards."""
        kept = tuple(map(self._masks.plain, args))
        try:
            answer = self._channel.call(name, args)
        except Refusal as refusal:
            self.calls.append(HostCall(name, kept, refusal=(refusal.code, self._masks.text(refusal.message))))
            raise
        if name == SECRET_CALL and args:
            self._masks.add(str(args[0]), answer)
        self.calls.append(HostCall(name, kept, self._masks.plain(answer)))
        return answer

    def journal(self) -> list[dict[str, Plain]]:
        """The entries as plain data, in order."""
        return [call.to_plain() for call in self.calls]


class ReplayMismatch(Stop):
    """The script made another call than the one recorded: it is not the recorded script, or not the recorded input.

    Not catchable by the script. ``index`` counts calls from 0.
    """

    __slots__ = ("index",)

    def __init__(self, index: int, text: str) -> None:
        super().__init__("ReplayMismatch", text)
        self.index = index


class Replay:
    """A channel that answers from a journal."""

    __slots__ = ("_calls", "_next")

    def __init__(self, calls: Iterable[HostCall]) -> None:
        self._calls = tuple(calls)
        self._next = 0

    @classmethod
    def of(cls, journal: Iterable[Mapping[str, Plain]]) -> Replay:
        """A replay of a journal in plain data.

        Raises:
            ValueError: an entry is malformed.
        """
        return cls(HostCall.from_plain(entry) for entry in journal)

    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        """The recorded answer.

        Raises:
            Refusal: the recorded one.
            ReplayMismatch: the journal has another call here, or has ended.
        """
        index = self._next
        made = _shown(name, args)
        if index >= len(self._calls):
            raise ReplayMismatch(index, f"Replay differs at call {index + 1}: the journal has ended, the script called {made}")
        recorded = self._calls[index]
        if recorded.name != name or not same(list(recorded.args), list(args)):
            expected = _shown(recorded.name, recorded.args)
            raise ReplayMismatch(index, f"Replay differs at call {index + 1}: the journal has {expected}, the script called {made}")
        self._next = index + 1
        if recorded.refusal is not None:
            raise Refusal(*recorded.refusal)
        return copied(recorded.answer)

    def finish(self) -> None:
        """Checks that the whole journal was used.

        Raises:
            ReplayMismatch: calls are left over.
        """
        if self._next < len(self._calls):
            left = _shown(self._calls[self._next].name, self._calls[self._next].args)
            raise ReplayMismatch(self._next, f"Replay differs at call {self._next + 1}: the journal has {left}, the script has ended")


def _shown(name: str, args: Sequence[Plain]) -> str:
    text = f"{name}({', '.join(map(repr, args))})"
    return text if len(text) <= 200 else text[:199] + "…"
