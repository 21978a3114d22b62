"""Defining entity types, and changing them under records that are there."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app import entities
from app.base.errors import Conflict, NotFound, Stale
from app.entities import FieldKind, FieldSpec, OnDelete, RecordInvalid, SaveMode, SaveRecord, TypeSettings
from app.entities.schema import DEEPEST_FIELD, MOST_FIELDS, check_settings, fields_document, fields_of
from app.testing import World
from tests.entities.shop import CUSTOMER, Shop, attached
from tests.requirements import requirement


def text(name: str, **rules: Any) -> FieldSpec:
    """A field of text."""
    return FieldSpec(name, FieldKind.TEXT, **rules)


def nested(depth: int) -> FieldSpec:
    """A field with so many levels, itself counted."""
    spec = text("leaf")
    for _ in range(depth - 1):
        spec = FieldSpec("level", FieldKind.OBJECT, fields=(spec,))
    return spec


def settings(*fields: FieldSpec, **more: Any) -> TypeSettings:
    """A type of these fields."""
    return TypeSettings("Thing", fields, **more)


@pytest.mark.parametrize(
    ("wrong", "where", "message"),
    [
        (settings(*(text(f"f{n}") for n in range(MOST_FIELDS + 1))), "fields", "51 fields"),
        (settings(nested(DEEPEST_FIELD + 1)), "fields.0.fields.0.fields.0.fields.0.fields.0.fields.0", "6 levels deep"),
        (settings(text("a"), text("a")), "fields.1.name", "Two fields are named a"),
        (settings(text("id")), "fields.0.name", "its own id"),
        (settings(text("a", min_length=5, max_length=4)), "fields.0.min_length", "above"),
        (settings(text("a", max_length=10**6)), "fields.0.max_length", "can't be the max_length"),
        (settings(text("a", pattern="(")), "fields.0.pattern", "can't be used"),
        (settings(text("a", pattern=r"(a)\1")), "fields.0.pattern", "can't be used"),
        (settings(text("a", pattern="(?=a)")), "fields.0.pattern", "can't be used"),
        (settings(text("a", pattern="((a{1,100}){1,100}){1,100}")), "fields.0.pattern", "can't be used"),
        (settings(text("a", choices=("x",))), "fields.0.choices", "nothing else has"),
        (settings(FieldSpec("a", FieldKind.CHOICE)), "fields.0.choices", "A choice has choices"),
        (settings(FieldSpec("a", FieldKind.CHOICE, choices=("x", "x"))), "fields.0.choices", "listed twice"),
        (settings(FieldSpec("a", FieldKind.LIST)), "fields.0.item", "A list has an item"),
        (settings(FieldSpec("a", FieldKind.OBJECT)), "fields.0.fields", "An object has fields"),
        (settings(FieldSpec("a", FieldKind.REFERENCE)), "fields.0.references", "names the type"),
        (settings(FieldSpec("a", FieldKind.INTEGER, minimum=1.5)), "fields.0.minimum", "can't be the minimum"),
        (settings(FieldSpec("a", FieldKind.INTEGER, minimum=2, maximum=1)), "fields.0.minimum", "above"),
        (settings(FieldSpec("a", FieldKind.DATE, minimum="soon")), "fields.0.minimum", "can't be the minimum"),
        (settings(FieldSpec("a", FieldKind.BOOLEAN, unique=True)), "fields.0.unique", "can't be unique"),
        (settings(FieldSpec("a", FieldKind.OBJECT, fields=(text("b", unique=True),))), "fields.0.fields.0.unique", "can't be unique"),
        (settings(text("a"), text("b", default=7)), "fields.1.default", "breaks the field's own rules"),
        (settings(text("a"), on_parent_delete=OnDelete.CASCADE), "on_parent_delete", "attached to none"),
        (
            settings(FieldSpec("a", FieldKind.REFERENCE, references="b", required=True, on_delete=OnDelete.CLEAR)),
            "fields.0.on_delete",
            "can't be emptied",
        ),
    ],
)
def test_a_type_that_contradicts_itself_is_refused(wrong: TypeSettings, where: str, message: str) -> None:
    with pytest.raises(Conflict, match=message) as refused:
        check_settings("thing", wrong)
    assert refused.value.field == where


@pytest.mark.parametrize(
    "right",
    [settings(*(text(f"f{n}") for n in range(MOST_FIELDS))), settings(nested(DEEPEST_FIELD)), CUSTOMER, attached(OnDelete.CASCADE)],
)
@requirement("R4.types-are-bounded")
def test_a_type_at_the_limits_is_fine_and_comes_back_from_its_document(right: TypeSettings) -> None:
    check_settings("thing", right)
    assert fields_of(fields_document(right.fields)) == right.fields


def test_a_type_is_listed_read_and_deleted(world: World) -> None:
    shop = Shop(world)
    made = shop.define()
    assert world.read(world.viewer, lambda work, actor: entities.get_type(work, actor, "customer")) == made
    with pytest.raises(Conflict, match="There is an entity type customer already"):
        shop.define()
    world.write(world.admin, lambda work, actor: entities.delete_type(work, actor, "customer"))
    with pytest.raises(NotFound):
        shop.save(name="Ada")


def test_a_type_with_records_or_others_that_name_it_stays(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("order", attached(OnDelete.RESTRICT))

    def delete(name: str) -> None:
        world.write(world.admin, lambda work, actor: entities.delete_type(work, actor, name))

    with pytest.raises(Conflict, match="order is attached or refers to customer"):
        delete("customer")
    ada = shop.save(name="Ada")
    shop.put(SaveRecord("order", {"title": "x"}, parent_id=ada.id))
    with pytest.raises(Conflict, match="has 1 records"):
        delete("order")


def test_a_type_that_names_an_unknown_one_is_refused_with_the_name(world: World) -> None:
    with pytest.raises(Conflict, match="There is no entity type 'customer'"):
        Shop(world).define("order", attached(OnDelete.RESTRICT))


def test_a_stale_change_of_a_type_is_refused(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.redefine("customer", replace(CUSTOMER, label="Client"), 1)
    with pytest.raises(Stale):
        shop.redefine("customer", replace(CUSTOMER, label="Other"), 1)


def test_a_change_holds_from_the_next_save_on(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.save(name="Ada")
    shop.redefine("customer", replace(CUSTOMER, fields=(*CUSTOMER.fields, text("note", max_length=3))))
    assert shop.save(name="Ben", note="yes").data["note"] == "yes"
    with pytest.raises(RecordInvalid, match="use at most 3"):
        shop.save(name="Cy", note="long")


@requirement("R4.type-changes-meet-records")
def test_a_change_that_breaks_records_is_refused_with_their_number_and_the_first(world: World) -> None:
    shop = Shop(world)
    shop.define()
    ada, _ben, _cy = shop.save(name="Ada", score=7), shop.save(name="Ben", score=8), shop.save(name="Cy", score=2)
    tighter = replace(CUSTOMER, fields=tuple(replace(spec, maximum=5) if spec.name == "score" else spec for spec in CUSTOMER.fields))
    with pytest.raises(Conflict, match="2 records of customer break the changed type") as refused:
        shop.redefine("customer", tighter)
    assert refused.value.details["broken"] == 2
    looked_at = world.read(world.owner, lambda work, actor: entities.check_type_change(work, actor, "customer", tighter))
    assert (looked_at.records, looked_at.broken, looked_at.examples[0].record_id) == (3, 2, ada.id)
    assert shop.save(name="Dee", score=9).data["score"] == 9


def test_records_are_brought_along_where_values_are_only_missing_or_left_over(world: World) -> None:
    shop = Shop(world)
    shop.define()
    ada = shop.save(name="Ada", score=7)
    kept = tuple(spec for spec in CUSTOMER.fields if spec.name != "score")
    changed = replace(CUSTOMER, fields=(*kept, text("country", required=True, default="NO")))
    with pytest.raises(Conflict, match="1 records of customer break"):
        shop.redefine("customer", changed)
    shop.redefine("customer", changed, adapt=True)
    adapted = shop.get("customer", ada.id)
    assert (adapted.data, adapted.version) == ({"name": "Ada", "status": "lead", "country": "NO"}, 2)


def test_a_field_becomes_unique_only_if_its_values_are(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.save(name="Ada")
    twin = shop.save(name="ada")
    unique = replace(CUSTOMER, fields=tuple(replace(spec, unique=True) if spec.name == "name" else spec for spec in CUSTOMER.fields))
    with pytest.raises(Conflict, match="has the same value"):
        shop.redefine("customer", unique)
    shop.put(SaveRecord("customer", {"name": "Ben"}, twin.id, mode=SaveMode.PATCH))
    shop.redefine("customer", unique)
    with pytest.raises(RecordInvalid, match="has this value already"):
        shop.save(name="ADA")
    shop.redefine("customer", CUSTOMER, 2)
    assert shop.save(name="Ada").version == 1


def test_a_text_becomes_a_reference_only_if_its_values_lead_somewhere(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("note", settings(text("about")))
    ada = shop.save(name="Ada")
    shop.save("note", about=str(ada.id))
    referring = settings(FieldSpec("about", FieldKind.REFERENCE, references="customer"))
    shop.redefine("note", referring)
    with pytest.raises(Conflict, match="refers to it in about"):
        shop.delete("customer", ada.id)


def test_what_a_type_is_attached_to_stays_while_it_has_records(world: World) -> None:
    shop = Shop(world)
    shop.define()
    shop.define("note", settings(text("about")))
    shop.save("note", about="x")
    with pytest.raises(Conflict, match="what it is attached to can't change"):
        shop.redefine("note", settings(text("about"), attached_to="customer"))


def test_a_type_changed_while_scripts_run_is_checked_again(world: World) -> None:
    shop = Shop(world)
    shop.define()
    wanted = SaveRecord("customer", {"name": "Ada", "score": 7})
    begun = world.read(world.owner, lambda work, actor: shop.entities.begin_save(work, actor, wanted))
    tighter = replace(CUSTOMER, fields=tuple(replace(spec, maximum=5) if spec.name == "score" else spec for spec in CUSTOMER.fields))
    shop.redefine("customer", tighter)
    with pytest.raises(RecordInvalid, match="use at most 5"):
        asyncio.run(shop.entities.finish_save(shop.actor, begun))
