"""Saving, reading and deleting records on every database."""

from typing import Any
from uuid import UUID

import pytest

from app.base.errors import Conflict, Denied, NotFound, Stale
from app.entities import Deleted, OnDelete, RecordInvalid, SaveMode, SaveRecord
from app.testing import World
from tests.entities.shop import CUSTOMER, Shop, attached
from tests.requirements import requirement

NOBODY = UUID("01890000-0000-7000-8000-000000000000")


@pytest.fixture
def shop(world: World) -> Shop:
    """A shop with customers."""
    shop = Shop(world)
    shop.define()
    return shop


def test_a_saved_record_reads_back_as_it_was_saved(shop: Shop) -> None:
    data: dict[str, Any] = {
        "name": "Ada ✓", "email": "ada@example.org", "status": "active", "score": 2**63 - 1, "balance": 10, "is_vip": True,
        "born": "1815-12-10", "seen_at": "2026-01-01T00:00:00+01:00", "tags": ["a", "b"], "address": {"city": "London", "zip": 1},
    }  # fmt: skip
    saved = shop.save(**data)
    assert saved.data == {**data, "balance": 10.0, "seen_at": "2025-12-31T23:00:00.000Z"}
    assert (saved.version, saved.updated_by) == (1, "Olga")
    assert shop.get("customer", saved.id) == saved


def test_defaults_fill_what_a_new_record_leaves_out(shop: Shop) -> None:
    assert shop.save(name="Ada").data == {"name": "Ada", "status": "lead"}
    assert shop.save(name="Ben", status=None).data == {"name": "Ben"}


def test_a_replacing_save_leaves_no_field_behind_and_a_patch_all_others(shop: Shop) -> None:
    first = shop.save(name="Ada", score=1, is_vip=True)
    patched = shop.put(SaveRecord("customer", {"score": None, "born": "1815-12-10"}, first.id, 1, SaveMode.PATCH))
    assert patched.data == {"name": "Ada", "status": "lead", "is_vip": True, "born": "1815-12-10"}
    replaced = shop.put(SaveRecord("customer", {"name": "Ada L."}, first.id, 2))
    assert (replaced.data, replaced.version) == ({"name": "Ada L."}, 3)


@requirement("R4.records-are-validated-on-write")
def test_every_fault_of_a_record_is_told_at_once(shop: Shop) -> None:
    with pytest.raises(RecordInvalid) as refused:
        shop.save(email="nobody", score="7", colour="red")
    assert [fault.path for fault in refused.value.faults] == ["email", "score", "colour", "name"]
    assert refused.value.message.startswith("4 fields of this customer can't be saved.")


@requirement("A1.stale-save-is-refused")
def test_a_stale_save_is_refused_with_the_record_as_it_is(shop: Shop) -> None:
    first = shop.save(name="Ada")
    shop.put(SaveRecord("customer", {"name": "Ada 2"}, first.id, 1))
    with pytest.raises(Stale) as refused:
        shop.put(SaveRecord("customer", {"name": "Ada 3"}, first.id, 1))
    assert refused.value.details["current_version"] == 2
    assert shop.get("customer", first.id).data == {"name": "Ada 2"}


def test_a_unique_value_is_taken_once_and_free_after_its_record_lets_go(shop: Shop) -> None:
    ada = shop.save(name="Ada", email="ada@example.org")
    with pytest.raises(RecordInvalid, match="has this value already"):
        shop.save(name="Other", email="ADA@example.org")
    shop.put(SaveRecord("customer", {"email": "ada@new.example"}, ada.id, mode=SaveMode.PATCH))
    other = shop.save(name="Other", email="ada@example.org")
    shop.delete("customer", other.id)
    shop.save(name="Third", email="ada@example.org")
    with pytest.raises(RecordInvalid, match="has this value already"):
        shop.save(name="Fourth", email="ada@new.example")


def test_a_reference_must_lead_to_a_record_and_may_lead_to_itself(shop: Shop) -> None:
    with pytest.raises(RecordInvalid, match="There is no customer"):
        shop.save(name="Ada", referrer=str(NOBODY))
    ada = shop.save(name="Ada")
    looped = shop.put(SaveRecord("customer", {"referrer": str(ada.id)}, ada.id, mode=SaveMode.PATCH))
    assert looped.data["referrer"] == str(ada.id)


def test_an_attached_record_needs_a_parent_that_is_there(shop: Shop) -> None:
    shop.define("order", attached(OnDelete.RESTRICT))
    ada = shop.save(name="Ada")
    for parent_id, message in ((None, "belongs to a customer: send its id"), (NOBODY, "There is no customer")):
        with pytest.raises(RecordInvalid, match=message):
            shop.put(SaveRecord("order", {"title": "x"}, parent_id=parent_id))
    order = shop.put(SaveRecord("order", {"title": "x"}, parent_id=ada.id))
    assert (order.parent_id, shop.find("order", parent_id=ada.id)) == (ada.id, [order])
    with pytest.raises(RecordInvalid, match="belongs to no other record"):
        shop.put(SaveRecord("customer", {"name": "Ben"}, parent_id=ada.id))


