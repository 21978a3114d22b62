"""Versions: every save is kept as it was, drafts don't go live by saving, and any two can be compared."""

from datetime import timedelta

import pytest

from app import scripts
from app.access import ActorKind
from app.base.errors import NotFound
from app.base.paging import PageRequest
from app.scripts import ManualTrigger, VersionInfo
from app.scripts.policy import digest_of
from app.testing import World
from tests.requirements import requirement
from tests.scripts.kit import BROKEN, activated, changed, checks, created, current, looked_at, version


def _infos(world: World, script_id: object) -> tuple[VersionInfo, ...]:
    page = world.read(world.owner, lambda work, actor: scripts.list_versions(work, actor, script_id, PageRequest()))  # type: ignore[arg-type]  # an id
    return page.items


@requirement("A19.every-save-is-a-version")
def test_every_save_is_a_version_that_says_who_when_and_why(world: World) -> None:
    script = created(world, source="1", trigger=ManualTrigger())
    world.clock.advance(timedelta(minutes=5))
    changed(world, script, source=BROKEN, message="Half way.", person=world.owner)
    second, first = _infos(world, script.id)
    assert (first.number, first.author_name, first.message, first.errors) == (1, "Ann", "First.", 0)
    assert (second.number, second.author_name, second.message, second.errors) == (2, "Olga", "Half way.", 1)
    assert (second.digest, second.size_bytes, second.author_kind) == (digest_of(BROKEN), len(BROKEN), ActorKind.HUMAN)
    assert second.created_at - first.created_at == timedelta(minutes=5)


@requirement("A19.drafts-do-not-go-live")
def test_a_saved_draft_does_not_go_live(memory_world: World) -> None:
    script = changed(memory_world, created(memory_world, source="1", trigger=ManualTrigger(), activate=True), source="2")
    assert (script.active_version, script.latest_version) == (1, 2)
    assert activated(memory_world, script).active_version == 2
    assert activated(memory_world, script, 1).active_version == 1


def test_rolling_back_is_a_new_version_with_the_old_source(memory_world: World) -> None:
    world = memory_world
    script = changed(world, created(world, source="1", trigger=ManualTrigger(), activate=True), source="2")
    findings = looked_at("1", script.trigger)
    back = world.write(
        world.ann,
        lambda work, actor: scripts.restore_version(work, actor, checks(world), script.id, 1, revision=script.revision, findings=findings),
    )
    assert (back.latest_version, back.active_version, version(world, script, 3)) == (3, 1, "1")
    assert _infos(world, script.id)[0].message == "Restores version 1."


def test_numbers_go_up_whatever_happens_to_the_script(memory_world: World) -> None:
    world = memory_world
    script = created(world, source="1", trigger=ManualTrigger())
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, script.id))
    world.write(world.ann, lambda work, actor: scripts.undelete_script(work, actor, script.id))
    for source in ("2", "3"):
        changed(world, current(world, script), source=source)
    assert [each.number for each in _infos(world, script.id)] == [3, 2, 1]


def test_any_two_versions_can_be_compared_in_either_direction(memory_world: World) -> None:
    world = memory_world
    script = changed(world, created(world, source="1;\n2;\n", trigger=ManualTrigger(), activate=True), source="1;\n3;\n")
    forth = world.read(world.viewer, lambda work, actor: scripts.compare_versions(work, actor, script.id, 1, 2))
    back = world.read(world.viewer, lambda work, actor: scripts.compare_versions(work, actor, script.id, 2, 1))
    unasked = world.read(world.viewer, lambda work, actor: scripts.compare_versions(work, actor, script.id))
    assert forth.unified == "--- version 1\n+++ version 2\n@@ -1,2 +1,2 @@\n 1;\n-2;\n+3;\n"
    assert [line.kind for line in back.hunks[0].lines] == ["same", "removed", "added"]
    assert unasked == forth


@pytest.mark.parametrize("number", [0, 2, 2**31])
def test_a_version_that_is_not_there_is_not_found(memory_world: World, number: int) -> None:
    script = created(memory_world)
    with pytest.raises(NotFound, match="version"):
        version(memory_world, script, number)
