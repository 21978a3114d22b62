"""The name of the number that every change of a tenant's scripts replaces; see `app.scripts.index`."""

from uuid import UUID


def revision_name(tenant_id: UUID) -> str:
    """Under which `Work.revision` and `Work.renew` know it."""
    return f"scripts:{tenant_id.hex}"
