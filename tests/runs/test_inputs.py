"""What scripts are given, by their phase."""

import pytest

from app.runs import inputs_of
from app.scripts import Phase

ENTITY = {"type": "order", "id": "1", "fields": {"amount": 2}}
BEFORE = {"type": "order", "id": "1", "fields": {"amount": 1}}


def test_before_a_save_there_is_the_record_as_it_is_to_be() -> None:
    assert inputs_of(Phase.BEFORE, entity=ENTITY, before=BEFORE, key="k") == {"entity": ENTITY}


@pytest.mark.parametrize("phase", [Phase.AFTER, Phase.ON_COMMIT])
def test_after_a_save_there_is_also_what_was_and_a_key(phase: Phase) -> None:
    assert inputs_of(phase, entity=ENTITY, before=BEFORE, key="k") == {"entity": ENTITY, "entity_before": BEFORE, "idempotency_key": "k"}
    assert inputs_of(phase, entity=ENTITY) == {"entity": ENTITY, "entity_before": None, "idempotency_key": "dry-run"}


def test_a_script_that_is_started_by_hand_has_parameters_and_perhaps_a_record() -> None:
    assert inputs_of(Phase.MANUAL) == {"params": {}}
    assert inputs_of(Phase.MANUAL, entity=ENTITY, params={"a": 1}) == {"entity": ENTITY, "params": {"a": 1}}


def test_what_a_request_does_not_say_is_empty() -> None:
    request: dict[str, object] = {"method": "POST", "path": "", "query": {}, "headers": {}, "body": None}
    assert inputs_of(Phase.API, request={"method": "POST"}) == {"request": request}
    assert inputs_of(Phase.API) == {"request": {**request, "method": "GET"}}


def test_the_clock_gives_nothing() -> None:
    assert inputs_of(Phase.SCHEDULED, params={"a": 1}) == {}
