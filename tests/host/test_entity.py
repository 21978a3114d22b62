from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import ScriptError
from app.engine.values import Char, FnPtr, Value
from app.host import Change, ChangeKind, Changes, EntityProxy, EntitySnapshot, Plain
from app.host.plain import same

FIELDS: dict[str, Plain] = {
    "name": "Fjord AS",
    "amount": 100,
    "address": {"city": "Oslo", "lines": ["Gate 1"]},
    "tags": ["a", "b"],
    "note": None,
}


def deal() -> EntityProxy:
    return EntityProxy("deal", "d-1", FIELDS)


def test_a_field_reads_alike_by_property_and_by_index() -> None:
    assert deal().get_property("amount") == deal().get_index("amount") == 100


def test_a_field_that_is_not_there_reads_as_unit() -> None:
    assert deal().get_property("nothing") is None


def test_id_and_type_are_always_there_and_cannot_be_set() -> None:
    entity = deal()
    assert (entity.get_property("id"), entity.get_property("entity_type")) == ("d-1", "deal")
    with pytest.raises(ScriptError, match="'id' of an entity cannot be changed"):
        entity.set_property("id", "d-2")


def test_a_field_named_id_is_a_field_like_any_other() -> None:
    entity = EntityProxy("deal", "d-1", {"id": 5})
    entity.set_property("id", 6)
    assert entity.changes().fields == {"id": 6}


def test_an_index_that_is_no_string_is_refused() -> None:
    with pytest.raises(ScriptError, match="expecting string"):
        deal().get_index(0)


def test_a_set_field_is_a_change() -> None:
    entity = deal()
    entity.set_index("amount", 150)
    assert entity.changes() == Changes({"amount": 150})


def test_reading_changes_does_not_clear_them() -> None:
    entity = deal()
    entity.set_property("amount", 150)
    entity.changes()
    assert entity.changes() == Changes({"amount": 150})


def test_taking_changes_clears_them_and_later_changes_count_from_there() -> None:
    entity = deal()
    entity.set_property("amount", 150)
    assert entity.take_changes() == Changes({"amount": 150})
    assert not entity.changes()
    entity.set_property("amount", 100)
    assert entity.changes() == Changes({"amount": 100})


def test_setting_a_field_back_drops_its_change() -> None:
    entity = deal()
    entity.set_property("amount", 150)
    entity.set_property("amount", 100)
    assert not entity.changes()
    assert not entity.is_changed("amount")


@pytest.mark.parametrize("value", [100.0, True, "100"])
def test_an_equal_value_of_another_type_is_a_change(value: Value) -> None:
    entity = EntityProxy("deal", "d-1", {"amount": 1 if value is True else 100})
    entity.set_property("amount", value)
    assert entity.is_changed("amount")


def test_originals_stay_whatever_is_set_or_taken() -> None:
    entity = deal()
    entity.set_property("amount", 150)
    entity.take_changes()
    entity.remove("name")
    assert entity.original("amount") == 100
    assert entity.originals() == FIELDS


def test_what_a_script_reads_is_a_copy() -> None:
    entity = deal()
    tags = entity.get_property("tags")
    assert isinstance(tags, list)
    tags.append("c")
    assert entity.get_property("tags") == ["a", "b"]
    assert not entity.changes()


def test_what_a_script_sets_is_copied() -> None:
    entity = deal()
    tags: list[Value] = ["x"]
    entity.set_property("tags", tags)
    tags.append("y")
    assert entity.get_property("tags") == ["x"]


def test_the_data_it_was_made_from_can_change_afterwards() -> None:
    source: dict[str, Plain] = {"address": {"city": "Oslo"}}
    entity = EntityProxy("deal", "d-1", source)
    source["address"] = {"city": "Bergen"}
    assert entity.get_property("address") == {"city": "Oslo"}


