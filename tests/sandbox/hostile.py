"""Hostile scripts: endless, greedy and bulky ones. `python -m tests.sandbox.hostile` prints what stopping each of them took.

Each runs through the engine in a locked child of its own, whose peak memory the kernel reports at its end.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from dataclasses import dataclass
from typing import Final

import msgspec

from app.sandbox.jobs import Limits, Outcome, Run
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings

HOSTILE: Final = {
    "an endless loop": "loop {}",
    "a loop inside a catch": "loop { try { loop {} } catch {} }",
    "an endless function": "fn spin() { while true {} } spin()",
    "a loop in a closure": "let f = || { loop {} }; f.call()",
    "a loop in evaluated text": 'eval("loop {}")',
    "an array that grows": "let a = []; loop { a.push([1, 2, 3, 4, 5, 6, 7, 8]); }",
    "an array of itself": "let a = [0]; loop { a = [a, a]; }",
    "an array that is appended to itself": "let a = [1, 2, 3]; loop { a += a; }",
    "a string that doubles": 'let s = "x"; loop { s += s; }',
    "a string by interpolation": 'let s = "x"; loop { s = `${s}${s}`; }',
    "a map that grows": "let m = #{}; let i = 0; loop { m[`k${i}`] = [i]; i += 1; }",
    "an array of short texts": "let a = []; let i = 0; loop { a.push(`number ${i}`); i += 1; }",
    "an array of texts that are just short": 'let a = []; let s = ""; s.pad(50, "x"); let i = 0; loop { a.push(s + i); i += 1; }',
    "a map of short texts": "let m = #{}; let i = 0; loop { m[`key ${i}`] = `value ${i}`; i += 1; }",
    "an array of records with a short text": "let a = []; let i = 0; loop { a.push(#{ name: `number ${i}` }); i += 1; }",
    "an array of empty arrays": "let a = []; loop { a.push([]); }",
    "an array of small maps": "let a = []; loop { a.push(#{ n: 1 }); }",
    "an array of copies": "let a = []; let r = #{ a: 1, b: 2, c: 3, d: [1, 2, 3] }; loop { a.push(r); }",
    "texts split from one": 'let t = ""; t.pad(60000, "ab "); let a = []; loop { a += t.split(" "); }',
    "many large strings": 'let s = ""; s.pad(900000, "abc"); let a = []; loop { a.push(s + "x"); }',
    "many large numbers of small things": "let a = []; loop { let b = []; b.pad(50000, 7); a.push(b); }",
    "a giant array at once": "let a = []; a.pad(1000000000, 0);",
    "a giant string at once": '"x".pad(1000000000, "y")',
    "a giant blob at once": "blob(1000000000, 0)",
    "many prints": 'let s = ""; s.pad(900000, "abc"); loop { print(s); }',
    "deep recursion": "fn f(n) { f(n + 1) } f(1)",
    "wide recursion": "fn f(n) { f(n + 1) + f(n + 2) } f(1)",
    "a huge power": "let x = 10; loop { x = x ** 63; }",
    "a tower of powers": "2 ** 62 ** 62",
    "a search over and over": 'let s = ""; s.pad(900000, "a"); loop { s.index_of("aaaaaaaaaaaaaaaaaaaab"); }',
    "replacing over and over": 'let s = ""; s.pad(900000, "ab"); loop { s.replace("a", "bb"); }',
    "splitting over and over": 'let s = ""; s.pad(900000, "a "); loop { s.split(" "); }',
    "sorting over and over": "let a = []; a.pad(90000, 1); loop { a.sort(); a.reverse(); }",
    "parentheses without end": "(" * 50_000,
    "blocks without end": "{" * 50_000,
    "operators without end": "1" + "+1" * 50_000,
}
LIMITS: Final = Limits(wall_ms=500)
ONLY_TIME_AND_MEMORY: Final = Limits(wall_ms=500, operations=0, string_bytes=0, array_items=0, map_items=0, call_levels=0)
"""What a tenant without any other limit has: the script runs into its memory or its time."""
SMALL: Final = msgspec.structs.replace(ONLY_TIME_AND_MEMORY, memory_bytes=16 * 1024 * 1024)
SETS: Final = {"the default limits": LIMITS, "time and 48 MiB alone": ONLY_TIME_AND_MEMORY, "time and 16 MiB alone": SMALL}
STOPS: Final = frozenset({"operations", "memory", "timeout"})
MOST_TIME: Final = 1.5
MOST_MEMORY: Final = 1.25


@dataclass(frozen=True, slots=True)
class Stopped:
    """How a hostile script ended, and the shares of its limits that it had used by then."""

    outcome: Outcome
    time_share: float
    memory_share: float


def job(source: str, limits: Limits = LIMITS) -> Run:
    """A run of a hostile tenant's."""
    return Run(tenant="mallory", source=source, digest=hashlib.sha256(source.encode()).hexdigest(), limits=limits)


def swallowing(source: str) -> str:
    """The same script, trying to catch what stops it, again and again."""
    definitions, brace, body = source.rpartition("} ") if source.startswith("fn") else ("", "", source)
    catch = 'swallowed += 1; if swallowed > 3 { return "swallowed" }'
    return f"{definitions}{brace}let swallowed = 0; loop {{ try {{ {body} }} catch {{ {catch} }} }}"


def measuring_pool() -> Pool:
    """A pool that ends each child after one job, so that its peak memory becomes known."""
    return Pool(PoolSettings(runs_per_child=1, spares=1, harden_parent=False))


async def stop(pool: Pool, source: str, limits: Limits = LIMITS) -> Stopped:
    """Run a script and wait until its child is reaped. Children of earlier runs are waited for first: their peaks are not this one's."""
    await _all_reaped(pool)
    counters = pool.snapshot().counters
    counters.largest_growth_bytes = 0
    outcome = await pool.run(job(source, limits))
    await _all_reaped(pool)
    return Stopped(outcome, outcome.run_ms / limits.wall_ms, counters.largest_growth_bytes / limits.memory_bytes)


async def _all_reaped(pool: Pool) -> None:
    """Wait until the kernel has reported on every child that is no longer alive."""
    while (now := pool.snapshot()).counters.children_started - now.counters.children_reaped > now.children:  # noqa: ASYNC110 - reports come unasked
        await asyncio.sleep(0)


async def _main() -> int:
    is_good = True
    async with measuring_pool() as pool:
        for title, limits in SETS.items():
            sys.stdout.write(f"Limited by {title}\n")
            for name, source in HOSTILE.items():
                stopped = await stop(pool, source, limits)
                is_good &= stopped.time_share <= MOST_TIME and stopped.memory_share <= MOST_MEMORY
                shares = f"{stopped.time_share:6.2f} x time {stopped.memory_share:6.2f} x memory"
                sys.stdout.write(f"  {name:36} {stopped.outcome.kind:10} {shares}\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(_main()))
