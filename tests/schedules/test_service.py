"""The verbs: who may do what to schedules, and what each leaves behind."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app import schedules, scripts
from app.base.errors import Conflict, Denied, Invalid, NotFound, Stale
from app.base.paging import PageRequest
from app.schedules import Missed, NewSchedule, Overlap, Policies, Schedule, ScheduleChange, ScheduleState
from app.scripts import Change, CronTrigger, ManualTrigger, Script, ScriptSettings
from app.scripts.service.registry import update_script
from app.testing import World
from tests.requirements import requirement
from tests.schedules.kit import CHECKS, WrittenDown, a_schedule, a_script, again, tick

NINE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WINDOW = (NINE - timedelta(minutes=30), NINE + timedelta(minutes=30))


def _change(world: World, schedule: Schedule, change: ScheduleChange) -> Schedule:
    return world.write(world.ann, lambda work, actor: schedules.update_schedule(work, actor, schedule.id, change))


def _all(world: World) -> tuple[Schedule, ...]:
    return world.read(world.ann, lambda work, actor: schedules.list_schedules(work, actor, None, PageRequest())).items


def test_another_expression_holds_from_now_on(memory_world: World) -> None:
    world, starter = memory_world, WrittenDown()
    schedule = a_schedule(world, a_script(world, world.ann), "0 9 * * *")
    world.clock.advance(timedelta(hours=2))
    changed = _change(world, schedule, ScheduleChange(1, expression=" */30  * * * * ", policies=Policies(Missed.ALL)))
    assert (changed.expression, changed.next_at, changed.version) == ("*/30 * * * *", NINE + timedelta(hours=2, minutes=30), 2)
    tick(world, starter)
    assert starter.launches == []


def test_a_stale_change_is_refused(memory_world: World) -> None:
    schedule = a_schedule(memory_world, a_script(memory_world, memory_world.ann), "0 9 * * *")
    _change(memory_world, schedule, ScheduleChange(1, name="other"))
    with pytest.raises(Stale):
        _change(memory_world, schedule, ScheduleChange(1, name="yet another"))


@requirement("A12.foreign-id-is-not-found")
def test_a_schedule_of_another_tenant_is_not_found(world: World) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "0 9 * * *")
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: schedules.get_schedule(work, actor, schedule.id))
    with pytest.raises(NotFound):
        world.write(world.mallory, lambda work, actor: schedules.delete_schedule(work, actor, schedule.id))


def test_a_script_of_another_tenant_cannot_be_scheduled(memory_world: World) -> None:
    script = a_script(memory_world, memory_world.ann)
    with pytest.raises(NotFound):
        a_schedule(memory_world, script, "0 9 * * *", person=memory_world.mallory)


def test_a_viewer_looks_and_changes_nothing(memory_world: World) -> None:
    world = memory_world
    schedule = a_schedule(world, a_script(world, world.ann), "0 9 * * *")
    assert world.read(world.viewer, lambda work, actor: schedules.get_schedule(work, actor, schedule.id)).name == "every so often"
    with pytest.raises(Denied):
        world.write(world.viewer, lambda work, actor: schedules.run_now(work, actor, WrittenDown(), schedule.id))


def test_a_paused_schedule_starts_nothing_and_goes_on_from_when_it_is_resumed(world: World) -> None:
    starter = WrittenDown()
    schedule = a_schedule(world, a_script(world, world.ann), "*/5 * * * *", Policies(Missed.ALL))
    paused = world.write(world.ann, lambda work, actor: schedules.pause_schedule(work, actor, schedule.id, version=1))
    assert paused.standing.text == "Paused by Ann since 5 January 2026 at 09:00 UTC."
    world.clock.advance(timedelta(minutes=32))
    tick(world, starter)
    world.write(world.ann, lambda work, actor: schedules.resume_schedule(work, actor, schedule.id, version=2))
    world.clock.advance(timedelta(minutes=5))
    tick(world, starter)
    assert starter.times == ["05 09:35:00"]


def test_a_schedule_without_a_zone_goes_by_the_tenants_clock(world: World) -> None:
    schedule = a_schedule(world, a_script(world, world.ann), "0 12 * * *")
    own = a_schedule(world, a_script(world, world.ann, "other"), "0 12 * * *", zone="Asia/Tokyo")
    world.write(world.admin, lambda work, actor: schedules.set_clock(work, actor, zone="Europe/Berlin", version=1))
    assert (again(world, schedule).zone, again(world, schedule).next_at) == ("Europe/Berlin", NINE + timedelta(hours=2))
    assert again(world, own).zone == "Asia/Tokyo"
    with pytest.raises(Invalid, match="no time zone"):
        world.write(world.admin, lambda work, actor: schedules.set_clock(work, actor, zone="Berlin", version=2))


def test_run_now_starts_the_script_beside_the_clock(memory_world: World) -> None:
    world, starter = memory_world, WrittenDown()
    schedule = a_schedule(world, a_script(world, world.ann), "0 10 * * *")
    world.write(world.ann, lambda work, actor: schedules.run_now(work, actor, starter, schedule.id))
    assert [(each.kind, each.actor.name if each.actor else "") for each in starter.launches] == [("manual", "Ann")]
    with pytest.raises(Conflict, match="still goes on"):
        world.write(world.ann, lambda work, actor: schedules.run_now(work, actor, starter, schedule.id))
    assert again(world, schedule).next_at == NINE + timedelta(hours=1)


@requirement("A8.an-occurrence-runs-once")
def test_a_backfill_runs_what_has_not_run_yet_one_after_the_other(world: World) -> None:
    starter = WrittenDown()
    schedule = a_schedule(world, a_script(world, world.ann), "*/10 * * * *")
    world.clock.advance(timedelta(minutes=10))
    tick(world, starter)
    starter.open.clear()
    since, until = WINDOW
    plan = world.read(world.ann, lambda work, actor: schedules.plan_backfill(work, actor, schedule.id, since, until))
    assert (plan.occurrences, plan.already_run, plan.to_run) == (5, 1, 4)
    world.write(world.ann, lambda work, actor: schedules.backfill(work, actor, schedule.id, since, until, token=plan.token))
    for _ in range(6):
        world.clock.advance(timedelta(seconds=1))
        tick(world, starter)
        starter.open.clear()
    assert starter.times == ["05 09:10:00", "05 08:30:00", "05 08:40:00", "05 08:50:00", "05 09:00:00"]
    assert again(world, schedule).waiting == 0


def test_a_backfill_is_confirmed_as_planned_or_not_at_all(memory_world: World) -> None:
    world = memory_world
    schedule = a_schedule(world, a_script(world, world.ann), "*/10 * * * *")
    since, until = WINDOW
    with pytest.raises(Conflict, match="holds 4 occurrences"):
        world.write(world.ann, lambda work, actor: schedules.backfill(work, actor, schedule.id, since, until, token="00"))
    with pytest.raises(Invalid, match="more than 1,000"):
        world.read(world.ann, lambda work, actor: schedules.plan_backfill(work, actor, schedule.id, since - timedelta(days=30), until))


def _save(world: World, script: Script, trigger: CronTrigger | ManualTrigger) -> Script:
    change = Change(script.revision, settings=ScriptSettings(script.name, trigger=trigger))
    return world.write(world.ann, lambda work, actor: update_script(work, actor, CHECKS, script.id, change))


def test_a_scripts_trigger_has_a_schedule_that_follows_it(world: World) -> None:
    checks = scripts.Checks(CHECKS.entity_fields, CHECKS.validate_cron, CHECKS.check_role, schedules.follow_script)
    script = a_script(world, world.ann, cron="0 12 * * *", checks=checks)
    (schedule,) = _all(world)
    assert (schedule.follows_script, schedule.name, schedule.next_at) == (True, "nightly", NINE + timedelta(hours=3))
    with pytest.raises(Conflict, match="follows its script"):
        _change(world, schedule, ScheduleChange(1, expression="0 13 * * *"))
    assert _change(world, schedule, ScheduleChange(1, policies=Policies(overlap=Overlap.QUEUE))).version == 2
    change = Change(script.revision, settings=ScriptSettings(script.name, trigger=CronTrigger("0 14 * * *", "Asia/Tokyo")))
    world.write(world.ann, lambda work, actor: update_script(work, actor, checks, script.id, change))
    followed = again(world, schedule)
    assert (followed.expression, followed.zone, followed.policies.overlap) == ("0 14 * * *", "Asia/Tokyo", Overlap.QUEUE)


def _delete(world: World, script_id: UUID) -> None:
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, script_id))


def test_a_deleted_scripts_schedule_says_so(memory_world: World) -> None:
    world = memory_world
    script = a_script(world, world.ann)
    schedule = a_schedule(world, script, "0 12 * * *")
    _delete(world, script.id)
    assert again(world, schedule).standing.state is ScheduleState.SCRIPT_INACTIVE


async def test_a_purged_scripts_schedules_go_with_it(memory_world: World) -> None:
    world = memory_world
    kept, by_hand, by_age = (a_script(world, world.ann, name) for name in ("kept", "by-hand", "by-age"))
    for script in (kept, by_hand, by_age):
        a_schedule(world, script, "0 12 * * *")
    for script_id in (by_hand.id, by_age.id):
        _delete(world, script_id)
    world.write(world.admin, lambda work, actor: scripts.purge_script(work, actor, by_hand.id, schedules.forget_script))
    assert [each.script_id for each in _all(world)] == [by_age.id, kept.id]
    world.clock.advance(timedelta(minutes=2))
    assert await scripts.purge_deleted(world.ground.database, timedelta(minutes=1), schedules.forget_script) == 1
    assert [each.script_id for each in _all(world)] == [kept.id]


def test_a_wrong_trigger_is_refused_with_the_field(memory_world: World) -> None:
    with pytest.raises(Invalid, match="The hour field '25'") as refused:
        schedules.check_trigger("0 25 * * *", "")
    assert refused.value.field == "trigger.expression"
    with pytest.raises(Invalid) as refused:
        schedules.check_trigger("0 5 * * *", "Nowhere")
    assert refused.value.field == "trigger.zone"


def test_overlaps_need_a_duration_until_one_was_measured(memory_world: World) -> None:
    world = memory_world
    schedule = a_schedule(world, a_script(world, world.ann), "* * * * *")
    with pytest.raises(Invalid, match="no finished runs"):
        world.read(world.ann, lambda work, actor: schedules.schedule_overlaps(work, actor, schedule.id, None))
    given = world.read(world.ann, lambda work, actor: schedules.schedule_overlaps(work, actor, schedule.id, 90_000))
    assert given.overlapping == 200


def test_a_name_that_is_too_long_is_refused(memory_world: World) -> None:
    world = memory_world
    script = a_script(world, world.ann)
    with pytest.raises(Invalid, match="1 to 100 characters"):
        world.write(world.ann, lambda work, actor: schedules.create_schedule(work, actor, NewSchedule(script.id, "x" * 101, "* * * * *")))


def test_those_that_start_next_are_found_among_all(world: World) -> None:
    script = a_script(world, world.ann)
    late, soon = a_schedule(world, script, "0 12 * * *"), a_schedule(world, script, "5 9 * * *")
    paused = a_schedule(world, script, "1 9 * * *")
    world.write(world.ann, lambda work, actor: schedules.pause_schedule(work, actor, paused.id, version=1))
    found = world.read(world.ann, lambda work, actor: schedules.list_upcoming(work, actor, 5))
    assert [each.id for each in found] == [soon.id, late.id]
    assert [each.id for each in world.read(world.ann, lambda work, actor: schedules.list_upcoming(work, actor, 1))] == [soon.id]
    assert world.read(world.mallory, lambda work, actor: schedules.list_upcoming(work, actor, 5)) == ()


def test_how_far_behind_the_clock_all_schedules_are_is_counted(world: World) -> None:
    script = a_script(world, world.ann)
    for expression in ("30 9 * * *", "0 10 * * *", "0 12 * * *"):
        a_schedule(world, script, expression)
    assert world.read(world.otto, schedules.get_backlog) == schedules.Backlog(3, 0, None)
    world.clock.advance(timedelta(hours=1, minutes=5))
    assert world.read(world.otto, schedules.get_backlog) == schedules.Backlog(3, 2, NINE + timedelta(minutes=30))
    tick(world, WrittenDown())
    assert world.read(world.otto, schedules.get_backlog) == schedules.Backlog(3, 0, None)
    with pytest.raises(Denied):
        world.read(world.ann, schedules.get_backlog)