def test_a_parent_stays_while_records_belong_to_it(shop: Shop) -> None:
    shop.define("order", attached(OnDelete.RESTRICT))
    ada = shop.save(name="Ada")
    shop.put(SaveRecord("order", {"title": "x"}, parent_id=ada.id))
    with pytest.raises(Conflict, match="1 record belongs to it"):
        shop.delete("customer", ada.id)


@requirement("R4.records-belong-to-records")
def test_records_go_with_their_parent_where_the_type_says_so(shop: Shop) -> None:
    shop.define("order", attached(OnDelete.CASCADE))
    ada = shop.save(name="Ada")
    order = shop.put(SaveRecord("order", {"title": "x", "payer": str(ada.id)}, parent_id=ada.id))
    assert shop.delete("customer", ada.id) == Deleted(2)
    for entity_type, gone in (("customer", ada), ("order", order)):
        with pytest.raises(NotFound):
            shop.get(entity_type, gone.id)


def test_records_outlive_their_parent_where_the_type_says_so(shop: Shop) -> None:
    shop.define("order", attached(OnDelete.CLEAR, OnDelete.CLEAR))
    ada, ben = shop.save(name="Ada"), shop.save(name="Ben")
    shop.put(SaveRecord("customer", {"referrer": str(ada.id)}, ben.id, mode=SaveMode.PATCH))
    order = shop.put(SaveRecord("order", {"title": "x", "payer": str(ada.id)}, parent_id=ada.id))
    assert shop.delete("customer", ada.id) == Deleted(1)
    left = shop.get("order", order.id)
    assert (left.data, left.parent_id, left.version) == ({"title": "x"}, None, 2)
    assert "referrer" not in shop.get("customer", ben.id).data


def test_the_children_of_a_deleted_record_are_looked_for_by_an_index(memory_world: World) -> None:
    # As the check of the foreign key asks, which names no tenant.
    asked = "EXPLAIN QUERY PLAN SELECT id FROM entities_record WHERE parent_id = 'any'"
    plan = memory_world.ground.database.read_now(lambda work: work.inspect(lambda connection: connection.exec_driver_sql(asked).all()))
    assert [row.detail for row in plan] == ["SEARCH entities_record USING COVERING INDEX ix_entities_record_parent (parent_id=?)"]


def test_a_record_stays_while_others_must_refer_to_it(shop: Shop) -> None:
    shop.define("order", attached(OnDelete.RESTRICT))
    ada, ben = shop.save(name="Ada"), shop.save(name="Ben")
    shop.put(SaveRecord("order", {"title": "x", "payer": str(ben.id)}, parent_id=ada.id))
    with pytest.raises(Conflict, match="refers to it in payer"):
        shop.delete("customer", ben.id)


def test_a_stale_deletion_is_refused(shop: Shop) -> None:
    ada = shop.save(name="Ada")
    shop.put(SaveRecord("customer", {"name": "Ada 2"}, ada.id))
    with pytest.raises(Stale):
        shop.delete("customer", ada.id, version=1)
    assert shop.delete("customer", ada.id, version=2) == Deleted(1)
    with pytest.raises(NotFound):
        shop.delete("customer", ada.id)


def test_a_record_of_a_megabyte_is_kept_and_a_larger_one_refused(shop: Shop) -> None:
    text = "x" * 65_536
    tags = [text] * 15
    assert len(shop.save(name="Ada", tags=tags).data["tags"]) == 15
    with pytest.raises(RecordInvalid, match="use at most 1048576"):
        shop.save(name="Ada", tags=[*tags, text])


@requirement("A9.verb-checks-permission")
def test_a_viewer_reads_and_changes_nothing(shop: Shop, world: World) -> None:
    ada = shop.save(name="Ada")
    viewer = Shop(world, world.viewer)
    assert viewer.get("customer", ada.id) == ada
    assert viewer.find() == [ada]
    for attempt in (
        lambda: viewer.save(name="Ben"),
        lambda: viewer.put(SaveRecord("customer", {"name": "Ben"}, ada.id)),
        lambda: viewer.delete("customer", ada.id),
        lambda: viewer.define("other"),
        lambda: viewer.redefine("customer", CUSTOMER),
    ):
        with pytest.raises(Denied):
            attempt()


@requirement("A12.foreign-id-is-not-found")
def test_another_tenants_types_and_records_are_not_found(shop: Shop, world: World) -> None:
    ada = shop.save(name="Ada", email="ada@example.org")
    mallory = Shop(world, world.mallory)
    for attempt in (
        lambda: mallory.get("customer", ada.id),
        lambda: mallory.save(name="Mine"),
        lambda: mallory.delete("customer", ada.id),
        lambda: mallory.find(),
    ):
        with pytest.raises(NotFound):
            attempt()
    mallory.define()
    for attempt in (
        lambda: mallory.get("customer", ada.id),
        lambda: mallory.put(SaveRecord("customer", {"name": "Mine"}, ada.id)),
        lambda: mallory.delete("customer", ada.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(RecordInvalid, match="There is no customer"):
        mallory.save(name="Mine", referrer=str(ada.id))
    assert mallory.save(name="Mine", email="ada@example.org").version == 1
    assert shop.find() == [ada]
