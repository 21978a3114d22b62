from __future__ import annotations

import pytest

from app.engine.natives import Natives
from app.engine.stdlib import STANDARD
from app.host import HOST_TABLE, Effect, Helper, Phase
from tests.host.calls import EMPTY

HELPERS = list(HOST_TABLE)
names = pytest.mark.parametrize("helper", HELPERS, ids=lambda helper: helper.name)

SPECIFIED = {
    *("log", "log_warn", "log_error", "abort", "validate_email", "validate_required", "validate_min_length", "validate_max_length"),
    *("validate_range", "format_money", "is_empty", "coalesce", "now", "http_get", "http_post", "http_request"),
    *("find", "get", "count", "save", "secret"),
}


def test_every_specified_helper_is_in_the_table() -> None:
    assert {helper.name for helper in HELPERS if not helper.is_method} == SPECIFIED


@pytest.mark.parametrize("name", ["http_get", "http_post", "http_request", "find", "get", "count", "save", "secret"])
def test_what_reaches_outside_exists_in_every_phase_but_before(name: str) -> None:
    helper = HOST_TABLE.helper(name)
    assert helper is not None
    assert helper.phases == set(Phase) - {Phase.BEFORE}


@names
def test_a_helper_exists_as_native_exactly_in_its_phases(helper: Helper) -> None:
    argc = len(helper.overloads[0].parameters)
    found = {phase for phase in Phase if HOST_TABLE.extend(EMPTY, phase).lookup(helper.name, argc)}
    assert found == helper.phases


@names
def test_a_helper_says_what_it_does_and_shows_it(helper: Helper) -> None:
    assert helper.doc.endswith((".", ")"))
    assert helper.name in helper.example or helper.is_method


@names
def test_a_helper_that_reaches_the_host_costs_operations(helper: Helper) -> None:
    assert (helper.cost > 0) == (helper.effect.reaches_host or helper.effect is Effect.LOG)


@names
def test_a_helper_replaces_nothing_of_the_language(helper: Helper) -> None:
    standard: Natives = STANDARD
    for way in helper.overloads:
        kinds = tuple(parameter.type for parameter in way.parameters)
        dispatcher = standard.lookup(helper.name, len(kinds))
        assert dispatcher is None or kinds not in {overload.params for overload in dispatcher.overloads}


def test_a_method_is_shown_on_its_receiver() -> None:
    helper = HOST_TABLE.helper("is_changed")
    assert helper is not None
    assert helper.signatures() == ["entity.is_changed(field: string) -> bool"]


def test_the_natives_of_a_phase_are_made_once() -> None:
    assert HOST_TABLE.extend(EMPTY, Phase.API) is HOST_TABLE.extend(EMPTY, Phase.API)


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        (Phase.BEFORE, ["entity"]),
        (Phase.AFTER, ["entity", "entity_before"]),
        (Phase.ON_COMMIT, ["entity", "entity_before"]),
        (Phase.MANUAL, ["entity", "params"]),
        (Phase.SCHEDULED, []),
        (Phase.API, ["request"]),
    ],
)
def test_a_phase_has_its_variables(phase: Phase, expected: list[str]) -> None:
    assert [variable.name for variable in HOST_TABLE.variables_of(phase)] == expected
