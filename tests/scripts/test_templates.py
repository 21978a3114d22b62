"""Templates: each compiles without a warning, and a dry run of its sample ends as it should."""

from typing import Any

import pytest

from app import entities, runs, scripts
from app.base.errors import NotFound
from app.entities import FieldKind, FieldSpec, TypeSettings
from app.runs import RunOutcome, Trial
from app.sandbox.pool import Pool
from app.scripts import PoolAnalyser, Question, Template
from app.testing import World
from tests.requirements import requirement
from tests.scripting import serving
from tests.scripts.kit import created

BY_NAME = {template.name: template for template in scripts.TEMPLATES}
DOES: dict[str, Any] = {
    "require-minimum": {},
    "validate-contact": {},
    "normalise-fields": {"name": "Ada", "email": "ada@example.com", "country": "DE"},
    "fill-defaults": {"status": "new", "currency": "EUR", "ordered_at": "2026-01-05T09:00:00.000Z"},
    "compute-total": {"net": 398.6, "tax": 75.73, "total": 474.33},
    "next-steps": {"next_steps": ["shipped", "cancelled"]},
    "prevent-deletion": {},
    "log-changes": ["amount: 250 -> 300", "status: new -> paid"],
    "follow-up-task": "task",
    "notify-webhook": ["http_post"],
    "call-partner": ["http_request"],
    "daily-report": ["http_post"],
    "remind-overdue": ["0 orders are overdue"],
    "receive-order": "order",
    "status-page": {"open": 0, "at": "2026-01-05T09:00:00.000Z"},
    "archive-old": 0,
    "inspect-record": {"amount": "i64", "status": "string"},
}
"""What a dry run of the sample changes, logs, would call or save, or gives."""

REJECTS: dict[str, dict[str, Any]] = {
    "require-minimum": {"amount": 50},
    "validate-contact": {"email": "ada@"},
    "compute-total": {"lines": [{"name": "Chair", "quantity": 0, "price": 1}]},
    "next-steps": {"status": "lost"},
    "prevent-deletion": {"status": "paid"},
}


def _define_what_all_need(world: World) -> None:
    needed: dict[str, dict[str, str]] = {}
    for template in BY_NAME.values():
        for name, fields in template.entity_types.items():
            needed.setdefault(name, {}).update(fields)
    for name, fields in needed.items():
        specs = tuple(
            FieldSpec(field, FieldKind(kind), item=FieldSpec("item", FieldKind.TEXT) if kind == "list" else None)
            for field, kind in fields.items()
        )
        world.write(
            world.owner,
            lambda work, actor, name=name, specs=specs: entities.create_type(work, actor, name, TypeSettings(name, specs)),  # type: ignore[misc]  # a default has no place for a type
        )


async def _tried(world: World, pool: Pool, template: Template, inputs: dict[str, Any]) -> runs.DryRun:
    trial = Trial(template.source, template.phase, inputs, allowed_secrets=template.secrets)
    async with serving(world, pool) as services:
        actor, ready = world.read(world.owner, lambda work, actor: (actor, runs.ready_trial(work, actor, services.runner, trial)))
        return await runs.dry_run(services.runner, actor, ready)


def _did(template: Template, tried: runs.DryRun) -> Any:
    result = tried.result
    if tried.records:
        return tried.records[0].entity_type
    if tried.would_call:
        return [call.name for call in tried.would_call]
    if template.phase == "before":
        return result.changes.fields
    return result.value if result.value is not None else [line.text for line in result.logs]


def test_there_are_a_dozen_templates_for_every_kind_of_trigger() -> None:
    assert len(BY_NAME) >= 12
    assert {template.trigger.kind for template in BY_NAME.values()} == {"event", "cron", "api", "manual"}
    assert {template.phase.value for template in BY_NAME.values()} == {"before", "after", "on_commit", "scheduled", "api", "manual"}
    assert set(DOES) == set(BY_NAME)


@requirement("A22.templates-work")
@pytest.mark.asyncio(loop_scope="session")
async def test_every_template_compiles_and_its_sample_does_what_it_says(memory_world: World, script_pool: Pool) -> None:
    done = {}
    for name, template in BY_NAME.items():
        found = await PoolAnalyser(script_pool)(Question(memory_world.acme.id, template.source, template.phase))
        assert found == (), name
    _define_what_all_need(memory_world)
    for name, template in BY_NAME.items():
        tried = await _tried(memory_world, script_pool, template, dict(template.sample))
        assert tried.result.outcome is RunOutcome.OK, (name, tried.result.error)
        done[name] = _did(template, tried)
    assert done == DOES


@pytest.mark.asyncio(loop_scope="session")
async def test_templates_that_guard_saves_reject_what_they_should(memory_world: World, script_pool: Pool) -> None:
    for name, fields in REJECTS.items():
        template = BY_NAME[name]
        entity = template.sample["entity"]
        tried = await _tried(memory_world, script_pool, template, {"entity": {**entity, "fields": {**entity["fields"], **fields}}})
        assert tried.result.outcome is RunOutcome.REJECTED, (name, tried.result)


def test_a_template_s_settings_can_be_saved_as_they_are(memory_world: World) -> None:
    for template in BY_NAME.values():
        assert created(memory_world, template.name, source=template.source, trigger=template.trigger).trigger == template.trigger


def test_a_template_that_is_not_there_is_not_found(memory_world: World) -> None:
    with pytest.raises(NotFound) as refused:
        memory_world.read(memory_world.viewer, lambda work, actor: scripts.get_template(work, actor, "daily-reprot"))
    assert "daily-report" in refused.value.hint
