"""What the product must do, split into behaviours, each with its source; tests name the ones they prove.

`tests/test_requirements.py` fails on a behaviour without a test and on a test that names an unknown behaviour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Requirement:
    """One behaviour and the page that asks for it."""

    id: str
    sentence: str
    source: str


REQUIREMENTS = {
    each.id: each
    for each in (
        Requirement("A1.stale-save-is-refused", "A stale save is refused with the current version, never overwritten.", "SPEC A1"),
        Requirement("A9.verb-checks-permission", "Every route needs its permission, checked in the verb.", "SPEC A9"),
        Requirement("A12.foreign-id-is-not-found", "A foreign tenant's id is not found.", "SPEC A12"),
        Requirement("A12.statements-need-a-scope", "A statement without a tenant scope never runs.", "SPEC A12"),
        Requirement("A12.database-refuses-foreign-rows", "PostgreSQL's row-level security hides and refuses foreign rows.", "SPEC A12"),
        Requirement("A18.metrics-are-not-public", "Metrics need a token or a permission.", "SPEC A18"),
        Requirement("A23.errors-have-one-shape", "Every REST error is a problem+json that says what to do.", "SPEC A23"),
        Requirement("A23.creating-calls-are-idempotent", "A creating call repeated under one key happens once.", "SPEC A23"),
        Requirement("A28.degraded-is-not-down", "Health tells degraded apart from down.", "SPEC A28"),
        Requirement("R1.acknowledged-writes-survive", "Every acknowledged write survives a killed server.", "SPEC R1"),
        Requirement("R5.nobody-grants-more-than-they-hold", "Nobody hands out more than they hold.", "SPEC R5"),
        Requirement("R5.role-change-holds-at-once", "A role change holds from the next request on.", "SPEC R5"),
        Requirement("R5.tokens-end-at-once", "A revoked token stops working at once, in every process.", "SPEC R5"),
        Requirement("R6.migrations-are-named-by-rule", "Migrations are named mYYYYMMDD_<module>_<nnn>_<description>.", "SPEC R6"),
        Requirement("R7.probes-report-reasons", "Probes report status, checks, latency and reasons.", "SPEC R7"),
        Requirement("R10.kit-opens-a-world", "The test kit opens a migrated world in memory.", "SPEC R10"),
    )
}


def requirement(identifier: str) -> Callable[[Test], Test]:
    """Mark a test as proof of a behaviour."""
    if identifier not in REQUIREMENTS:
        raise KeyError(f"there is no requirement {identifier}; add it to tests/requirements.py")

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.requirement(identifier)(test)
        return marked

    return mark
