"""Real scripts in locked children: values, errors, host calls, limits, and the compile cache."""

import hashlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.sandbox.handlers.analyses import QUESTIONS
from app.sandbox.jobs import Analyse, HostCall, HostError, Json, Limits, LogLine, Outcome, Question, Run, Trace
from app.sandbox.pool import Pool, PoolSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one pool for all: starting it is the slow part

ORDER = {"type": "order", "id": "o-1", "fields": {"amount": 41, "note": "old"}}
NOW = "1970-01-01T00:00:01.500Z"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings(harden_parent=False)) as started:
        yield started


def script(source: str, tenant: str = "ann", phase: str = "manual", limits: Limits | None = None, **inputs: Json) -> Run:
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Run(tenant=tenant, source=source, digest=digest, phase=phase, inputs=inputs, limits=limits or Limits(wall_ms=60_000))


async def clock(call: HostCall) -> Json:
    return 1_500 if call.name == "now" else None


def fault(outcome: Outcome) -> tuple[str, str, int, int]:
    assert outcome.fault is not None
    return (outcome.kind, outcome.fault.kind, outcome.fault.line, outcome.fault.column)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("40 + 2", 42),
        ("[1, 2.5, true, 'c', \"s\", ()]", [1, 2.5, True, "c", "s", None]),
        ("#{ a: #{ b: [1] } }", {"a": {"b": [1]}}),
        ("[1, 2, 3].map(|x| x * 2).filter(|x| x > 2)", [4, 6]),
        ("0..3", "0..3"),
    ],
)
async def test_a_script_gives_its_value(pool: Pool, source: str, value: Json) -> None:
    outcome = await pool.run(script(source))
    assert (outcome.kind, outcome.value) == ("ok", value)


async def test_a_syntax_error_has_its_place(pool: Pool) -> None:
    assert fault(await pool.run(script("let x = 1;\nlet y = ;"))) == ("error", "syntax", 2, 9)


async def test_a_run_time_error_has_its_place(pool: Pool) -> None:
    assert fault(await pool.run(script('let x = 1;\nthrow "no"'))) == ("error", "ErrorRuntime", 2, 1)


async def test_an_error_in_a_function_tells_who_called(pool: Pool) -> None:
    outcome = await pool.run(script("fn inner() { throw 1 }\nfn outer() { inner() }\nouter()"))
    assert outcome.fault is not None
    assert [level.function for level in outcome.fault.calls] == ["inner", "outer"]


async def test_changes_of_the_entity_are_reported(pool: Pool) -> None:
    outcome = await pool.run(script('entity.amount += 1; entity["new"] = [1]; entity.remove("note");', phase="before", entity=ORDER))
    assert outcome.details["changes"] == {"fields": {"amount": 42, "new": [1]}, "removed": ["note"]}


async def test_abort_is_a_decision_and_no_catch_sees_it(pool: Pool) -> None:
    outcome = await pool.run(script('try { abort("too much") } catch { 1 }', phase="before"))
    assert (outcome.kind, outcome.fault is not None and outcome.fault.message) == ("aborted", "too much")


async def test_what_a_script_says_is_streamed_in_order(pool: Pool) -> None:
    lines: list[LogLine] = []
    await pool.run(script('print("a"); log("b"); log_warn("c"); log_error("d"); debug(1);'), on_log=lines.append)
    assert [(line.level, line.text) for line in lines] == [("print", "a"), ("info", "b"), ("warning", "c"), ("error", "d"), ("debug", "1")]


async def test_a_host_call_is_answered_and_recorded(pool: Pool) -> None:
    outcome = await pool.run(script("now()"), host_calls=clock)
    assert (outcome.value, outcome.details["journal"]) == (NOW, [{"name": "now", "args": [], "answer": 1_500}])


async def test_a_refused_host_call_can_be_caught(pool: Pool) -> None:
    async def refuse(call: HostCall) -> Json:
        raise HostError("denied", "Not for you.")

    outcome = await pool.run(script("let seen; try { now() } catch (e) { seen = e.error } seen"), host_calls=refuse)
    assert outcome.value == "denied"


async def test_a_run_can_be_repeated_from_its_record(pool: Pool) -> None:
    source = "let t = timestamp(); [now(), t.elapsed >= 0.0]"
    first = await pool.run(script(source), host_calls=clock)
    again = await pool.trace(
        Trace(tenant="ann", source=source, digest="d", answers=first.details["journal"], options={"clock": first.details["clock"]})
    )
    assert (again.kind, again.value, again.operations, again.details["clock"]) == (
        "ok",
        first.value,
        first.operations,
        first.details["clock"],
    )


