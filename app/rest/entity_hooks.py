"""Scripts around the changes of host applications, which keep their entities themselves (`app.embed` calls these)."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, assert_never

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app.access import needs
from app.entities import Entities
from app.hooks import Accepted, Change, Decision, Failed, Rejected
from app.rest.entity_types import PathType
from app.rest.face import RestFace, answer
from app.rest.fields import Body, IdempotencyKey
from app.rest.routes import PREFIX
from app.scripts.types import EntityEvent

router = APIRouter(prefix=f"{PREFIX}/entity-types/{{type_name}}/hooks", tags=["hooks"])

Fields = Annotated[dict[str, Any], Field(examples=[{"title": "A title"}])]


class HostedChange(Body):
    """A change of an entity of the host's own; of one to be deleted, `after` are the fields it has."""

    event: EntityEvent
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
    before: Fields | None = None
    after: Fields

    def change(self, entity_type: str) -> Change:
        """As the domain takes it."""
        return Change(entity_type, self.event, self.id, self.before, self.after)


@dataclass(frozen=True, slots=True)
class HostedDecision:
    """Whether the change may be made. `changes` are the fields that scripts set, null for those they took away."""

    decision: Literal["accepted", "rejected", "failed"]
    changes: dict[str, Any]
    warnings: tuple[str, ...] = ()
    reason: str | None = None
    error: str | None = None
    script: str | None = None
    run_id: str | None = None
    is_busy: bool = False


@router.post("/before", response_model=HostedDecision)
@needs("entities.hook.run")
async def run_before_hooks(face: RestFace, type_name: PathType, body: HostedChange) -> Response:
    """What the scripts that run before a change decide about it."""
    actor = await face.access.actor(face.credentials)
    decision = await _entities(face).before_hosted(actor, body.change(type_name))
    if isinstance(decision, Accepted) and decision.recorded is not None:
        await decision.recorded
    return answer(_told(decision))


@router.post("/after", status_code=202, response_model=dict[str, Any])
@needs("entities.hook.run")
async def run_after_hooks(face: RestFace, type_name: PathType, body: HostedChange, key: IdempotencyKey = None) -> Response:
    """Let the scripts that run after a change know that it was made; once for each idempotency key."""
    actor = await face.access.actor(face.credentials)
    await _entities(face).after_hosted(actor, body.change(type_name), key)
    return answer({}, 202)


def _entities(face: RestFace) -> Entities:
    found: Entities = face.request.app.state.services.entities
    return found


def _told(decision: Decision) -> HostedDecision:
    match decision:
        case Accepted():
            return HostedDecision("accepted", decision.changes, decision.warnings)
        case Rejected():
            return HostedDecision("rejected", {}, reason=decision.reason, script=decision.script, run_id=str(decision.run_id))
        case Failed():
            run_id = str(decision.run_id) if decision.run_id else None
            return HostedDecision("failed", {}, error=decision.error, script=decision.script, run_id=run_id, is_busy=decision.is_busy)
    assert_never(decision)
