"""The one table of what a script may call beyond the language: its rows and how they become natives.

The editor, the checker, the runtime, the reference pages and MCP all read these rows. What a row's implementation needs
of the outside it gets from the run's ``HostContext``; nothing here does IO.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.engine import errors
from app.engine.natives import Natives, Package
from app.engine.natives import Overload as Native
from app.engine.values import Value
from app.host.channel import HostRuntime, Refusal
from app.host.phases import ALL_PHASES, Phase
from app.host.plain import Plain, from_plain, to_plain

Implementation = Callable[..., Any]


class Effect(StrEnum):
    """What calling a helper does beyond giving a value."""

    PURE = "pure"
    LOG = "log"
    """Writes to the run's log."""
    DECISION = "decision"
    """Ends the run with a decision."""
    READ = "read"
    """Reads the tenant's records."""
    WRITE = "write"
    """Changes the tenant's records."""
    NETWORK = "network"
    """Talks to another machine."""
    CLOCK = "clock"
    """Reads the clock."""
    SECRET = "secret"  # noqa: S105 - the name of an effect
    """Reads one of the tenant's secrets."""

    @property
    def reaches_host(self) -> bool:
        """Whether the call goes through the channel and into the journal."""
        return self in _CHANNEL_EFFECTS


_CHANNEL_EFFECTS: Final = frozenset({Effect.READ, Effect.WRITE, Effect.NETWORK, Effect.CLOCK, Effect.SECRET})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name and its type as ``type_of`` names it, or ``?`` for any."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a helper. ``function`` takes the runtime first if ``needs_runtime``."""

    parameters: tuple[Parameter, ...]
    returns: str
    function: Implementation
    needs_runtime: bool = False


@dataclass(frozen=True, slots=True)
class Helper:
    """A row: everything there is to know about one helper.

    ``cost`` is how many operations a call counts beside its own; ``is_method`` says that it is called on its first parameter.
    """

    name: str
    doc: str
    example: str
    overloads: tuple[Overload, ...]
    phases: frozenset[Phase] = ALL_PHASES
    effect: Effect = Effect.PURE
    cost: int = 0
    is_method: bool = False

    def signatures(self) -> list[str]:
        """Each overload as an author reads it: ``validate_range(value: i64, low: i64, high: i64) -> bool``."""
        return [self._signature(overload) for overload in self.overloads]

    def _signature(self, overload: Overload) -> str:
        params = [f"{parameter.name}: {parameter.type}" for parameter in overload.parameters]
        head = f"{overload.parameters[0].name}.{self.name}" if self.is_method else self.name
        return f"{head}({', '.join(params[self.is_method :])}) -> {overload.returns}"


@dataclass(frozen=True, slots=True)
class HostVariable:
    """A variable that the host puts into a script's global scope."""

    name: str
    type: str
    doc: str
    phases: frozenset[Phase]


class HostTable:
    """The helpers and variables, by name."""

    __slots__ = ("_natives", "helpers", "variables")

    def __init__(self, helpers: Iterable[Helper], variables: Iterable[HostVariable]) -> None:
        self.helpers = {(helper.name, helper.is_method): helper for helper in helpers}
        self.variables = {variable.name: variable for variable in variables}
        self._natives: dict[tuple[Natives, Phase], Natives] = {}

    def __iter__(self) -> Iterator[Helper]:
        return iter(self.helpers.values())

    def helper(self, name: str) -> Helper | None:
        """The helper that is called by this name, as a function or else as a method."""
        return self.helpers.get((name, False)) or self.helpers.get((name, True))

    def available(self, phase: Phase) -> list[Helper]:
        """The helpers of a phase, in the table's order."""
        return [helper for helper in self if phase in helper.phases]

    def variables_of(self, phase: Phase) -> list[HostVariable]:
        """The host's variables of a phase."""
        return [variable for variable in self.variables.values() if phase in variable.phases]

    def package(self, phase: Phase) -> Package:
        """The natives of a phase. A helper of another phase does not exist in it."""
        package = Package("host")
        for helper in self.available(phase):
            package.overloads.extend(_native(helper, overload) for overload in helper.overloads)
        return package

    def extend(self, natives: Natives, phase: Phase) -> Natives:
        """``natives`` and those of a phase, made once."""
        key = (natives, phase)
        if key not in self._natives:
            self._natives[key] = natives.extended(self.package(phase))
        return self._natives[key]


def overload(parameters: str, returns: str, function: Implementation, *, needs_runtime: bool = False) -> Overload:
    """An overload written as ``"value: i64, low: i64"``; ``?`` is any type."""
    pairs = (part.split(":") for part in parameters.split(",") if part.strip())
    return Overload(tuple(Parameter(name.strip(), kind.strip()) for name, kind in pairs), returns, function, needs_runtime)


def host_overload(parameters: str, returns: str, name: str) -> Overload:
    """An overload that asks the host, through the channel, for the call ``name`` with its own arguments."""

    def ask(rt: HostRuntime, *args: Value) -> Value:
        return from_plain(host_call(rt, name, [to_plain(arg) for arg in args]))

    return overload(parameters, returns, ask, needs_runtime=True)


def host_call(rt: HostRuntime, name: str, args: Sequence[Plain]) -> Plain:
    """The host's answer.

    Raises:
        ScriptError: the host refused; what ``catch`` sees is a map with ``error``, ``message`` and ``call``.
    """
    try:
        return rt.host.channel.call(name, args)
    except Refusal as refusal:
        details = {"error": refusal.code, "message": refusal.message, "call": name}
        text = f"{name}: {refusal.message}"
        raise errors.Thrown(details, lambda _: text) from None


def _native(helper: Helper, overload: Overload) -> Native:
    return Native(
        name=helper.name,
        params=tuple(parameter.type for parameter in overload.parameters),
        function=_charged(helper.cost, overload),
        returns=overload.returns,
        parameter_names=tuple(parameter.name for parameter in overload.parameters),
        doc=helper.doc,
        context=overload.needs_runtime,
        package="host",
    )


def _charged(cost: int, overload: Overload) -> Implementation:
    function = overload.function
    if not (cost and overload.needs_runtime):
        return function

    def charge_and_call(rt: HostRuntime, *args: Value) -> Value:
        rt.charge(cost)
        result: Value = function(rt, *args)
        return result

    return charge_and_call