async def test_a_trace_tells_every_step_with_what_changed(pool: Pool) -> None:
    source = "let a = 1;\nfn twice(n) { n * 2 }\nlet b = twice(a);\nb"
    outcome = await pool.trace(Trace(tenant="ann", source=source, digest="traced steps"))
    trace = outcome.details["trace"]
    changed = [tuple(change) for step in trace["steps"] for change in step.get("changed", [])]
    entered = [name for step in trace["steps"] for name in step.get("entered", [])]
    assert (outcome.value, trace["is_complete"], entered, changed) == (
        2,
        True,
        ["", "twice"],
        [(0, "a", "1"), (1, "n", "1"), (0, "b", "2")],
    )


async def test_a_trace_ends_where_the_answer_is_full_and_says_so(pool: Pool) -> None:
    job = Trace(
        tenant="ann", source="let n = 0; while n < 5000 { n += 1; }", digest="long", limits=Limits(wall_ms=60_000, output_bytes=20_000)
    )
    outcome = await pool.trace(job)
    trace = outcome.details["trace"]
    assert (outcome.kind, trace["is_complete"], len(trace["steps"]) > 100) == ("ok", False, True)


async def test_a_trace_of_a_failed_run_ends_at_the_error(pool: Pool) -> None:
    outcome = await pool.trace(Trace(tenant="ann", source="let a = 1;\na / 0", digest="failed"))
    last = outcome.details["trace"]["steps"][-1]
    assert (outcome.kind, last["start"], last.get("is_error")) == ("error", 11, True)


@pytest.mark.parametrize("answers", [[], [{"name": "now", "args": [], "answer": 1}] * 2])
async def test_a_record_of_another_run_is_noticed(pool: Pool, answers: list[Json]) -> None:
    outcome = await pool.trace(Trace(tenant="ann", source="now()", digest="other", answers=answers))
    assert (outcome.kind, outcome.fault is not None and outcome.fault.kind) == ("error", "ReplayMismatch")


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_question_has_an_answer(pool: Pool, question: Question) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question=question, source="let x = 1;\nx", offset=4, context={"name": "y"}))
    assert outcome.kind == "ok"


async def test_completion_knows_the_phase_and_the_entitys_fields(pool: Pool) -> None:
    job = Analyse(tenant="ann", question="complete", source="entity.", offset=7, phase="before", context={"entity": {"amount": "f64"}})
    items = (await pool.analyse(job)).value["items"]
    assert [item["label"] for item in items if item["kind"] == "field"] == ["id", "entity_type", "amount"]


async def test_a_study_holds_diagnostics_symbols_and_folds(pool: Pool) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question="study", source="fn f() {\n  missing\n}"))
    found = outcome.value
    assert (found["diagnostics"][0]["code"], found["symbols"][0]["name"], found["folds"]) == (
        "unknown-name",
        "f",
        [{"start": 7, "end": 20}],
    )


async def test_renaming_takes_the_new_name_from_the_context(pool: Pool) -> None:
    job = Analyse(tenant="ann", question="rename", source="let a = 1; a", offset=4, context={"name": "b"})
    assert (await pool.analyse(job)).value == {"spans": [{"start": 4, "end": 5}, {"start": 11, "end": 12}], "problem": ""}


async def test_the_outline_comes_from_a_child(pool: Pool) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question="outline", source="fn area(w, h) { w * h }"))
    assert [symbol["name"] for symbol in outcome.value["symbols"]] == ["area"]


async def test_the_second_run_finds_the_program_compiled(pool: Pool) -> None:
    assert [(await pool.run(script("1 + 1"))).is_cached for _ in range(2)] == [False, True]


async def test_a_compiled_program_is_another_in_another_phase(pool: Pool) -> None:
    source = 'http_get("https://example.org")'
    kinds = [(await pool.run(script(source, phase=phase))).fault for phase in ("manual", "before")]
    assert [found is not None and found.kind for found in kinds] == ["ErrorRuntime", "ErrorFunctionNotFound"]


async def test_a_module_can_be_imported(pool: Pool) -> None:
    job = Run(tenant="ann", source='import "tax" as t; t::rate()', digest="d", modules={"tax": "fn rate() { 25 }"})
    assert (await pool.run(job)).value == 25


async def test_diagnostics_come_from_a_child(pool: Pool) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question="diagnose", source="let x = missing;"))
    assert [diagnostic["code"] for diagnostic in outcome.value] == ["unused-variable", "unknown-name"]


async def test_formatting_comes_from_a_child(pool: Pool) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question="format", source="let   x=1;"))
    assert outcome.value == "let x = 1;\n"


@pytest.mark.parametrize("source", ["5[70]", "true[0]", "1.5(2)"])
async def test_what_pythons_compiler_warns_of_does_not_end_the_child(pool: Pool, source: str) -> None:
    assert (await pool.run(script(source))).kind == "error"
