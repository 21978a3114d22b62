"""Errors on their way to HTTP: the table, and text that UTF-8 can't carry."""

import json

import pytest

from app.base.errors import AlloyError, Conflict, Denied, Invalid, LimitExceeded, NotFound, Stale, Unauthenticated, nearest
from app.base.http.problems import problem_of, problem_response


@pytest.mark.parametrize(
    ("situation", "status"),
    [(Unauthenticated, 401), (Denied, 403), (NotFound, 404), (Conflict, 409), (Stale, 409), (Invalid, 422), (LimitExceeded, 429)],
)
def test_each_situation_has_its_status(situation: type[AlloyError], status: int) -> None:
    assert problem_of(situation("It happened.", "Do this.")).status == status


def test_what_a_client_sent_is_told_back_even_if_utf_8_cannot_carry_it() -> None:
    response = problem_response(problem_of(Invalid("Bad \ud800 text.", field="name", details={"given": ["\ud800"]})))
    assert json.loads(bytes(response.body))["detail"] == "Bad ? text."


def test_a_limit_says_when_to_come_back() -> None:
    problem = problem_of(LimitExceeded("Too often.", details={"retry_after_seconds": 7}))
    assert problem.headers["Retry-After"] == "7"


def test_the_nearest_name_is_offered_and_nothing_when_none_is_near() -> None:
    assert nearest("autor", ["author", "viewer"]) == "Did you mean 'author'?"
    assert "Check the spelling" in nearest("zzz", ["author"])
