"""What runs when: found in running order, remembered, and never out of date, in whatever process it was changed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app import scripts
from app.base.db import Work
from app.scripts import ActiveScript, ApiTrigger, EntityEvent, EventTrigger, ManualTrigger, Phase, ScriptIndex, ScriptSettings
from app.testing import World
from tests.requirements import requirement
from tests.scripts.kit import BEFORE_ORDER, activated, changed, created

CREATE = EntityEvent.CREATE


def _names(world: World, index: ScriptIndex, event: EntityEvent = CREATE, phase: Phase = Phase.BEFORE) -> list[str]:
    found = world.ground.database.read_now(lambda work: index.for_event(work, world.acme.id, "order", event, phase))
    return [script.name for script in found]


def _ordered(world: World, name: str, priority: int) -> None:
    created(world, settings=ScriptSettings(name, trigger=BEFORE_ORDER, priority=priority), source="1", activate=True)


def test_scripts_of_an_event_come_by_priority_and_then_by_name(world: World) -> None:
    for name, priority in (("b", 10), ("a", 10), ("z", 1), ("c", 500)):
        _ordered(world, name, priority)
    created(world, "draft", source="1")
    created(world, "later", trigger=EventTrigger("order", (CREATE,), Phase.AFTER), source="1", activate=True)
    created(world, "other", trigger=EventTrigger("customer", (CREATE,), Phase.BEFORE), source="1", activate=True)
    created(world, "foreign", person=world.mallory, source="1", activate=True)
    assert _names(world, ScriptIndex()) == ["z", "a", "b", "c"]
    assert _names(world, ScriptIndex(), EntityEvent.DELETE) == []
    assert _names(world, ScriptIndex(), phase=Phase.AFTER) == ["later"]


@requirement("A6.changes-hold-at-once")
def test_every_change_is_seen_by_every_process_at_once(world: World) -> None:
    here, elsewhere = ScriptIndex(), ScriptIndex()

    def seen() -> list[tuple[str, int, int]]:
        found = [
            world.ground.database.read_now(
                lambda work, index=index: index.for_event(work, world.acme.id, "order", CREATE, Phase.BEFORE)  # type: ignore[misc]  # a default has no place for a type
            )
            for index in (here, elsewhere)
        ]
        assert found[0] == found[1]
        return [(script.name, script.version, script.priority) for script in found[0]]

    assert seen() == []
    script = created(world, activate=True)
    assert seen() == [("minimum", 1, 100)]
    script = changed(world, script, source="1")
    assert seen() == [("minimum", 1, 100)]
    script = activated(world, script)
    assert seen() == [("minimum", 2, 100)]
    script = changed(world, script, settings=replace(script.settings, priority=7))
    assert seen() == [("minimum", 2, 7)]
    paused = world.write(world.ann, lambda work, actor: scripts.pause(work, actor, script.id, revision=script.revision))
    assert seen() == []
    world.write(world.ann, lambda work, actor: scripts.resume(work, actor, script.id, revision=paused.revision))
    assert seen() == [("minimum", 2, 7)]
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, script.id))
    assert seen() == []


def test_what_a_failed_change_left_behind_is_never_seen(world: World) -> None:
    index = ScriptIndex()
    script = created(world, activate=True)

    def fail(work: Work, actor: object) -> None:
        scripts.pause(work, actor, script.id, revision=1)  # type: ignore[arg-type]  # an actor
        assert index.for_event(work, world.acme.id, "order", CREATE, Phase.BEFORE) == ()
        raise LookupError

    with pytest.raises(LookupError):
        world.write(world.ann, fail)
    assert _names(world, index) == ["minimum"]


def test_a_second_look_asks_no_table(memory_world: World) -> None:
    world, index = memory_world, ScriptIndex()
    created(world, activate=True)

    def twice(work: Work) -> bool:
        first = index.for_event(work, world.acme.id, "order", CREATE, Phase.BEFORE)
        return first is index.for_event(work, world.acme.id, "order", CREATE, Phase.BEFORE)

    assert world.ground.database.read_now(twice)


def test_an_index_forgets_rather_than_growing(memory_world: World) -> None:
    world, index = memory_world, ScriptIndex(remembered_bytes=10_000)
    created(world, activate=True, source="1" + " " * 5_000, trigger=ManualTrigger())
    for number in range(50):
        world.ground.database.read_now(lambda work, number=number: index.by_name(work, world.acme.id, f"none-{number}"))  # type: ignore[misc]  # a default has no place for a type
    assert world.ground.database.read_now(lambda work: index.by_name(work, world.acme.id, "minimum")) is not None
    assert len(index._answers) <= 10


Find = Callable[[Work], ActiveScript | None]


def test_endpoints_names_and_ids_find_active_scripts_of_their_tenant(world: World) -> None:
    script = created(world, "orders", trigger=ApiTrigger("orders/new"), source="1", activate=True)
    created(world, "draft", trigger=ApiTrigger("drafts"), source="1")
    acme, rival = world.acme.id, world.rival.id
    there: list[Find] = [
        lambda work: scripts.for_endpoint(work, acme, "POST", "orders/new"),
        lambda work: scripts.by_name(work, acme, "orders"),
        lambda work: scripts.by_id(work, acme, script.id),
    ]
    gone: list[Find] = [
        lambda work: scripts.for_endpoint(work, acme, "GET", "orders/new"),
        lambda work: scripts.for_endpoint(work, acme, "POST", "drafts"),
        lambda work: scripts.for_endpoint(work, rival, "POST", "orders/new"),
        lambda work: scripts.by_name(work, acme, "draft"),
        lambda work: scripts.by_name(work, rival, "orders"),
        lambda work: scripts.by_id(work, rival, script.id),
    ]
    found = [world.ground.database.read_now(find) for find in there]
    assert [(each.name, each.source, each.version) for each in found if each] == [("orders", "1", 1)] * 3
    assert [world.ground.database.read_now(find) for find in gone] == [None] * 6


def test_a_script_whose_last_run_failed_says_so(memory_world: World) -> None:
    world, index = memory_world, ScriptIndex()
    script = created(world, activate=True)

    def is_failing() -> bool:
        found = world.ground.database.read_now(lambda work: index.by_id(work, world.acme.id, script.id))
        return found is not None and found.is_failing

    assert not is_failing()
    world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.acme.id, script.id, True, "No", version=1))
    assert is_failing()
    world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.acme.id, script.id, False, version=1))
    assert not is_failing()
