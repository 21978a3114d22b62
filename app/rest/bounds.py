"""What bounds a tenant's runs: secrets, hosts that scripts may call, ceilings and retention."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints
from starlette.responses import Response

from app import runs
from app.access import needs
from app.rest.face import RestFace
from app.rest.fields import WHOLE, Body, IdempotencyKey, PathId
from app.rest.routes import PREFIX
from app.runs import AllowedHost, SecretInfo, TenantLimits
from app.services import Services

router = APIRouter(prefix=PREFIX, tags=["bounds"])

_SECRET_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"  # noqa: S105  # a pattern of names
_LABEL = "[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HOST = rf"^((\*\.)?({_LABEL}\.){{1,8}}[a-z]{{2,20}}|{_OCTET}(\.{_OCTET}){{3}})(:[1-9][0-9]{{0,3}}|:[1-5][0-9]{{4}})?$"
PathSecret = Annotated[str, Path(pattern=_SECRET_NAME, max_length=64, description="The name of a secret.")]


class SecretBody(Body):
    """A secret's value. It can't be read afterwards."""

    value: Annotated[str, StringConstraints(min_length=4, max_length=8_192), Field(examples=["a long random value"])]


class HostBody(Body):
    """A host that scripts may call: `api.example.com`, `*.example.com` or `api.example.com:8443`."""

    host: Annotated[str, StringConstraints(min_length=4, max_length=200, pattern=_HOST), Field(examples=["api.example.com"])]


class LimitsBody(Body):
    """Ceilings over every profile (null: none), and how long the history is kept."""

    wall_ms: Annotated[int, Field(ge=1, le=600_000), WHOLE] | None = None
    operations: Annotated[int, Field(ge=1, le=1_000_000_000), WHOLE] | None = None
    memory_bytes: Annotated[int, Field(ge=16_777_216, le=1_073_741_824), WHOLE] | None = None
    keep_days: Annotated[int, Field(ge=1, le=3_650), WHOLE] = 90
    keep_runs: Annotated[int, Field(ge=1, le=1_000_000_000), WHOLE] = 1_000_000


@router.get("/secrets", response_model=tuple[SecretInfo, ...])
@needs("runs.secret.list")
async def list_secrets(face: RestFace) -> Response:
    """The names of the tenant's secrets, never their values."""
    return await face.glance(runs.list_secrets)


@router.put("/secrets/{secret_name}", response_model=SecretInfo)
@needs("runs.secret.update")
async def set_secret(face: RestFace, secret_name: PathSecret, body: SecretBody) -> Response:
    """Keep a secret's value; an older one under the name is forgotten."""
    services: Services = face.request.app.state.services
    sealer = services.runner.sealer
    return await face.write(lambda work, actor: runs.set_secret(work, actor, sealer, secret_name, body.value))


@router.delete("/secrets/{secret_name}", status_code=204)
@needs("runs.secret.delete")
async def delete_secret(face: RestFace, secret_name: PathSecret) -> Response:
    """Delete a secret."""
    return await face.delete(lambda work, actor: runs.delete_secret(work, actor, secret_name))


@router.get("/egress-hosts", response_model=tuple[AllowedHost, ...])
@needs("runs.host.list")
async def list_hosts(face: RestFace) -> Response:
    """The hosts that scripts may call."""
    return await face.glance(runs.list_hosts)


@router.post("/egress-hosts", status_code=201, response_model=AllowedHost)
@needs("runs.host.create")
async def allow_host(face: RestFace, body: HostBody, key: IdempotencyKey = None) -> Response:
    """Let scripts call a host."""
    return await face.create(key, body, lambda work, actor: runs.allow_host(work, actor, body.host, face.services.runner.egress))


@router.delete("/egress-hosts/{host_id}", status_code=204)
@needs("runs.host.delete")
async def remove_host(face: RestFace, host_id: PathId) -> Response:
    """No longer let scripts call a host."""
    return await face.delete(lambda work, actor: runs.remove_host(work, actor, host_id))


@router.get("/limits", response_model=TenantLimits)
@needs("runs.limits.read")
async def get_limits(face: RestFace) -> Response:
    """The tenant's ceilings and retention."""
    return await face.glance(runs.get_limits)


@router.put("/limits", response_model=TenantLimits)
@needs("runs.limits.update")
async def set_limits(face: RestFace, body: LimitsBody) -> Response:
    """Set the tenant's ceilings and retention; holds for the next run."""
    limits = TenantLimits(body.wall_ms, body.operations, body.memory_bytes, body.keep_days, body.keep_runs)
    return await face.write(lambda work, actor: runs.set_limits(work, actor, limits))
