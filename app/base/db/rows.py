"""The two kinds of rows that there are: those of one tenant, and those above tenants."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class TenantRow(SQLModel):
    """A row that belongs to one tenant. Subclasses put `tenant_id` first in every index and unique key."""

    tenant_id: UUID = Field(nullable=False)


class GlobalRow(SQLModel):
    """A row above tenants (accounts, sessions, the tenants themselves), read through `Work.platform` alone."""
