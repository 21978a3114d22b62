"""What bounds a tenant's runs: ceilings and retention, secrets, hosts that may be called."""

from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Work
from app.base.egress import Egress, EgressRefused, parse_rule
from app.base.errors import Conflict, Invalid, not_found
from app.runs import policy, queries
from app.runs.doors import owner_of
from app.runs.execute import REVISION
from app.runs.models import HostRecord, LimitsRecord, SecretRecord
from app.runs.sealing import Sealer
from app.runs.types import AllowedHost, SecretInfo, TenantLimits

MOST_HOSTS = 200
MOST_SECRETS = 200


def get_limits(work: Work, actor: Actor) -> TenantLimits:
    """The tenant's ceilings and retention."""
    require(actor, "runs.limits.read")
    return queries.tenant_limits(work.scope(actor.tenant_id))


def set_limits(work: Work, actor: Actor, limits: TenantLimits) -> TenantLimits:
    """Set the tenant's ceilings and retention; holds for the next run."""
    require(actor, "runs.limits.update")
    scope = work.scope(actor.tenant_id)
    before, row = queries.tenant_limits(scope), queries.limits_row(scope)
    if row is None:
        row = LimitsRecord(tenant_id=actor.tenant_id, wall_ms=None, operations=None, memory_bytes=None, keep_days=0, keep_runs=0)
    row.wall_ms, row.operations, row.memory_bytes = limits.wall_ms, limits.operations, limits.memory_bytes
    row.keep_days, row.keep_runs = limits.keep_days, limits.keep_runs
    scope.add(row)
    work.bump(REVISION)
    record(work, actor, "runs.limits.update", "limits", actor.tenant_id, before=before, after=limits)
    return limits


def list_secrets(work: Work, actor: Actor) -> tuple[SecretInfo, ...]:
    """The names of the tenant's secrets, never their values."""
    require(actor, "runs.secret.list")
    return tuple(_secret(row) for row in queries.secrets(work.scope(actor.tenant_id)))


def set_secret(work: Work, actor: Actor, sealer: Sealer, name: str, value: str) -> SecretInfo:
    """Keep a secret, sealed; a name that exists gets the new value.

    Raises:
        Invalid: the name or the value can't be kept.
        Conflict: there are too many, or no key to seal with.
    """
    require(actor, "runs.secret.update")
    policy.check_secret(name, value)
    scope, now = work.scope(actor.tenant_id), work.clock.now()
    row = queries.secret_by_name(scope, name)
    sealed = sealer.seal(value, owner_of(actor.tenant_id, name))
    if row is None:
        if len(queries.secrets(scope)) >= MOST_SECRETS:
            raise Conflict(f"The tenant has {MOST_SECRETS} secrets already.", "Delete one that is no longer used.")
        row = SecretRecord(
            id=work.ids.new(), tenant_id=actor.tenant_id, name=name, sealed=sealed, version=1, created_at=now, updated_at=now
        )
        scope.add(row)
    else:
        row.sealed, row.version, row.updated_at = sealed, row.version + 1, now
        scope.flush()
    record(work, actor, "runs.secret.update", "secret", name, after={"name": name, "version": row.version})
    return _secret(row)


def delete_secret(work: Work, actor: Actor, name: str) -> None:
    """Delete a secret; scripts that ask for it get an error.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "runs.secret.delete")
    if not queries.delete_secret(work.scope(actor.tenant_id), name):
        raise not_found("secret", name)
    record(work, actor, "runs.secret.delete", "secret", name, before={"name": name})


def list_hosts(work: Work, actor: Actor) -> tuple[AllowedHost, ...]:
    """The hosts that the tenant's scripts may call."""
    require(actor, "runs.host.list")
    return tuple(AllowedHost(row.id, row.host, row.created_at) for row in queries.hosts(work.scope(actor.tenant_id)))


def allow_host(work: Work, actor: Actor, host: str, egress: Egress | None = None) -> AllowedHost:
    """Let scripts call `api.example.com`, `*.example.com` or `api.example.com:8443`.

    Raises:
        Invalid: it is none of these, or an address that the way out given would never connect to.
        Conflict: it is on the list, or the list is full.
    """
    require(actor, "runs.host.create")
    try:
        parsed = parse_rule(host)
        if egress is not None:
            egress.check_rule(parsed)
    except EgressRefused as refused:
        raise Invalid(refused.message, refused.hint, field="host") from None
    scope, rule = work.scope(actor.tenant_id), str(parsed)
    known = queries.hosts(scope)
    if any(row.host == rule for row in known):
        raise Conflict(f"{rule} is on the list already.", "Nothing is left to do.", field="host")
    if len(known) >= MOST_HOSTS:
        raise Conflict(f"The list has {MOST_HOSTS} hosts already.", "Remove one that is no longer called.")
    row = HostRecord(id=work.ids.new(), tenant_id=actor.tenant_id, host=rule, created_at=work.clock.now())
    scope.add(row)
    made = AllowedHost(row.id, row.host, row.created_at)
    record(work, actor, "runs.host.create", "host", row.id, after=made)
    return made


def remove_host(work: Work, actor: Actor, host_id: UUID) -> None:
    """No longer let scripts call a host.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "runs.host.delete")
    scope = work.scope(actor.tenant_id)
    row = queries.host_by_id(scope, host_id)
    if row is None:
        raise not_found("host", host_id)
    queries.delete_host(scope, host_id)
    record(work, actor, "runs.host.delete", "host", host_id, before=AllowedHost(row.id, row.host, row.created_at))


def _secret(row: SecretRecord) -> SecretInfo:
    return SecretInfo(row.id, row.name, row.version, row.created_at, row.updated_at)
