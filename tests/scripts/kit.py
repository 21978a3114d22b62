"""Scripts in the test world: made through the domain's own verbs, looked at by the real checks, in this process."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app import scripts
from app.access import check_may_give
from app.base.paging import Page, PageRequest
from app.engine.source import Source
from app.host import Phase as HostPhase
from app.ide.context import Context, schema_from_plain
from app.ide.diagnose import diagnose
from app.ide.report import as_plain
from app.sandbox.jobs import Outcome
from app.schedules import check_trigger
from app.scripts import (
    Change,
    Checks,
    Diagnostic,
    EntityEvent,
    EventTrigger,
    Findings,
    NewScript,
    Phase,
    Question,
    Script,
    ScriptFilter,
    ScriptSettings,
    Trigger,
)
from app.scripts.analysis import diagnostics_of
from app.scripts.policy import digest_of, phase_of
from app.testing import Person, World

ENTITIES: Mapping[str, Mapping[str, object]] = {"order": {"amount": "i64", "status": "string"}, "customer": {"name": "string"}}
BEFORE_ORDER = EventTrigger("order", (EntityEvent.CREATE, EntityEvent.UPDATE), Phase.BEFORE)
GOOD = 'if entity.amount < 100 { abort("The minimum amount is 100"); }\n'
BROKEN = "let x = ;"


def checks(world: World) -> Checks:
    """What the domain is told by others: two entity types, the schedules' own check of cron, the world's roles."""
    registry = world.access.registry
    return Checks(
        lambda _work, _tenant_id, name: ENTITIES.get(name),
        check_trigger,
        lambda work, actor, role: check_may_give(work, actor, registry, role),
    )


def diagnostics(question: Question) -> tuple[Diagnostic, ...]:
    """What the editor's checks find, as a locked child would tell it."""
    entity = None if question.entity is None else schema_from_plain(dict(question.entity))  # type: ignore[arg-type]  # plain data
    found = diagnose(question.source, Context(HostPhase(question.phase.value), entity))
    return diagnostics_of(Outcome(kind="ok", value=[as_plain(Source(question.source), each) for each in found]))


def looked_at(source: str, trigger: Trigger) -> Findings:
    """Findings about a source that some trigger shall start."""
    entity = ENTITIES.get(trigger.entity_type) if isinstance(trigger, EventTrigger) else None
    question = Question(UUID(int=0), source, phase_of(trigger), entity)
    return Findings(digest_of(source), question.phase, diagnostics(question))


def created(
    world: World,
    name: str = "minimum",
    *,
    source: str = GOOD,
    trigger: Trigger = BEFORE_ORDER,
    person: Person | None = None,
    activate: bool = False,
    settings: ScriptSettings | None = None,
) -> Script:
    """A script of somebody's, ann's unless told otherwise."""
    wanted = settings or ScriptSettings(name, trigger=trigger)
    new = NewScript(wanted, source, "First.", activate)
    findings = looked_at(source, wanted.trigger)
    return world.write(person or world.ann, lambda work, actor: scripts.create_script(work, actor, checks(world), new, findings))


def changed(
    world: World,
    script: Script,
    *,
    source: str | None = None,
    settings: ScriptSettings | None = None,
    revision: int | None = None,
    person: Person | None = None,
    message: str = "",
) -> Script:
    """A script after a change, based on the revision given or on the script's own."""
    trigger = (settings or script.settings).trigger
    change = Change(
        script.revision if revision is None else revision,
        settings,
        source,
        message,
        None if source is None else looked_at(source, trigger),
        None if settings is None or script.active_version is None else looked_at(version(world, script, script.active_version), trigger),
    )
    return world.write(person or world.ann, lambda work, actor: scripts.update_script(work, actor, checks(world), script.id, change))


def activated(world: World, script: Script, number: int | None = None, *, person: Person | None = None) -> Script:
    """A script once a version of it, the latest unless told otherwise, was activated."""
    chosen = script.latest_version if number is None else number
    findings = looked_at(version(world, script, chosen), script.trigger)
    revision = current(world, script).revision
    return world.write(
        person or world.ann,
        lambda work, actor: scripts.activate(work, actor, script.id, revision=revision, version=chosen, findings=findings),
    )


def current(world: World, script: Script) -> Script:
    """The script as it is now."""
    return world.read(world.owner, lambda work, actor: scripts.get_script(work, actor, script.id))


def version(world: World, script: Script, number: int) -> str:
    """The source of a version."""
    return world.read(world.owner, lambda work, actor: scripts.get_version(work, actor, script.id, number)).source


def listed(world: World, wanted: ScriptFilter | None = None, *, person: Person | None = None, limit: int = 50) -> list[str]:
    """The names of scripts that match, newest first, all pages."""
    names: list[str] = []
    request = PageRequest(limit=limit)
    while True:
        page = _page(world, person or world.ann, wanted or ScriptFilter(), request)
        names += [script.name for script in page.items]
        if page.next_cursor is None:
            return names
        request = replace(request, after=page.items[-1].id)


def _page(world: World, person: Person, wanted: ScriptFilter, request: PageRequest) -> Page[Script]:
    return world.read(person, lambda work, actor: scripts.list_scripts(work, actor, wanted, request))
