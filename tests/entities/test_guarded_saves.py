"""Saves with real scripts around them: what they change, what they refuse, and what they save themselves."""

from typing import Any
from uuid import UUID

import pytest

from app import entities
from app.base.errors import Stale
from app.base.keeper import Keeper
from app.entities import Deleted, FieldKind, FieldSpec, OnDelete, RecordIndex, RecordInvalid, Saved, SaveRecord, TypeSettings
from app.entities.refusals import FailedByScript, RejectedByScript, refusal
from app.entities.service.saving import begin_save, write_save
from app.hooks import Failed, Rejected
from app.runs import Chain
from app.sandbox.pool import Pool
from app.scripts.types import EntityEvent, EventTrigger, FailurePolicy, LimitsProfile, Phase
from app.services import Services
from app.testing import World
from tests.entities.shop import CUSTOMER, Shop, attached
from tests.requirements import requirement
from tests.scripting import script, serving, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY = (EntityEvent.CREATE, EntityEvent.UPDATE, EntityEvent.DELETE)


def hook(
    world: World, source: str, entity_type: str = "customer", phase: Phase = Phase.BEFORE, name: str = "guard", **settings: Any
) -> None:
    """An active script around the saves of a type."""
    # A machine that is busy with other tests may need more than the usual tenth of a second.
    settings = {"limits_profile": LimitsProfile.RELAXED, **settings}
    script(world, settings_for(name, EventTrigger(entity_type, EVERY, phase), **settings), source)


async def deliver(services: Services) -> None:
    """Deliver messages and keep the read model until there is nothing to do."""
    keeper = Keeper(services.ground.database, [RecordIndex()])
    while await services.transport.deliver_due() or await keeper.step():
        await services.runner.settled()


async def save(services: Services, shop: Shop, wanted: SaveRecord) -> entities.SaveOutcome:
    """What saving comes to."""
    return await services.entities.save(shop.actor, wanted)


async def test_a_script_changes_and_completes_what_is_saved(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, 'entity.name = entity.email.split("@")[0]; entity.score = 7; entity.remove("status");')
    async with serving(world, script_pool) as services:
        outcome = await save(services, shop, SaveRecord("customer", {"email": "ada@example.org"}))
    assert isinstance(outcome, Saved)
    assert outcome.record.data == {"email": "ada@example.org", "name": "ada", "score": 7}
    assert shop.get("customer", outcome.record.id) == outcome.record


async def test_a_field_that_no_script_fills_in_is_still_required(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, "entity.score = 7;")
    async with serving(world, script_pool) as services:
        with pytest.raises(RecordInvalid, match="name: This field is required"):
            await save(services, shop, SaveRecord("customer", {}))


@pytest.mark.parametrize(
    ("guard", "refuses"),
    [
        ("entity.score == 13", False),
        ("entity.score > 5", False),
        ("entity.score != 13", True),
        ("entity.score == ()", True),
        ('entity["score"] == 13', False),
        ("is_empty(entity.score)", True),
    ],
)
async def test_an_optional_field_that_was_left_out_is_nothing_and_equals_nothing_else(
    world: World, script_pool: Pool, guard: str, refuses: bool
) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, f'if {guard} {{ abort("score: refused"); }}')
    async with serving(world, script_pool) as services:
        outcome = await save(services, shop, SaveRecord("customer", {"name": "Ada"}))
    assert isinstance(outcome, Rejected if refuses else Saved)


async def test_what_a_script_sets_is_held_to_the_rules_as_well(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, 'entity.score = "many"; entity.colour = "red";')
    async with serving(world, script_pool) as services:
        with pytest.raises(RecordInvalid) as refused:
            await save(services, shop, SaveRecord("customer", {"name": "Ada"}))
    assert [fault.path for fault in refused.value.faults] == ["score", "colour"]
    assert "correct the script" in refused.value.hint
    assert shop.find() == []


async def test_a_rejected_save_saves_nothing_and_says_why(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, 'if entity.score < 5 { abort("The score is too low") }')
    async with serving(world, script_pool) as services:
        outcome = await save(services, shop, SaveRecord("customer", {"name": "Ada", "score": 1}))
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.script) == ("The score is too low", "guard")
    error = refusal(outcome)
    assert isinstance(error, RejectedByScript)
    assert error.details["run_id"] == str(outcome.run_id)
    assert shop.find() == []


