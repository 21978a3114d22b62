"""What the ticker starts, on every database: each occurrence once, missed and overlapping ones as the policies say."""

from datetime import UTC, datetime, timedelta

import pytest

from app import schedules
from app.base.paging import PageRequest
from app.schedules import Missed, Overlap, Policies, ScheduleState
from app.testing import World
from tests.requirements import requirement
from tests.schedules.kit import WrittenDown, a_schedule, a_script, again, move_to, tick

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def starter() -> WrittenDown:
    """Remembers what was started."""
    return WrittenDown()


@requirement("A8.an-occurrence-runs-once")
def test_an_occurrence_runs_once_however_often_it_is_looked_at(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "*/5 * * * *")
    world.clock.advance(timedelta(minutes=5))
    assert [tick(world, starter).schedules for _ in range(3)] == [1, 0, 0]
    assert starter.times == ["05 09:05:00"]


def test_a_schedule_starts_with_the_next_occurrence_after_it_was_made(world: World, starter: WrittenDown) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "0 9 * * *")
    assert schedule.next_at == NINE + timedelta(days=1)
    tick(world, starter)
    assert starter.launches == []


@requirement("A8.clock-steps-neither-double-nor-lose")
def test_a_clock_that_steps_back_doubles_nothing(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "* * * * *", Policies(overlap=Overlap.ALLOW))
    for step in (60, 60, -120, 60, 60, 60):
        world.clock.advance(timedelta(seconds=step))
        tick(world, starter)
    assert starter.times == ["05 09:01:00", "05 09:02:00", "05 09:03:00"]


def test_a_clock_that_steps_forward_loses_nothing_if_all_are_to_run(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "* * * * *", Policies(Missed.ALL, overlap=Overlap.ALLOW))
    for step in (60, 600, -540, 60, 600):
        world.clock.advance(timedelta(seconds=step))
        tick(world, starter)
    assert starter.times == [f"05 09:{minute:02}:00" for minute in range(1, 14)]


@requirement("A8.missed-runs-follow-the-policy")
@pytest.mark.parametrize(
    ("policies", "times", "skipped"),
    [
        (Policies(Missed.SKIP, overlap=Overlap.ALLOW), [], 6),
        (Policies(Missed.LATEST, overlap=Overlap.ALLOW), ["05 09:30:00"], 5),
        (Policies(Missed.ALL, 4, Overlap.ALLOW), ["05 09:15:00", "05 09:20:00", "05 09:25:00", "05 09:30:00"], 2),
    ],
)
def test_missed_occurrences_follow_the_policy(
    world: World, starter: WrittenDown, policies: Policies, times: list[str], skipped: int
) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "*/5 * * * *", policies)
    world.clock.advance(timedelta(minutes=32))
    tick(world, starter)
    assert starter.times == times
    assert again(world, schedule).skipped == skipped


def test_what_is_late_by_seconds_is_on_time(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "*/10 * * * * *", Policies(Missed.SKIP, overlap=Overlap.ALLOW))
    world.clock.advance(timedelta(seconds=31))
    tick(world, starter)
    assert starter.times == ["05 09:00:10", "05 09:00:20", "05 09:00:30"]


@requirement("A8.overlap-follows-the-policy")
def test_an_overlapping_occurrence_is_skipped(world: World, starter: WrittenDown) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "* * * * *")
    for _ in range(3):
        world.clock.advance(timedelta(minutes=1))
        tick(world, starter)
    assert starter.times == ["05 09:01:00"]
    assert again(world, schedule).last_skip == "The last run was still going."
    starter.open.clear()
    world.clock.advance(timedelta(minutes=1))
    tick(world, starter)
    assert starter.times == ["05 09:01:00", "05 09:04:00"]


def test_one_overlapping_occurrence_waits_and_further_ones_are_skipped(world: World, starter: WrittenDown) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "* * * * *", Policies(overlap=Overlap.QUEUE))
    for _ in range(3):
        world.clock.advance(timedelta(minutes=1))
        tick(world, starter)
    assert again(world, schedule).waiting == 1
    starter.open.clear()
    world.clock.advance(timedelta(seconds=1))
    tick(world, starter)
    assert starter.times == ["05 09:01:00", "05 09:02:00"]
    assert (again(world, schedule).waiting, again(world, schedule).skipped) == (0, 1)


