"""The pool's promises to its callers, with real locked children."""

import asyncio

import pytest

from app.sandbox.jobs import Analyse, HostCall, HostError, Json, Limits, LogLine, Outcome, Run
from app.sandbox.pool import Pool, PoolSettings
from app.sandbox.settings import MEBIBYTE
from tests.sandbox.arena import INJECTED

FOREVER = "while True: pass"
COUNT = "sys.modules['n'] = sys.modules.get('n', 0) + 1\nresult = sys.modules['n']"
PATIENT = Limits(wall_ms=60_000)


def python(source: str, tenant: str = "ann", limits: Limits = PATIENT, job_id: str = "") -> Run:
    return Run(tenant=tenant, source=source, digest=source, limits=limits, id=job_id)


def settings(**changes: int) -> PoolSettings:
    return PoolSettings(handlers=INJECTED, harden_parent=False, **changes)  # type: ignore[arg-type]  # every changed setting is a number


async def echo(call: HostCall) -> Json:
    return {"name": call.name, "arguments": call.arguments}


def fault_kind(outcome: Outcome) -> str:
    assert outcome.fault is not None
    return outcome.fault.kind


async def started(pool: Pool, job: Run) -> asyncio.Task[Outcome]:
    """Start a job that begins by calling the host, and wait until it has."""
    begun = asyncio.Event()

    async def note(call: HostCall) -> Json:
        begun.set()
        return None

    task = asyncio.create_task(pool.run(job, host_calls=note))
    await begun.wait()
    return task


async def test_a_value_comes_back(pool: Pool) -> None:
    outcome = await pool.run(python("result = {'a': [1, 2.5, None, 'x']}"))
    assert (outcome.kind, outcome.value) == ("ok", {"a": [1, 2.5, None, "x"]})


async def test_inputs_arrive(pool: Pool) -> None:
    job = Run(tenant="ann", source="result = inputs['n'] + 1", digest="d", inputs={"n": 41})
    assert (await pool.run(job)).value == 42


async def test_an_analysis_is_answered(pool: Pool) -> None:
    outcome = await pool.analyse(Analyse(tenant="ann", question="hover", source="x", offset=0))
    assert outcome.value == {"question": "hover"}


async def test_a_host_call_is_answered_in_the_callers_own_task(pool: Pool) -> None:
    tasks: list[object] = []

    async def host(call: HostCall) -> Json:
        tasks.append(asyncio.current_task())
        return await echo(call)

    outcome = await pool.run(python("result = channel.call('find', [1])"), host_calls=host)
    assert (outcome.value, outcome.host_calls, tasks) == ({"name": "find", "arguments": [1]}, 1, [asyncio.current_task()])


async def test_a_host_error_reaches_the_script(pool: Pool) -> None:
    async def host(call: HostCall) -> Json:
        raise HostError("denied", "No.")

    catching = "try: channel.call('x', [])\nexcept Exception as error: result = error.code"
    assert (await pool.run(python(catching), host_calls=host)).value == "denied"


async def test_a_mistake_of_the_host_reaches_the_caller_and_the_next_call_is_served(pool: Pool) -> None:
    async def host(call: HostCall) -> Json:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pool.run(python("channel.call('x', [])"), host_calls=host)
    assert (await pool.run(python("result = 1"))).value == 1


async def test_without_a_host_every_call_is_refused(pool: Pool) -> None:
    catching = "try: channel.call('x', [])\nexcept Exception as error: result = error.code"
    assert (await pool.run(python(catching))).value == "no-host"


async def test_log_lines_come_while_the_script_runs(pool: Pool) -> None:
    order: list[str] = []

    async def host(call: HostCall) -> Json:
        order.append(call.name)
        return None

    def on_log(line: LogLine) -> None:
        order.append(line.text)

    await pool.run(
        python("channel.log('info', 'one')\nchannel.call('two', [])\nchannel.log('info', 'three')"), host_calls=host, on_log=on_log
    )
    assert order == ["one", "two", "three"]


