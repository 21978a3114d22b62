"""What a host call may need of its tenant: a secret's value, and where requests may go. Read only when a script asks."""

from uuid import UUID

from app.base.db import Database, Work
from app.base.egress import HostRule, parse_rule
from app.runs import queries
from app.runs.sealing import Sealer


class Doors:
    """One tenant's secrets and hosts, for one run."""

    def __init__(self, database: Database, sealer: Sealer, tenant_id: UUID) -> None:
        self._database = database
        self._sealer = sealer
        self._tenant_id = tenant_id
        self._rules: tuple[HostRule, ...] | None = None

    async def secret(self, name: str) -> str | None:
        """A secret's value, None if there is none of that name."""
        sealed = await self._database.glance(lambda work: self._sealed(work, name))
        return None if sealed is None else self._sealer.open(sealed, owner_of(self._tenant_id, name))

    async def hosts(self) -> tuple[HostRule, ...]:
        """Where requests may go; the same for the whole run."""
        if self._rules is None:
            self._rules = await self._database.glance(self._hosts)
        return self._rules

    def _sealed(self, work: Work, name: str) -> bytes | None:
        row = queries.secret_by_name(work.scope(self._tenant_id), name)
        return row.sealed if row else None

    def _hosts(self, work: Work) -> tuple[HostRule, ...]:
        return tuple(parse_rule(row.host) for row in queries.hosts(work.scope(self._tenant_id)))


def owner_of(tenant_id: UUID, name: str) -> str:
    """What a sealed secret is bound to: it opens for this tenant and name alone."""
    return f"{tenant_id}/{name}"
