"""Health probes and metrics, outside `/api/v1` where orchestrators and Prometheus look for them."""

import hmac
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.access import Access, needs, public, require
from app.base.health import HealthReport, Status
from app.rest.face import RestFace, answer

router = APIRouter(tags=["probes"])


@router.get("/health/live", response_model=dict[str, Any])
@public("tells only that the process answers")
async def live() -> Response:
    """Whether the process answers at all."""
    return answer({"status": Status.OK})


@router.get("/health/ready", response_model=HealthReport, responses={503: {"model": HealthReport}})
@public("tells the state of parts, nothing of tenants; orchestrators have no credentials")
async def ready(request: Request) -> Response:
    """Whether requests can be served: 503 when something essential is down; degraded still serves."""
    report = await _access(request).ground.health.report()
    return answer(report, 503 if report.status is Status.DOWN else 200)


@router.get("/health/modules", response_model=HealthReport)
@public("tells the state of parts, nothing of tenants; orchestrators have no credentials")
async def modules(request: Request) -> Response:
    """The health of every module, check by check, with latency and reasons."""
    return answer(await _access(request).ground.health.report())


@router.get("/metrics", responses={200: {"content": {"text/plain": {}}}})
@needs("base.metrics.read")
async def metrics(face: RestFace) -> Response:
    """Prometheus metrics, for holders of the metrics token or the permission."""
    expected = face.access.ground.settings.metrics_token.get_secret_value()
    given = face.credentials.bearer or ""
    if not (expected and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())):
        await face.access.read(face.credentials, lambda _work, actor: require(actor, "base.metrics.read"))
    return Response(face.access.ground.metrics.exposition(), media_type="text/plain; version=0.0.4")


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access