async def test_log_output_over_the_limit_is_dropped_and_counted(pool: Pool) -> None:
    lines: list[LogLine] = []
    limits = Limits(wall_ms=60_000, log_lines=10)
    outcome = await pool.run(python("for i in range(25): channel.log('info', str(i))", limits=limits), on_log=lines.append)
    assert (len(lines), outcome.logs_dropped) == (10, 15)


async def test_a_result_over_the_limit_is_an_error(pool: Pool) -> None:
    outcome = await pool.run(python("result = 'x' * 300_000"))
    assert fault_kind(outcome) == "output-too-large"


async def test_an_endless_script_times_out(pool: Pool) -> None:
    outcome = await pool.run(python(FOREVER, limits=Limits(wall_ms=50)))
    assert (outcome.kind, fault_kind(outcome)) == ("timeout", "time")


async def test_compiling_has_a_time_of_its_own(pool: Pool) -> None:
    computing = "import time\nuntil = time.monotonic() + 0.2\nwhile time.monotonic() < until: pass"
    outcome = await pool.run(python(f"channel.compiling()\n{computing}\nresult = 1", limits=Limits(wall_ms=50)))
    assert (outcome.kind, outcome.value) == ("ok", 1)


async def test_what_compiles_for_ever_times_out() -> None:
    async with Pool(settings(compile_ms=50)) as pool:
        outcome = await pool.run(python(f"channel.compiling()\n{FOREVER}"))
    assert outcome.fault is not None
    assert (outcome.kind, outcome.fault.message.split()[0]) == ("timeout", "Compiling")


async def test_a_script_that_was_compiled_has_its_own_deadline(pool: Pool) -> None:
    outcome = await pool.run(python(f"channel.compiling()\nchannel.begun()\n{FOREVER}", limits=Limits(wall_ms=50)))
    assert (outcome.kind, fault_kind(outcome)) == ("timeout", "time")


async def test_a_log_line_tells_when_it_was_written(pool: Pool) -> None:
    lines: list[LogLine] = []
    await pool.run(python("channel.log('info', 'a')\nchannel.log('info', 'b')"), on_log=lines.append)
    assert 0 <= lines[0].at_us <= lines[1].at_us


async def test_a_deadline_also_ends_a_host_call(pool: Pool) -> None:
    async def never(call: HostCall) -> Json:
        return await asyncio.Event().wait()

    outcome = await pool.run(python("channel.call('x', [])", limits=Limits(wall_ms=50)), host_calls=never)
    assert outcome.kind == "timeout"


async def test_a_memory_bomb_is_out_of_memory(pool: Pool) -> None:
    outcome = await pool.run(python("b = []\nwhile True: b.append(bytearray(1 << 20))"))
    assert outcome.kind == "memory"


async def test_a_running_job_can_be_stopped_by_its_id(pool: Pool) -> None:
    task = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="run-1"))
    assert pool.stop("run-1")
    assert (await task).kind == "killed"


async def test_stopping_what_does_not_run_says_so(pool: Pool) -> None:
    assert pool.stop("nothing") is False


async def test_cancelling_the_caller_kills_the_script_and_frees_its_turn() -> None:
    async with Pool(settings(slots=1, tenant_slots=1)) as pool:
        task = await started(pool, python("channel.call('begun', [])\n" + FOREVER))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.run(python("result = 1"))).value == 1


async def test_cancelling_a_caller_in_the_queue_frees_its_place() -> None:
    async with Pool(settings(slots=1, tenant_slots=1, queue_per_tenant=1)) as pool:
        running = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="first"))
        waiting = asyncio.create_task(pool.run(python("result = 1")))
        await asyncio.sleep(0)
        waiting.cancel()
        next_one = asyncio.create_task(pool.run(python("result = 2")))
        await asyncio.sleep(0)
        pool.stop("first")
        assert ((await running).kind, (await next_one).value) == ("killed", 2)


