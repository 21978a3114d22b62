"""Cursors: opaque, and refused when they aren't ours."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import NotFound
from app.base.paging import decode_cursor, encode_cursor, page_request


@given(st.uuids())
def test_a_cursor_leads_back_to_its_id(identifier: UUID) -> None:
    assert decode_cursor(encode_cursor(identifier)) == identifier


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_an_id_or_not_found(cursor: str) -> None:
    try:
        outcome: object = decode_cursor(cursor)
    except NotFound as error:
        outcome = error
    assert isinstance(outcome, (UUID, NotFound))


@pytest.mark.parametrize(("asked", "given_limit"), [(-5, 1), (0, 1), (10, 10), (10_000, 200)])
def test_a_limit_is_brought_into_bounds(asked: int, given_limit: int) -> None:
    assert page_request(None, asked).limit == given_limit
