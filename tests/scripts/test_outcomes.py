"""Auto-disable (A7): three errors in a row take a script out of service until a person says otherwise."""

import pytest

from app import scripts
from app.access import AuditFilter, list_audit
from app.base.errors import Conflict
from app.base.paging import PageRequest
from app.scripts import Script, Status
from app.testing import World
from tests.requirements import requirement
from tests.scripts.kit import GOOD, activated, changed, created, current


def _ran(world: World, script: Script, *outcomes: bool, version: int = 1) -> Script:
    """The script after runs that failed (True) or didn't."""
    for failed in outcomes:
        world.ground.database.write_now(
            lambda work, failed=failed: scripts.note_outcome(work, world.acme.id, script.id, failed, "Division by zero", version=version)  # type: ignore[misc]  # a default has no place for a type
        )
    return current(world, script)


@requirement("A7.three-errors-disable")
def test_three_errors_in_a_row_disable_a_script_and_say_why(world: World) -> None:
    script = created(world, activate=True)
    assert _ran(world, script, True, True).status is Status.ACTIVE
    disabled = _ran(world, script, True)
    assert (disabled.status, disabled.disabled_at, disabled.consecutive_errors) == (Status.DISABLED, world.clock.now(), 3)
    assert disabled.last_error is not None
    assert (disabled.last_error.message, disabled.last_error.at) == ("Division by zero", world.clock.now())
    assert disabled.disabled_reason == "Disabled after 3 errors in a row."
    page = world.read(world.owner, lambda work, actor: list_audit(work, actor, AuditFilter("scripts.script.disable"), PageRequest()))
    assert [entry.actor_name for entry in page.items] == ["Alloy"]


def test_a_good_run_in_between_starts_the_count_anew(world: World) -> None:
    script = created(world, activate=True)
    assert _ran(world, script, True, True, False, True, True).status is Status.ACTIVE
    assert _ran(world, script, True).status is Status.DISABLED


def test_only_the_run_that_disables_tells_so(memory_world: World) -> None:
    world = memory_world
    script = created(world, activate=True)
    told = [
        world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.acme.id, script.id, True, "No", version=1))
        for _ in range(4)
    ]
    assert [each is not None for each in told] == [False, False, True, False]


def test_errors_of_a_version_that_no_longer_runs_count_for_nothing(memory_world: World) -> None:
    world = memory_world
    script = created(world, activate=True)
    activated(world, changed(world, script, source=GOOD + "// better\n"))
    assert _ran(world, script, True, True, True, version=1).consecutive_errors == 0
    assert _ran(world, script, True, version=2).consecutive_errors == 1


def test_errors_of_a_script_that_is_not_active_count_for_nothing(memory_world: World) -> None:
    world = memory_world
    script = created(world, activate=True)
    world.write(world.ann, lambda work, actor: scripts.pause(work, actor, script.id, revision=1))
    assert _ran(world, script, True, True, True).status is Status.PAUSED


@pytest.mark.parametrize("verb", [scripts.reset_errors, scripts.resume])
def test_a_person_brings_a_disabled_script_back_with_a_clean_count(memory_world: World, verb: object) -> None:
    world = memory_world
    script = created(world, activate=True)
    revision = _ran(world, script, True, True, True).revision
    assert revision == 2
    back = world.write(world.ann, lambda work, actor: verb(work, actor, script.id, revision=revision))  # type: ignore[operator]  # one of two verbs
    assert (back.status, back.consecutive_errors, back.disabled_at, back.disabled_reason) == (Status.ACTIVE, 0, None, None)
    assert _ran(world, script, True, True).status is Status.ACTIVE


def test_activating_a_corrected_version_brings_a_disabled_script_back(memory_world: World) -> None:
    world = memory_world
    script = created(world, activate=True)
    disabled = _ran(world, script, True, True, True)
    assert activated(world, changed(world, disabled, source=GOOD + "// better\n")).status is Status.ACTIVE


def test_there_is_nothing_to_reset_without_errors(memory_world: World) -> None:
    script = created(memory_world, activate=True)
    with pytest.raises(Conflict, match="no errors"):
        memory_world.write(memory_world.ann, lambda work, actor: scripts.reset_errors(work, actor, script.id, revision=1))


def test_an_error_message_is_kept_whatever_is_in_it(world: World) -> None:
    script = created(world, activate=True)
    message = "a\x00b\ud800" + "x" * 10_000
    world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.acme.id, script.id, True, message, version=1))
    fault = current(world, script).last_error
    assert fault is not None
    assert fault.message.startswith("a\ufffdb?xxx")
    assert len(fault.message) == 2_000


def test_a_script_of_another_tenant_is_not_counted(memory_world: World) -> None:
    world = memory_world
    script = created(world, activate=True)
    world.ground.database.write_now(lambda work: scripts.note_outcome(work, world.rival.id, script.id, True, "No", version=1))
    assert current(world, script).consecutive_errors == 0
