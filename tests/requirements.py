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
        Requirement(
            "A7.a-disabled-script-stops-its-schedule",
            "A script disabled by errors is not started by the clock; since when shows.",
            "SPEC A7",
        ),
        Requirement("A8.an-occurrence-runs-once", "One occurrence runs exactly once, however many processes tick.", "SPEC A8"),
        Requirement("A8.missed-runs-follow-the-policy", "Missed runs are skipped, run once, or all up to a cap.", "SPEC A8"),
        Requirement("A8.overlap-follows-the-policy", "An overlapping run is skipped, queued once, or allowed.", "SPEC A8"),
        Requirement("A8.clock-steps-neither-double-nor-lose", "Steps of the clock double no occurrence and lose none.", "SPEC A8"),
        Requirement("A8.a-stopped-script-says-so", "A paused script's schedule says so, and since when.", "SPEC A8"),
        Requirement("A2.endpoints-are-guarded", "An endpoint answers whom its authentication lets in, nobody else.", "SPEC A2"),
        Requirement("A1.names-are-unique-per-tenant", "A script's name is unique in its tenant among those not deleted.", "SPEC A1"),
        Requirement("A2.triggers-are-checked-when-saved", "A trigger that could never start anything is refused when saved.", "SPEC A2"),
        Requirement("A5.sizes-are-bounded", "Input too large, too deep or meaningless is refused with what to do.", "issue 5"),
        Requirement("A6.changes-hold-at-once", "A changed script takes effect at once, in every process.", "SPEC A6"),
        Requirement("A7.three-errors-disable", "Three errors in a row disable a script until a person resets it.", "SPEC A7"),
        Requirement("A9.verb-checks-permission", "Every route needs its permission, checked in the verb.", "SPEC A9"),
        Requirement("A11.only-allowed-steps", "A script's life has only the steps that are allowed.", "SPEC A11"),
        Requirement("A12.foreign-id-is-not-found", "A foreign tenant's id is not found.", "SPEC A12"),
        Requirement("A12.statements-need-a-scope", "A statement without a tenant scope never runs.", "SPEC A12"),
        Requirement("A12.database-refuses-foreign-rows", "PostgreSQL's row-level security hides and refuses foreign rows.", "SPEC A12"),
        Requirement("A13.validation-never-runs", "Validation finds errors by line and column and runs nothing.", "SPEC A13"),
        Requirement("A14.before-scripts-run-in-order", "Before-scripts run by priority, then name; each sees earlier changes.", "SPEC A14"),
        Requirement("A14.abort-stops-the-order", "The first abort rejects the save with its reason.", "SPEC A14"),
        Requirement("A14.failure-refuses-the-save", "A failing before-script never lets the save go through silently.", "SPEC A14"),
        Requirement("A14.later-scripts-run-at-least-once", "After- and on_commit-scripts run after the save, retried.", "SPEC A14"),
        Requirement("A14.chains-are-bounded", "Scripts that start each other end at a depth, and the circle is shown.", "SPEC A14"),
        Requirement("A15.every-call-is-recorded", "Every call of a script is recorded, with an idempotency key, and replays.", "SPEC A15"),
        Requirement("A15.hosts-are-allowed-per-tenant", "Scripts call only hosts on their tenant's list.", "SPEC A15"),
        Requirement("A15.secrets-leave-no-trace", "No secret's value is in the database, logs, recordings or answers.", "SPEC A15"),
        Requirement("A17.every-run-is-recorded", "Every run is kept with its input, changes, log and calls.", "SPEC A17"),
        Requirement("A17.replays-are-exact", "A run replayed from its record ends as it did.", "SPEC A17"),
        Requirement("A17.lists-are-filtered-in-the-database", "Runs are filtered, searched and paged in the database.", "SPEC A17"),
        Requirement("A17.old-runs-are-forgotten", "Runs are forgotten by age and number, by each tenant's rules.", "SPEC A17"),
        Requirement("A16.scripts-reach-records", "Scripts find, get, count and save records under the role they run as.", "SPEC A16"),
        Requirement("A18.metrics-are-not-public", "Metrics need a token or a permission.", "SPEC A18"),
        Requirement("A19.every-save-is-a-version", "Every save of a source is a version that says who, when and why.", "SPEC A19"),
        Requirement("A19.drafts-do-not-go-live", "What runs is the active version, whatever is saved after it.", "SPEC A19"),
        Requirement("A21.dry-run-changes-nothing", "A dry run reads its own writes; nothing is written or called.", "SPEC A21"),
        Requirement("A22.templates-work", "Every template compiles, and its sample does what it says.", "SPEC A22"),
        Requirement("A23.errors-have-one-shape", "Every REST error is a problem+json that says what to do.", "SPEC A23"),
        Requirement("A23.creating-calls-are-idempotent", "A creating call repeated under one key happens once.", "SPEC A23"),
        Requirement("A27.host-saves-are-guarded", "Scripts guard the saves of a host application, in process and by HTTP.", "SPEC A27"),
        Requirement("A28.degraded-is-not-down", "Health tells degraded apart from down.", "SPEC A28"),
        Requirement("R1.acknowledged-writes-survive", "Every acknowledged write survives a killed server.", "SPEC R1"),
        Requirement("R1.searches-read-an-index", "Searches read a model of their own, kept by the events of saves.", "SPEC R1"),
        Requirement("R4.records-are-validated-on-write", "A record that breaks its type's rules is refused, field by field.", "SPEC R4"),
        Requirement("R4.types-are-bounded", "A type has at most 50 fields and five levels.", "SPEC R4"),
        Requirement("R4.records-belong-to-records", "A record may belong to a record, and its type says what happens then.", "SPEC R4"),
        Requirement("R4.type-changes-meet-records", "A change of a type that breaks records is refused with examples.", "issue 5"),
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
