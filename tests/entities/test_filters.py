"""Filtering, sorting and paging records: what the database says is what plain Python says."""

from typing import Any

import pytest

from app.base.errors import Invalid, NotFound
from app.entities import Record
from app.testing import World
from tests.entities.shop import Shop

PEOPLE: list[dict[str, Any]] = [
    {"name": "Ada", "status": "active", "score": 3, "balance": 10.5, "is_vip": True, "born": "1815-12-10", "tags": ["x", "y"]},
    {"name": "ben", "status": "lead", "score": 1, "balance": -2, "is_vip": False, "seen_at": "2026-01-01T00:00:00Z",
     "address": {"city": "Oslo"}},
    {"name": "Cy 100%", "status": "lead", "score": 2**53 + 1, "born": "2000-02-29", "address": {"city": "Bergen", "zip": 7}},
    {"name": "Dée", "status": "active", "score": 2**53 + 2, "balance": 10.5, "tags": []},
    {"name": "Eve_", "score": 1, "seen_at": "2026-01-01T00:00:00.001Z", "tags": ["y"], "status": None},
]  # fmt: skip


@pytest.fixture
def shop(world: World) -> Shop:
    """A shop with five customers."""
    shop = Shop(world)
    shop.define()
    for person in PEOPLE:
        shop.save(**person)
    return shop


def names(records: list[Record]) -> list[str]:
    """Their first letters."""
    return [record.data["name"][0].upper() for record in records]


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "ABCDE"),
    ({"name": "Ada"}, "A"),
    ({"name": {"ne": "Ada"}}, "BCDE"),
    ({"name": {"contains": "%"}}, "C"),
    ({"name": {"contains": "_"}}, "E"),
    ({"name": {"contains": "é"}}, "D"),
    ({"name": {"lt": "Z"}}, "ACDE"),
    ({"name": {"in": ["Ada", "ben", "nobody"]}}, "AB"),
    ({"name": {"in": []}}, ""),
    ({"status": "lead"}, "BC"),
    ({"status": None}, "E"),
    ({"status": {"ne": "lead"}}, "ADE"),
    ({"status": {"ne": None}}, "ABCD"),
    ({"status": {"is_null": True}}, "E"),
    ({"score": 1}, "BE"),
    ({"score": {"gt": 2**53 + 1}}, "D"),
    ({"score": {"ge": 1, "lt": 3}}, "BE"),
    ({"score": {"in": [3, 2**53 + 2]}}, "AD"),
    ({"balance": 10.5}, "AD"),
    ({"balance": {"lt": 0}}, "B"),
    ({"is_vip": True}, "A"),
    ({"is_vip": {"ne": True}}, "BCDE"),
    ({"born": {"ge": "1900-01-01"}}, "C"),
    ({"seen_at": {"le": "2026-01-01T01:00:00+01:00"}}, "B"),
    ({"tags": {"contains": "y"}}, "AE"),
    ({"tags": {"is_null": True}}, "BC"),
    ({"address.city": "Oslo"}, "B"),
    ({"address.zip": {"gt": 1}}, "C"),
    ({"address": {"is_null": False}}, "BC"),
    ({"status": "active", "balance": {"gt": 10}, "tags": {"contains": "x"}}, "A"),
    ({"created_at": {"gt": "2000-01-01T00:00:00Z"}}, "ABCDE"),
    ({"updated_at": {"lt": "2000-01-01T00:00:00Z"}}, ""),
    ({"parent_id": {"is_null": True}}, "ABCDE"),
]


# One database for all of a table: to make one for each line would take a hundred times as long as the line.
def test_a_filter_finds_and_counts_what_matches(shop: Shop) -> None:
    for where, found in FILTERS:
        assert (where, names(shop.find(where=where))) == (where, list(found))
        assert (where, shop.count(where=where)) == (where, len(found))


ORDERS: list[tuple[str | None, str]] = [
    (None, "ABCDE"),
    ("id", "ABCDE"),
    ("-id", "EDCBA"),
    ("name", "ACDEB"),
    ("-name", "BEDCA"),
    ("score", "BEACD"),
    ("-score", "DCAEB"),
    ("balance", "BADCE"),
    ("-balance", "ECDAB"),
    ("born", "ACBDE"),
    ("-seen_at", "DCAEB"),
    ("address.city", "CBADE"),
    ("created_at", "ABCDE"),
    ("-updated_at", "EDCBA"),
]


def test_pages_follow_an_order_and_leave_nothing_out(shop: Shop) -> None:
    for order_by, found in ORDERS:
        assert (order_by, names(shop.find(order_by=order_by))) == (order_by, list(found))
        assert (order_by, names(shop.walk(order_by=order_by, limit=2))) == (order_by, list(found))
        behind: list[Record] = []
        while len(behind) < len(found):
            behind += shop.find(order_by=order_by, limit=1, after=behind[-1].id if behind else None)
        assert (order_by, names(behind)) == (order_by, list(found))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"where": {"nmae": "Ada"}}, "There is no field 'nmae'"),
    ({"where": {"name": {"like": "A"}}}, "There is no comparison 'like'"),
    ({"where": {"name": 7}}, "can't be compared with a number"),
    ({"where": {"name": "\0"}}, "can't be compared with text"),
    ({"where": {"score": "7"}}, "can't be compared with text"),
    ({"where": {"score": 2**70}}, "can't be compared with a number"),
    ({"where": {"score": True}}, "can't be compared with true or false"),
    ({"where": {"score": {"contains": 1}}}, "can't be compared by contains"),
    ({"where": {"status": {"lt": "x"}}}, "can't be compared by lt"),
    ({"where": {"born": "soon"}}, "can't be compared with text"),
    ({"where": {"tags": ["x"]}}, "can't be compared by eq"),
    ({"where": {"name": {"in": "Ada"}}}, "needs a list"),
    ({"where": {"name": {"is_null": 1}}}, "true or false"),
    ({"where": {"address.street": "x"}}, "There is no field 'address.street'"),
    ({"where": {"name": {"ne": "a", "gt": "b"}, **{f"f{n}": 1 for n in range(30)}}}, "There is no field"),
    ({"where": {"id": "42"}}, "can't be compared with text"),
    ({"order_by": "tags"}, "can't be sorted by a list"),
    ({"order_by": "-nobody"}, "There is no field 'nobody'"),
]


def test_a_query_that_does_not_fit_the_type_is_refused(shop: Shop) -> None:
    for query, message in REFUSED:
        with pytest.raises(Invalid, match=message):
            shop.find(**query)


def test_a_cursor_that_no_list_gave_is_not_found(shop: Shop) -> None:
    for cursor in ("", "x", "WzEsMl0", "bnVsbA", "WyJhIiwiMDE4OTAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDAiXQ"):
        with pytest.raises(NotFound, match="This page does not exist"):
            shop.find(order_by="score", cursor=cursor)
