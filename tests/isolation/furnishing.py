"""What both tenants have before anything happens: the same things under the same names, in every state that some operation needs."""

from datetime import timedelta
from typing import Any, Final

from tests.isolation.recipes import new_script
from tests.isolation.sides import Call, Side, Sides

_STEPS: Final = {
    "running": (),
    "paused": ("pause",),
    "in-service": (),
    "old": (),
    "archived": ("archive",),
}
_ATTEMPTS: Final = 11


async def furnish(sides: Sides) -> None:
    """Give both sides everything. Messages that can't be delivered are dead afterwards; one queued run waits for good."""
    for side in (sides.acme, sides.rival):
        await _define(sides, side)
        await _write(sides, side)
        await _fail(sides, side)
    for _ in range(_ATTEMPTS):
        await sides.settle()
        sides.world.clock.advance(timedelta(minutes=20))
    for side in (sides.acme, sides.rival):
        await _leave_waiting(sides, side)
        answer = await sides.send(side, Call("GET", "/api/v1/scripts/export", {"text": "manual"}, None, None))
        side.bundle = answer.content
        await ask(sides, side, "POST", "/reruns", {"name": f"{side.mark} again", "filter": {"text": "manual"}})
    await sides.settle()


async def ask(sides: Sides, side: Side, method: str, path: str, body: Any = None) -> Any:
    """What the application answers to a call that has to work."""
    answer = await sides.send(side, Call(method, f"/api/v1{path}", {}, body, None))
    assert answer.status_code < 300, f"{method} {path}: {answer.text}"
    return answer.json() if answer.content else None


async def _define(sides: Sides, side: Side) -> None:
    text, mark = {"kind": "text", "name": "title"}, side.mark
    buyer = {"kind": "reference", "name": "buyer", "references": "customer"}
    for body in (
        {"name": "customer", "label": mark, "fields": [text]},
        {"name": "order", "label": mark, "fields": [text, buyer]},
        {"name": "note", "label": mark, "fields": [text], "attached_to": "order"},
        {"name": "unused", "label": mark, "fields": [text]},
    ):
        await ask(sides, side, "POST", "/entity-types", body)
    customer = await ask(sides, side, "POST", "/entities/customer", {"data": {"title": f"{mark} saved"}})
    order = await ask(sides, side, "POST", "/entities/order", {"data": {"title": f"{mark} saved", "buyer": customer["id"]}})
    await ask(sides, side, "POST", "/entities/note", {"data": {"title": f"{mark} saved"}, "parent_id": order["id"]})
    await ask(sides, side, "PUT", "/secrets/token", {"value": f"{mark} value"})
    await ask(sides, side, "POST", "/egress-hosts", {"host": f"{mark}.example"})


async def _write(sides: Sides, side: Side) -> None:
    manual = await ask(sides, side, "POST", "/scripts", new_script(side.mark, "manual"))
    for name in ("changing", "unwanted"):
        await ask(sides, side, "POST", "/scripts", new_script(side.mark, name))
    await ask(sides, side, "POST", "/scripts", new_script(side.mark, "draft", activate=False))
    for name, steps in _STEPS.items():
        made = await ask(sides, side, "POST", "/scripts", new_script(side.mark, name))
        for step in steps:
            await ask(sides, side, "POST", f"/scripts/{made['id']}/{step}", {"revision": made["revision"]})
    for name in ("deleted", "forgotten"):
        made = await ask(sides, side, "POST", "/scripts", new_script(side.mark, name))
        await ask(sides, side, "DELETE", f"/scripts/{made['id']}")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        trigger = {"kind": "api", "path": "greet", "method": method}
        await ask(
            sides, side, "POST", "/scripts", new_script(side.mark, f"greet-{method.lower()}", trigger=trigger, source=f'"{side.mark}"')
        )
    for name in ("hourly", "going", "paused", "unwanted"):
        schedule = {"script_id": manual["id"], "name": name, "expression": "0 * * * *"}
        made = await ask(sides, side, "POST", "/schedules", schedule)
        if name == "paused":
            await ask(sides, side, "POST", f"/schedules/{made['id']}/pause", {"version": made["version"]})
    await ask(sides, side, "POST", "/scripts/name/manual/run", {"params": {"of": side.mark}})


async def _fail(sides: Sides, side: Side) -> None:
    """A script whose runs fail until they are given up on."""
    trigger = {"kind": "event", "entity_type": "customer", "events": ["create"], "phase": "on_commit"}
    await ask(sides, side, "POST", "/scripts", new_script(side.mark, "failing", trigger=trigger, source=f'throw "{side.mark}"'))
    # Two: one to be tried again, one to be dropped.
    for _ in range(2):
        await ask(sides, side, "POST", "/entities/customer", {"data": {"title": f"{side.mark} lost"}})


async def _leave_waiting(sides: Sides, side: Side) -> None:
    """A queued run of a script that stopped being active before the run began."""
    sleeper = await ask(sides, side, "POST", "/scripts", new_script(side.mark, "sleeper"))
    schedule = await ask(sides, side, "POST", "/schedules", {"script_id": sleeper["id"], "name": "sleeper", "expression": "0 9 * * *"})
    await ask(sides, side, "POST", f"/schedules/{schedule['id']}/run")
    await ask(sides, side, "POST", f"/scripts/{sleeper['id']}/archive", {"revision": sleeper["revision"]})
    await sides.settle()