def test_a_nested_field_changed_by_reading_and_setting_back_is_a_change_of_its_path() -> None:
    entity = deal()
    address = entity.get_property("address")
    assert isinstance(address, dict)
    address["city"] = "Bergen"
    address["lines"].append("Gate 2")
    entity.set_property("address", address)
    assert entity.changes() == Changes({"address": {"city": "Bergen", "lines": ["Gate 1", "Gate 2"]}})
    assert entity.differences() == [
        Change(("address", "city"), ChangeKind.CHANGED, "Oslo", "Bergen"),
        Change(("address", "lines", 1), ChangeKind.ADDED, None, "Gate 2"),
    ]


def test_a_removed_field_is_a_removal_not_a_unit() -> None:
    entity = deal()
    assert entity.remove("name") == "Fjord AS"
    assert entity.changes() == Changes({}, frozenset({"name"}))
    assert entity.differences() == [Change(("name",), ChangeKind.REMOVED, "Fjord AS", None)]


def test_a_field_set_to_unit_is_a_change_not_a_removal() -> None:
    entity = deal()
    entity.set_property("name", None)
    assert entity.changes() == Changes({"name": None})


def test_a_removed_field_set_again_to_its_original_is_no_change() -> None:
    entity = deal()
    entity.remove("name")
    entity.set_property("name", "Fjord AS")
    assert not entity.changes()


def test_a_new_field_set_to_unit_is_a_change() -> None:
    entity = deal()
    entity.set_property("fresh", None)
    assert entity.changes() == Changes({"fresh": None})


def test_a_shortened_array_shows_what_was_lost() -> None:
    entity = deal()
    entity.set_property("tags", ["a"])
    assert entity.differences() == [Change(("tags", 1), ChangeKind.REMOVED, "b", None)]


def test_a_char_is_stored_as_text() -> None:
    entity = deal()
    entity.set_property("name", Char("x"))
    assert type(entity.changes().fields["name"]) is str


def test_a_function_cannot_be_stored() -> None:
    with pytest.raises(ScriptError, match="A value of type Fn cannot leave the script"):
        deal().set_property("name", [FnPtr("f")])


def test_data_nested_too_deep_cannot_be_stored() -> None:
    value: list[Value] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ScriptError, match="more than 32 levels deep"):
        deal().set_property("name", value)


def test_the_entity_before_can_be_read_but_not_changed() -> None:
    before = EntitySnapshot("deal", "d-1", FIELDS)
    assert before.get_index("name") == "Fjord AS"
    with pytest.raises(ScriptError, match="as it was before the save"):
        before.set_property("name", "x")
    with pytest.raises(ScriptError, match="as it was before the save"):
        before.set_index("name", "x")


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=True) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)
field_maps = st.dictionaries(st.sampled_from("abcd"), plain_values, max_size=4)


@given(field_maps, field_maps)
def test_changes_applied_to_the_originals_give_the_present_fields(before: dict[str, Plain], after: dict[str, Plain]) -> None:
    entity = EntityProxy("deal", "d-1", before)
    for name in before.keys() - after.keys():
        entity.remove(name)
    for name, value in after.items():
        entity.set_property(name, value)
    changes = entity.changes()
    applied = {name: value for name, value in before.items() if name not in changes.removed} | dict(changes.fields)
    assert same(applied, after)
    assert bool(changes) == bool(entity.differences()) == (not same(before, after))


def test_an_entity_over_fields_that_it_took_over_keeps_their_originals() -> None:
    entity = EntityProxy.taking_over("deal", "d-1", {"tags": ["a"], "note": None})
    tags = entity.get_property("tags")
    assert isinstance(tags, list)
    tags.append("b")
    entity.set_property("tags", tags)
    entity.set_property("note", None)
    assert (entity.original("tags"), entity.changes().fields) == (["a"], {"tags": ["a", "b"]})


def test_a_field_that_was_not_there_and_is_set_to_nothing_is_a_change() -> None:
    entity = EntityProxy("deal", "d-1", {})
    entity.set_property("note", None)
    assert entity.changes().fields == {"note": None}
