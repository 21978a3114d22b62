"""What a pool can be asked to do, and what comes back. Immutable data that also is the wire format of a job.

JSON here means None, bool, int, float, str, lists and dicts with str keys of JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

Json: TypeAlias = Any
"""Decoded JSON. `Any`, because a recursive union helps neither mypy nor msgspec."""

Kind: TypeAlias = Literal["ok", "error", "aborted", "timeout", "operations", "memory", "crashed", "killed", "busy"]
"""How a job ended.

- `ok`: with a value. `error`: an author's run-time or compile error. `aborted`: the script decided to stop (`abort(reason)`).
- `timeout`, `operations`, `memory`: a limit ended it.
- `crashed`: the child broke or broke the protocol. `killed`: someone stopped it from outside. `busy`: it never began.
"""

LogLevel: TypeAlias = Literal["print", "debug", "info", "warning", "error"]
Question: TypeAlias = Literal[
    "check", "complete", "definition", "diagnose", "fold", "format", "hover", "outline", "reference", "references", "rename", "signature",
    "study",
]  # fmt: skip
"""`reference` is about the phase alone, whatever the source. `study` is `diagnose` and `outline` (with its folds) at once; `rename` takes
the new name as `name` in the context."""

DEFAULT_WALL_MS: Final = 5_000


class Limits(Struct, frozen=True, kw_only=True, array_like=True):
    """What one job may use. Zero means no limit of its own, for those that the engine counts."""

    wall_ms: int = DEFAULT_WALL_MS
    """Of running. Compiling, which happens once in a child's life, has a time of its own (`PoolSettings.compile_ms`)."""
    operations: int = 10_000_000
    memory_bytes: int = 48 * 1024 * 1024
    """The process is made for it, but for no less than 16 MiB, because compiling needs that; below, only the engine's account is kept."""
    call_levels: int = 64
    string_bytes: int = 1_000_000
    array_items: int = 100_000
    map_items: int = 100_000
    log_bytes: int = 64 * 1024
    log_lines: int = 1_000
    output_bytes: int = 256 * 1024
    host_calls: int = 1_000


class Run(Struct, frozen=True, kw_only=True, array_like=True, tag="run"):
    """Compile (or find compiled) and execute one script."""

    tenant: str
    source: str
    digest: str
    """Of the source: the key of the compile cache, together with the engine's version."""
    phase: str = "manual"
    inputs: dict[str, Json] = {}
    """Variables of the script's global scope."""
    modules: dict[str, str] = {}
    """Sources that `import` may name."""
    limits: Limits = Limits()
    id: str = ""
    """The caller's name for this job, for `Pool.stop`. Empty: it can't be stopped by name."""
    options: dict[str, Json] = {}
    """Further settings that only the handlers know, such as a frozen clock."""


class Analyse(Struct, frozen=True, kw_only=True, array_like=True, tag="analyse"):
    """Answer one of the editor's questions about a source. Never executes it."""

    tenant: str
    question: Question
    source: str
    offset: int = 0
    phase: str = "manual"
    context: dict[str, Json] = {}
    """What the editor knows around the source, such as an entity's fields."""
    limits: Limits = Limits(wall_ms=2_000)
    id: str = ""


class Trace(Struct, frozen=True, kw_only=True, array_like=True, tag="trace"):
    """Execute again from a record, answering host calls from `answers`, and report every step in the outcome's details: `trace`.

    Recording takes two to ten times as long as the run did, so allow for it in the limits.
    """

    tenant: str
    source: str
    digest: str
    phase: str = "manual"
    inputs: dict[str, Json] = {}
    modules: dict[str, str] = {}
    answers: list[Json] = []
    limits: Limits = Limits(wall_ms=30_000, output_bytes=900_000)
    id: str = ""
    options: dict[str, Json] = {}


Job: TypeAlias = Run | Analyse | Trace


class CallLevel(Struct, frozen=True):
    """One level of a script's call stack."""

    function: str
    line: int
    column: int


class Fault(Struct, frozen=True, kw_only=True):
    """Why a job did not end well, for the author: places are lines and columns of the source, from 1; 0 is unknown."""

    kind: str
    message: str
    line: int = 0
    column: int = 0
    calls: tuple[CallLevel, ...] = ()


class LogLine(Struct, frozen=True):
    """One line that a script wrote while running."""

    level: LogLevel
    text: str
    line: int = 0
    at_us: int = 0
    """Microseconds from the script's start, as the child tells them."""


class HostCall(Struct, frozen=True):
    """A script asks the host to do something."""

    name: str
    arguments: Json


class HostError(Exception):
    """A host call's answer that the script sees as an error it may catch.

    Raise it from a `host_calls` callback. Any other exception is our bug: it ends the job and reaches the caller of the pool.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Outcome(Struct, frozen=True, kw_only=True):
    """How a job ended, with what it left."""

    kind: Kind
    value: Json = None
    details: dict[str, Json] = {}
    """What the handlers report besides the value, such as changed fields."""
    fault: Fault | None = None
    operations: int = 0
    host_calls: int = 0
    logs_dropped: int = 0
    is_cached: bool = False
    """The compiled program was warm in the tenant's child."""
    queue_ms: float = 0.0
    run_ms: float = 0.0
    """Without what compiling took."""


HostCalls: TypeAlias = Callable[[HostCall], Awaitable[Json]]
OnLog: TypeAlias = Callable[[LogLine], None]
