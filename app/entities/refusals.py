"""What scripts decided against a change, as an error: for callers that know no outcomes, only answers and errors."""

from app.base.errors import AlloyError, Invalid, LimitExceeded
from app.hooks.types import Failed, Rejected


class RejectedByScript(Invalid):
    """A script decided against the change."""

    code = "rejected"


class FailedByScript(Invalid):
    """A script failed, and the change isn't made without it."""

    code = "script-failed"


def refusal(outcome: Rejected | Failed) -> AlloyError:
    """The error that a refused change is."""
    if isinstance(outcome, Rejected):
        return RejectedByScript(
            outcome.reason or f"The script {outcome.script} rejected this change.",
            f"The script {outcome.script} decided so; its run is in the history.",
            details={"script": outcome.script, "run_id": str(outcome.run_id)},
        )
    if outcome.is_busy:
        return LimitExceeded(
            outcome.error, "Nothing was saved; send it again in a moment.", details={"script": outcome.script, "retry_after_seconds": 1}
        )
    return FailedByScript(
        outcome.error,
        "Nothing was saved. Correct the script, pause it, or let it fail open.",
        details={"script": outcome.script, "run_id": str(outcome.run_id) if outcome.run_id else None},
    )