async def test_a_failing_script_refuses_the_save_or_warns_as_its_policy_says(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    hook(world, "let x = 1 / 0;", name="open", failure_policy=FailurePolicy.OPEN)
    async with serving(world, script_pool) as services:
        warned = await save(services, shop, SaveRecord("customer", {"name": "Ada"}))
        assert isinstance(warned, Saved)
        assert warned.warnings[0].startswith("script open failed:")
        hook(world, "let x = 1 / 0;", name="closed")
        outcome = await save(services, shop, SaveRecord("customer", {"name": "Ben"}))
    assert isinstance(outcome, Failed)
    assert outcome.error.startswith("script closed failed:")
    assert isinstance(refusal(outcome), FailedByScript)
    assert len(shop.find()) == 1


async def test_each_record_that_would_go_is_asked_for(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("order", attached(OnDelete.CASCADE))
    ada = shop_record(world, "Ada")
    async with serving(world, script_pool) as services:
        made = await save(services, shop, SaveRecord("order", {"title": "paid"}, parent_id=ada))
        assert isinstance(made, Saved)
        hook(world, 'if entity.title == "paid" { abort("Paid orders stay") }', "order")
        outcome = await services.entities.delete(shop.actor, entities.DeleteRecord("customer", ada))
        assert isinstance(outcome, Rejected)
        assert shop.get("order", made.record.id) == made.record


def shop_record(world: World, name: str) -> UUID:
    """A customer, written without scripts."""
    wanted = SaveRecord("customer", {"name": name})
    return world.write(world.owner, lambda work, actor: write_save(work, actor, begin_save(work, actor, wanted, Chain()))).id


async def test_a_save_without_a_version_is_repeated_when_another_comes_between(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    ada = shop_record(world, "Ada")
    async with serving(world, script_pool) as services:
        late = SaveRecord("customer", {"name": "late"}, ada)
        begun = world.read(world.owner, lambda work, actor: services.entities.begin_save(work, actor, late))
        await save(services, shop, SaveRecord("customer", {"name": "Ada 2"}, ada))
        with pytest.raises(Stale):
            await services.entities.finish_save(shop.actor, begun)
        again = await save(services, shop, SaveRecord("customer", {"name": "Ada 3"}, ada))
    assert isinstance(again, Saved)
    assert again.record.version == 3


@requirement("A16.scripts-reach-records")
async def test_scripts_find_get_count_and_save_records(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("note", TypeSettings("Note", (FieldSpec("text", FieldKind.TEXT, required=True), FieldSpec("times", FieldKind.INTEGER))))
    source = """
        let found = find("customer", #{ score: #{ ge: 5 } }, #{ order_by: "-score", limit: 2 });
        let first = get("customer", found[0].id);
        let note = save("note", #{ text: first.name, times: count("customer") });
        note.times += 1;
        save("note", note);
        log(`${found.len()} ${get("customer", "nobody") == ()}`);
    """
    hook(world, source, phase=Phase.AFTER)
    async with serving(world, script_pool) as services:
        for name, score in (("Ada", 3), ("Ben", 6)):
            assert isinstance(await save(services, shop, SaveRecord("customer", {"name": name, "score": score})), Saved)
            await deliver(services)
    notes = shop.find("note")
    assert [note.data for note in notes] == [{"text": "Ben", "times": 3}]
    assert (notes[0].version, notes[0].updated_by) == (2, "Olga (guard)")


async def test_a_refused_save_is_an_error_that_the_script_sees(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("note", TypeSettings("Note", (FieldSpec("text", FieldKind.TEXT, required=True, max_length=500),)))
    source = """
        for wrong in [#{ }, #{ text: 7 }, #{ text: "x", colour: "red" }, #{ id: "x" }, #{ id: "01890000-0000-7000-8000-000000000000" }] {
            try { save("note", wrong); } catch(error) { save("note", #{ text: `${error}` }); }
        }
        try { find("nowhere"); } catch(error) { save("note", #{ text: `${error}` }); }
        try { find("note", #{ nothing: 1 }); } catch(error) { save("note", #{ text: `${error}` }); }
    """
    hook(world, source, phase=Phase.AFTER)
    async with serving(world, script_pool) as services:
        await save(services, shop, SaveRecord("customer", {"name": "Ada"}))
        await deliver(services)
    texts = [note.data["text"] for note in shop.find("note")]
    assert [part in text for part, text in zip(_ERRORS, texts, strict=True)] == [True] * len(_ERRORS), texts


_ERRORS = (
    "text: This field is required",
    "text: This is a number: send text.",
    "colour: There is no field 'colour'.",
    "id is no id of a record",
    "There is no note 01890000-0000-7000-8000-000000000000",
    "There is no entity type 'nowhere'",
    "There is no field 'nothing'",
)


async def test_a_script_has_the_permissions_of_the_role_it_runs_as(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("note", TypeSettings("Note", (FieldSpec("text", FieldKind.TEXT),)))
    hook(world, 'save("note", #{ text: "written" });', phase=Phase.AFTER, run_as="viewer")
    async with serving(world, script_pool) as services:
        await save(services, shop, SaveRecord("customer", {"name": "Ada"}))
        await deliver(services)
    assert shop.find("note") == []


async def test_scripts_see_records_of_their_own_tenant_alone(world: World, script_pool: Pool) -> None:
    shop, mallory = Shop(world), Shop(world, world.mallory)
    shop.define()
    mallory.define()
    mallory.define("loot", TypeSettings("Loot", (FieldSpec("count", FieldKind.INTEGER), FieldSpec("got", FieldKind.BOOLEAN))))
    ada = shop_record(world, "Ada")
    source = f'save("loot", #{{ count: count("customer"), got: get("customer", "{ada}") != () }});'
    script(world, settings_for("spy", EventTrigger("customer", EVERY, Phase.AFTER)), source, world.mallory)
    async with serving(world, script_pool) as services:
        await services.entities.save(mallory.actor, SaveRecord("customer", {"name": "Mine"}))
        await deliver(services)
    assert [each.data for each in mallory.find("loot")] == [{"count": 1, "got": False}]


@requirement("R1.searches-read-an-index")
async def test_searches_follow_what_is_saved_and_deleted(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define()
    async with serving(world, script_pool) as services:
        ada = await save(services, shop, SaveRecord("customer", {"name": "Ada Lovelace", "address": {"city": "Ærøskøbing"}}))
        ben = await save(services, shop, SaveRecord("customer", {"name": "Ben Lovelace", "tags": ["Poet's son"], "score": 1}))
        assert isinstance(ada, Saved)
        assert isinstance(ben, Saved)
        await deliver(services)
        assert _found(shop, "lovelace") == ["Ben Lovelace", "Ada Lovelace"]
        assert _found(shop, "lovelace", where={"score": 1}) == ["Ben Lovelace"]
        assert _found(shop, "love ada") == []
        assert _found(shop, "ada love") == ["Ada Lovelace"]
        assert _found(shop, "ærøskøbing") == ["Ada Lovelace"]
        assert _found(shop, "poet's\" OR *") == []
        assert [record.data["name"][:3] for record in shop.walk(text="lovelace", limit=1)] == ["Ben", "Ada"]
        await save(services, shop, SaveRecord("customer", {"name": "Ada King"}, ada.record.id))
        assert await services.entities.delete(shop.actor, entities.DeleteRecord("customer", ben.record.id)) == Deleted(1)
        await deliver(services)
    assert (_found(shop, "lovelace"), _found(shop, "king")) == ([], ["Ada King"])
    mallory = Shop(world, world.mallory)
    mallory.define()
    assert _found(mallory, "king") == []


async def test_a_read_model_is_built_anew_from_the_records(world: World, script_pool: Pool) -> None:
    shop = Shop(world)
    shop.define("customer", CUSTOMER)
    for name in ("Ada", "Ben"):
        shop_record(world, name)
    assert _found(shop, "ada") == []
    for _ in range(2):
        rebuilt = world.write(world.otto, lambda work, actor: entities.rebuild_step(work, actor, "customer"))
        assert rebuilt == entities.Rebuilt(2, None)
        assert _found(shop, "ada") == ["Ada"]


def _found(shop: Shop, text: str, **query: Any) -> list[str]:
    return [record.data["name"] for record in shop.find(text=text, **query)]
