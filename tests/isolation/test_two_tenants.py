"""Two tenants call whatever there is, in any order, on their own things and on the neighbour's: nothing is seen, nothing is changed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.isolation.recipes import RECIPES, Move
from tests.isolation.sides import leaks
from tests.isolation.stage import Stage, open_stage
from tests.requirements import requirement

_CHOICES = st.none() | st.integers(0, 40)


class Neighbours(RuleBasedStateMachine):
    """Calls of either side, each followed by everything that it set going."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._sides = stage.opened()

    @rule(operation=st.sampled_from(sorted(RECIPES)), is_acme=st.booleans(), choice=_CHOICES)
    def uses_its_own(self, operation: str, is_acme: bool, choice: int | None) -> None:
        """One side uses its own things; whether that can be done depends on what was done before."""
        side = self._sides.acme if is_acme else self._sides.rival
        self._made(operation, Move(side, side, choice))

    @rule(operation=st.sampled_from(sorted(RECIPES)), is_acme=st.booleans(), choice=_CHOICES)
    def reaches_for_the_neighbours(self, operation: str, is_acme: bool, choice: int | None) -> None:
        """One side names the other's things, in paths, queries and bodies."""
        side = self._sides.acme if is_acme else self._sides.rival
        status = self._made(operation, Move(side, self._sides.other(side), choice))
        if "_id}" in operation or "{tenant}" in operation:
            assert status in (401, 403, 404), f"{operation} answered {status} for what is the neighbour's"

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        """What failed is tried again, on both sides."""
        self._sides.world.clock.advance(timedelta(minutes=minutes))
        self._stage.run(self._sides.settle())

    def teardown(self) -> None:
        """Close what the example opened."""
        self._stage.close(self._sides)

    def _made(self, operation: str, move: Move) -> int:
        other = self._sides.other(move.side)
        before = other.rows()
        call = RECIPES[operation].call(operation, move)
        answer = self._stage.run(self._sides.send(move.side, call))
        self._stage.run(self._sides.settle())
        assert answer.status_code < 500, f"{operation} answered {answer.status_code}: {answer.text[:300]}"
        assert leaks(answer.text, other, call) == [], operation
        assert other.rows() == before, f"{operation} changed the neighbour's rows"
        return answer.status_code


@requirement("A12.foreign-id-is-not-found")
@pytest.mark.slow
def test_whatever_either_tenant_does_nothing_crosses() -> None:
    with open_stage() as stage:

        class Here(Neighbours):
            """Neighbours on this stage."""

            def __init__(self) -> None:
                super().__init__(stage)

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=4,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