async def test_closing_the_pool_kills_what_runs() -> None:
    async with Pool(settings()) as pool:
        task = await started(pool, python("channel.call('begun', [])\n" + FOREVER))
    assert (await task).kind == "killed"


async def test_a_tenant_finds_its_own_child_again(pool: Pool) -> None:
    for _ in range(3):
        await pool.run(python("result = 1"))
    counters = pool.snapshot().counters
    assert (counters.spare_hits, counters.warm_hits) == (1, 2)


async def test_jobs_of_another_memory_limit_get_another_child(pool: Pool) -> None:
    small = Limits(wall_ms=60_000, memory_bytes=16 * MEBIBYTE)
    take = "b = bytearray(30 << 20)\nresult = len(b)"
    outcomes = [await pool.run(python(take, limits=limits)) for limits in (PATIENT, small, PATIENT)]
    assert [(outcome.kind, outcome.value) for outcome in outcomes] == [("ok", 30 << 20), ("memory", None), ("ok", 30 << 20)]


async def test_a_waiting_job_can_be_stopped_by_its_id() -> None:
    async with Pool(settings(slots=1, tenant_slots=1)) as pool:
        running = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="first"))
        waiting = asyncio.create_task(pool.run(python("result = 1", job_id="second")))
        await asyncio.sleep(0)
        assert pool.stop("second")
        outcome = await waiting
        pool.stop("first")
        assert (outcome.kind, fault_kind(outcome), (await running).kind) == ("killed", "stopped", "killed")


async def test_closing_the_pool_ends_what_waits_and_refuses_what_comes() -> None:
    async with Pool(settings(slots=1, tenant_slots=1)) as pool:
        running = await started(pool, python("channel.call('begun', [])\n" + FOREVER))
        waiting = asyncio.create_task(pool.run(python("result = 1")))
        await asyncio.sleep(0)
    late = await pool.run(python("result = 2"))
    outcomes = [await running, await waiting, late]
    assert [(outcome.kind, fault_kind(outcome)) for outcome in outcomes] == [("killed", "shut-down")] * 3


async def test_a_mistake_of_the_log_watcher_reaches_the_caller_and_ends_the_script(pool: Pool) -> None:
    def watch(line: LogLine) -> None:
        raise ValueError(line.text)

    with pytest.raises(ValueError, match="odd"):
        await pool.run(python("channel.log('info', 'odd')\nchannel.flush()\n" + FOREVER), on_log=watch)
    assert (await pool.run(python("result = 1"))).value == 1


async def test_a_job_that_waits_for_its_host_keeps_its_child() -> None:
    async with Pool(settings(patience_ms=2)) as pool:

        async def slow(call: HostCall) -> Json:
            await asyncio.sleep(0.05)
            return None

        await pool.run(python("sys.modules['left'] = 1\nchannel.call('x', [])"), host_calls=slow)
        assert (await pool.run(python("result = 'left' in sys.modules"))).value is True


async def test_no_child_serves_two_tenants(pool: Pool) -> None:
    leave = "sys.modules['left'] = 'a secret of ann'"
    look = "result = sys.modules.get('left')"
    await pool.run(python(leave, "ann"))
    assert [(await pool.run(python(look, tenant))).value for tenant in ("ann", "mallory")] == ["a secret of ann", None]


async def test_a_child_is_retired_after_its_jobs() -> None:
    async with Pool(settings(runs_per_child=2)) as pool:
        assert [(await pool.run(python(COUNT))).value for _ in range(5)] == [1, 2, 1, 2, 1]


async def test_a_child_is_not_retired_while_its_tenant_waits() -> None:
    async with Pool(settings(runs_per_child=2, slots=1)) as pool:
        waiting = await asyncio.gather(*[pool.run(python(COUNT)) for _ in range(5)])
        assert [outcome.value for outcome in [*waiting, await pool.run(python(COUNT))]] == [1, 2, 3, 4, 5, 1]


