"""What the tests of the pages of runs share: runs that were run, and texts that want to be markup."""

from typing import Any, Final

from app import runs
from app.runs import RunRequest, RunResult, RunTrigger, Subject
from app.scripts import by_id
from app.scripts.types import Phase, Script
from app.services import Services
from app.testing import Person, World

NASTY: Final = (
    "<img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title></pre></code><style>*{display:none}</style>",
    "' onmouseover='alert(1)",
    "‮ﷺ\u0007 tab\there",
)


async def run(world: World, services: Services, made: Script, inputs: dict[str, Any], *, person: Person | None = None) -> RunResult:
    """A run of a script's active version, by ann if nobody else."""
    actor = world.actor(person or world.ann)
    active = world.read(person or world.ann, lambda work, who: by_id(work, who.tenant_id, made.id))
    assert active is not None
    wanted = RunRequest(actor.tenant_id, Subject.of(active), Phase.MANUAL, RunTrigger.MANUAL, runs.actor_of(actor), inputs)
    return await services.runner.execute(wanted)
