"""Hostile scripts, through the engine, in locked children: each is stopped, and no `catch` can swallow the stop."""

import hashlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.sandbox.jobs import Limits, Run
from app.sandbox.pool import Pool, PoolSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one pool for all: starting it is the slow part

HOSTILE = {
    "an endless loop": "loop {}",
    "a loop inside a catch": "loop { try { loop {} } catch {} }",
    "an endless function": "fn spin() { while true {} } spin()",
    "a loop in a closure": "let f = || { loop {} }; f.call()",
    "a loop in evaluated text": 'eval("loop {}")',
    "an array that grows": "let a = []; loop { a.push([1, 2, 3, 4, 5, 6, 7, 8]); }",
    "an array of itself": "let a = [0]; loop { a = [a, a]; }",
    "a string that doubles": 'let s = "x"; loop { s += s; }',
    "a string by interpolation": 'let s = "x"; loop { s = `${s}${s}`; }',
    "a map that grows": "let m = #{}; let i = 0; loop { m[`k${i}`] = [i]; i += 1; }",
    "many large strings": 'let s = ""; s.pad(900000, "abc"); let a = []; loop { a.push(s + "x"); }',
    "a giant array at once": "let a = []; a.pad(1000000000, 0);",
    "a giant string at once": '"x".pad(1000000000, "y")',
    "a giant blob at once": "blob(1000000000, 0)",
    "deep recursion": "fn f(n) { f(n + 1) } f(1)",
    "wide recursion": "fn f(n) { f(n + 1) + f(n + 2) } f(1)",
    "a huge power": "let x = 10; loop { x = x ** 63; }",
    "a tower of powers": "2 ** 62 ** 62",
    "a search over and over": 'let s = ""; s.pad(900000, "a"); loop { s.index_of("aaaaaaaaaaaaaaaaaaaab"); }',
    "replacing over and over": 'let s = ""; s.pad(900000, "ab"); loop { s.replace("a", "bb"); }',
    "sorting over and over": "let a = []; a.pad(90000, 1); loop { a.sort(); a.reverse(); }",
    "parentheses without end": "(" * 50_000,
    "blocks without end": "{" * 50_000,
    "operators without end": "1" + "+1" * 50_000,
}
WALL_MS = 1_000


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings(harden_parent=False)) as started:
        yield started


def job(source: str) -> Run:
    return Run(tenant="mallory", source=source, digest=hashlib.sha256(source.encode()).hexdigest(), limits=Limits(wall_ms=WALL_MS))


@pytest.mark.parametrize("name", HOSTILE)
async def test_it_is_stopped(pool: Pool, name: str) -> None:
    outcome = await pool.run(job(HOSTILE[name]))
    assert outcome.kind in ("error", "operations", "memory", "timeout")


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith(("an array", "a string", "a map", "many", "a loop"))])
async def test_no_catch_swallows_the_stop(pool: Pool, name: str) -> None:
    outcome = await pool.run(job(f'try {{ {HOSTILE[name]} }} catch {{ "swallowed" }}'))
    assert (outcome.kind in ("operations", "memory", "timeout"), outcome.value) == (True, None)


async def test_the_next_script_is_served_after_each(pool: Pool) -> None:
    answers = []
    for source in HOSTILE.values():
        await pool.run(job(source))
        answers.append((await pool.run(job("6 * 7"))).value)
    assert answers == [42] * len(HOSTILE)