async def test_a_child_is_retired_at_last_even_while_its_tenant_waits() -> None:
    async with Pool(settings(runs_per_child=1, slots=1)) as pool:
        waiting = await asyncio.gather(*[pool.run(python(COUNT)) for _ in range(12)])
        assert [outcome.value for outcome in waiting] == [*range(1, 11), 1, 2]


@pytest.mark.parametrize("source", ["raise MemoryError", "raise SystemError", "raise ValueError"])
async def test_a_child_is_retired_when_its_state_is_doubtful(pool: Pool, source: str) -> None:
    await pool.run(python("sys.modules['left'] = 1"))
    await pool.run(python(source))
    assert (await pool.run(python("result = 'left' in sys.modules"))).value is False


async def test_a_long_job_stands_back_and_its_child_is_retired() -> None:
    async with Pool(settings(patience_ms=1)) as pool:
        await pool.run(python("sys.modules['left'] = 1\nend = time.monotonic() + 0.05\nwhile time.monotonic() < end: pass"))
        assert (await pool.run(python("result = 'left' in sys.modules"))).value is False


async def test_a_full_queue_answers_busy() -> None:
    async with Pool(settings(slots=1, tenant_slots=1, queue_per_tenant=1)) as pool:
        running = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="first"))
        waiting = asyncio.create_task(pool.run(python("result = 1")))
        await asyncio.sleep(0)
        refused = await pool.run(python("result = 2"))
        pool.stop("first")
        await running
        assert (refused.kind, fault_kind(refused), (await waiting).value) == ("busy", "queue-full", 1)


async def test_waiting_too_long_answers_busy() -> None:
    async with Pool(settings(slots=1, tenant_slots=1, queue_timeout_ms=20)) as pool:
        running = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="first"))
        late = await pool.run(python("result = 1"))
        pool.stop("first")
        await running
        assert (late.kind, fault_kind(late), (await pool.run(python("result = 2"))).value) == ("busy", "queue-timeout", 2)


async def test_one_tenants_slow_runs_leave_room_for_another() -> None:
    async with Pool(settings(slots=2, tenant_slots=1)) as pool:
        slow = await started(pool, python("channel.call('begun', [])\n" + FOREVER, tenant="ann", job_id="slow"))
        queued = [asyncio.create_task(pool.run(python(FOREVER, tenant="ann", limits=Limits(wall_ms=20)))) for _ in range(10)]
        assert (await pool.run(python("result = 1", tenant="bob"))).value == 1
        assert not slow.done()
        pool.stop("slow")
        assert {outcome.kind for outcome in await asyncio.gather(slow, *queued)} == {"killed", "timeout"}


async def test_a_tenants_slow_runs_leave_room_for_its_own_editor() -> None:
    async with Pool(settings(slots=2, tenant_slots=1)) as pool:
        slow = await started(pool, python("channel.call('begun', [])\n" + FOREVER, job_id="slow"))
        outcome = await pool.analyse(Analyse(tenant="ann", question="hover", source="x"))
        pool.stop("slow")
        await slow
        assert outcome.kind == "ok"


async def test_a_job_over_the_limit_is_refused(pool: Pool) -> None:
    outcome = await pool.run(python("#" * (5 << 20)))
    assert fault_kind(outcome) == "job-too-large"


async def test_an_old_zygote_is_replaced_and_jobs_go_on() -> None:
    async with Pool(settings(zygote_children=6, runs_per_child=1)) as pool:
        kinds = set()
        while pool.snapshot().counters.zygotes_started < 2:
            kinds.add((await pool.run(python("result = 1"))).kind)
        for _ in range(5):
            kinds.add((await pool.run(python("result = 1"))).kind)
    assert kinds == {"ok"}


async def test_the_counters_tell_what_happened(pool: Pool) -> None:
    await pool.run(python("result = 1"))
    await pool.run(python(FOREVER, limits=Limits(wall_ms=20)))
    counters = pool.snapshot().counters
    assert (dict(counters.outcomes), counters.kills["timeout"], sum(counters.run_time.counts)) == ({"ok": 1, "timeout": 1}, 1, 2)