def test_what_is_made_up_for_runs_one_after_the_other(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "*/5 * * * *", Policies(Missed.ALL))
    world.clock.advance(timedelta(minutes=17))
    tick(world, starter)
    for started in (1, 2, 3):
        assert len(starter.launches) == started
        starter.open.clear()
        world.clock.advance(timedelta(seconds=1))
        tick(world, starter)
    assert starter.times == ["05 09:05:00", "05 09:10:00", "05 09:15:00"]


def test_a_lost_run_holds_up_no_later_one_for_ever(world: World, starter: WrittenDown) -> None:
    a_schedule(world, a_script(world, world.ann), "0,30 * * * *")
    for _ in range(3):
        world.clock.advance(timedelta(minutes=30, seconds=1))
        tick(world, starter)
    assert starter.times == ["05 09:30:00", "05 10:30:00"]


def test_jitter_starts_the_same_occurrence_at_the_same_later_second(world: World, starter: WrittenDown) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "0 * * * *", Policies(jitter_seconds=600))
    preview = world.read(
        world.ann, lambda work, actor: schedules.preview_schedule(work, actor, schedule.id, viewer_zone="", after=None, count=1)
    )
    starts_at = preview.occurrences[0].starts_at
    # One of 601 starts at the hour itself.
    assert NINE + timedelta(hours=1) <= starts_at <= NINE + timedelta(hours=1, minutes=10)
    before = starts_at - timedelta(seconds=1)
    for moment in (min(NINE + timedelta(hours=1), before), before):
        move_to(world, moment)
        tick(world, starter)
    assert starter.launches == []
    move_to(world, starts_at)
    tick(world, starter)
    assert starter.times == ["05 10:00:00"]


def test_nothing_runs_before_the_start_or_after_the_end(world: World, starter: WrittenDown) -> None:
    policies = Policies(Missed.ALL, overlap=Overlap.ALLOW, starts_at=NINE + timedelta(minutes=10), ends_at=NINE + timedelta(minutes=20))
    schedule = a_schedule(world, a_script(world, world.ann), "*/5 * * * *", policies)
    assert schedule.next_at == NINE + timedelta(minutes=10)
    world.clock.advance(timedelta(hours=1))
    tick(world, starter)
    assert starter.times == ["05 09:10:00", "05 09:15:00", "05 09:20:00"]
    assert again(world, schedule).standing.state is ScheduleState.ENDED


@requirement("A8.a-stopped-script-says-so")
def test_a_paused_scripts_schedule_starts_nothing_and_says_since_when(world: World, starter: WrittenDown) -> None:
    from app import scripts

    script = a_script(world, world.ann)
    schedule = a_schedule(world, script, "*/5 * * * *")
    world.write(world.ann, lambda work, actor: scripts.pause(work, actor, script.id, revision=1))
    world.clock.advance(timedelta(minutes=5))
    tick(world, starter)
    assert starter.launches == []
    standing = again(world, schedule).standing
    assert standing.state is ScheduleState.SCRIPT_PAUSED
    assert standing.text == "The script is paused since 5 January 2026 at 09:00 UTC: nothing is started."


@requirement("A7.a-disabled-script-stops-its-schedule")
def test_a_script_disabled_by_errors_stops_its_schedule_and_says_why(world: World, starter: WrittenDown) -> None:
    from app import scripts

    script = a_script(world, world.ann)
    schedule = a_schedule(world, script, "*/5 * * * *")
    for _ in range(3):
        world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.acme.id, script.id, True, "boom"))
    standing = again(world, schedule).standing
    assert standing.state is ScheduleState.SCRIPT_DISABLED
    assert standing.since == NINE
    assert "3 errors in a row" in standing.text
    world.clock.advance(timedelta(minutes=5))
    assert tick(world, starter).skipped == 1


def test_a_full_batch_leaves_the_rest_for_the_next(world: World, starter: WrittenDown) -> None:
    script = a_script(world, world.ann)
    for _ in range(5):
        a_schedule(world, script, "* * * * *")
    world.clock.advance(timedelta(minutes=1))
    assert [tick(world, starter, 2).schedules for _ in range(4)] == [2, 2, 1, 0]
    assert len(starter.launches) == 5


def test_every_occurrence_has_its_row_and_lag(world: World, starter: WrittenDown) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "* * * * *")
    world.clock.advance(timedelta(seconds=60.25))
    tick(world, starter)
    page = world.read(world.ann, lambda work, actor: schedules.list_occurrences(work, actor, schedule.id, PageRequest()))
    assert [(each.state, each.lag_ms, each.run_id) for each in page.items] == [("started", 250, starter.launches[0].run_id)]
