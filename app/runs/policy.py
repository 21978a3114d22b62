"""The rules of runs, as pure functions: limits by profile, checks at the border, fingerprints of failures."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

from app.base.errors import Invalid
from app.runs.types import Document, Json, RunError, RunResult, TenantLimits
from app.sandbox.jobs import Limits
from app.scripts.types import LimitsProfile, Phase

LARGEST_INPUT: Final = 1_048_576
DEEPEST_INPUT: Final = 32
SMALLEST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**63 - 1
"""A script's integers have 64 bits."""
SHORTEST_SECRET: Final = 4
LONGEST_SECRET: Final = 8_192
SECRET_NAME: Final = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"  # noqa: S105 - a pattern of names
_MEBIBYTE: Final = 1_048_576
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder().decode
_LONG_NUMBER: Final = re.compile(rb"\d{19}")


@dataclass(frozen=True, slots=True)
class _Profile:
    """One profile. A script that a save waits for gets `wall_ms`; one that may call the outside gets `outward_wall_ms`."""

    operations: int
    wall_ms: int
    outward_wall_ms: int
    memory_bytes: int
    call_levels: int
    string_bytes: int
    items: int
    log_lines: int
    host_calls: int


_PROFILES: Final[Mapping[LimitsProfile, _Profile]] = {
    LimitsProfile.STRICT: _Profile(10_000, 50, 5_000, 16 * _MEBIBYTE, 16, 16_384, 1_000, 100, 10),
    LimitsProfile.DEFAULT: _Profile(50_000, 100, 20_000, 16 * _MEBIBYTE, 16, 65_536, 10_000, 1_000, 100),
    LimitsProfile.RELAXED: _Profile(1_000_000, 2_000, 60_000, 48 * _MEBIBYTE, 32, 1_000_000, 100_000, 1_000, 1_000),
}
"""Default is what the specification asks for (A5)."""


@lru_cache(maxsize=1_024)
def limits_for(profile: LimitsProfile, phase: Phase, ceilings: TenantLimits) -> Limits:
    """The limits of a run: its profile's, brought under the tenant's ceilings."""
    chosen = _PROFILES[profile]
    wall_ms = chosen.wall_ms if phase is Phase.BEFORE else chosen.outward_wall_ms
    return Limits(
        wall_ms=_capped(wall_ms, ceilings.wall_ms),
        operations=_capped(chosen.operations, ceilings.operations),
        memory_bytes=_capped(chosen.memory_bytes, ceilings.memory_bytes),
        call_levels=chosen.call_levels,
        string_bytes=chosen.string_bytes,
        array_items=chosen.items,
        map_items=chosen.items,
        log_lines=chosen.log_lines,
        host_calls=chosen.host_calls,
    )


@lru_cache(maxsize=1_024)
def limits_document(limits: Limits) -> Document:
    """Limits as the history keeps them; the same document for the same limits, so nobody may change it."""
    return msgspec.structs.asdict(limits)


def _capped(value: int, ceiling: int | None) -> int:
    return value if ceiling is None else min(value, ceiling)


def checked_inputs(inputs: Document) -> bytes:
    """The inputs as JSON text, the same for the same inputs.

    Raises:
        Invalid: they are too large, nested too deep, or no plain data.
    """
    try:
        text = _encode(inputs)
        is_plain = _comes_back(inputs, text) or _is_plain(inputs, DEEPEST_INPUT)
    except UnicodeEncodeError:
        raise Invalid("The input holds half of a surrogate pair, which is no character.", "Send whole characters.", field="input") from None
    except (TypeError, ValueError, RecursionError):  # the encoder's words for data that isn't plain, or too deep
        is_plain = False
    if not is_plain:
        raise Invalid(
            f"The input is nested deeper than {DEEPEST_INPUT} levels, or holds something that a script can't.",
            "Flatten it; send whole numbers of more than 64 bits as text.",
            field="input",
        )
    if len(text) > LARGEST_INPUT:
        raise Invalid(f"The input has {len(text)} bytes; {LARGEST_INPUT} are allowed.", "Send less.", field="input")
    return text


def _comes_back(inputs: Document, text: bytes) -> bool:
    """Whether data is certainly plain, by a look at its text that takes a fifth of the time of one at each value.

    What isn't plain comes out of JSON as something else, but for whole numbers of more than 64 bits and for depth; where either may be,
    the answer is no.
    """
    return text.count(b"{") + text.count(b"[") <= DEEPEST_INPUT and _LONG_NUMBER.search(text) is None and bool(_decode(text) == inputs)


def _is_plain(value: Json, depth: int) -> bool:
    match value:
        case None | bool() | str():
            return True
        case int():
            return SMALLEST_INTEGER <= value <= LARGEST_INTEGER
        case float():
            return value == value and value not in (float("inf"), float("-inf"))
        case list() if depth > 0:
            return all(_is_plain(item, depth - 1) for item in value)
        case dict() if depth > 0:
            return all(isinstance(key, str) and _is_plain(item, depth - 1) for key, item in value.items())
    return False


def digest_of(data: bytes) -> str:
    """The SHA-256 that names an input."""
    return hashlib.sha256(data).hexdigest()


_NUMBERS = re.compile(r"\d+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")


def fingerprint_of(name: str, error: RunError | None) -> str | None:
    """One name for all failures alike: same script, kind, place and message but for the numbers and names in it."""
    if error is None:
        return None
    shape = _NUMBERS.sub("#", _QUOTED.sub("…", error.message))
    return hashlib.sha256(f"{name}\n{error.kind}\n{error.line}\n{shape}".encode()).hexdigest()[:16]


def search_text(name: str, result: RunResult, limit: int = 16_384) -> str:
    """What a run is found by: the script's name, the error or reason, the log."""
    parts = [name]
    if result.error is not None:
        parts.append(result.error.message)
    if result.reason:
        parts.append(result.reason)
    parts += [line.text for line in result.logs]
    return "\n".join(parts)[:limit]


def check_secret(name: str, value: str) -> None:
    """Refuse a secret that couldn't be kept or hidden.

    Raises:
        Invalid: which part; the value is never repeated.
    """
    if not re.match(SECRET_NAME, name):
        raise Invalid(f"{name[:80]!r} can't be a secret's name.", "Use letters, digits and underscores; begin with a letter.", field="name")
    if not SHORTEST_SECRET <= len(value) <= LONGEST_SECRET:
        raise Invalid(
            f"The secret has {len(value)} characters.",
            f"Use {SHORTEST_SECRET} to {LONGEST_SECRET}; a shorter one would be found in innocent text.",
            field="value",
        )
