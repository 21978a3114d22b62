"""Prepared statements find what SQLAlchemy would, on each kind of database, and need a tenant."""

from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam
from sqlmodel import col, select

from app.access.models import MemberRecord, RoleRecord
from app.base.db import UnscopedStatement, Work, prepared
from app.base.db.prepared import run_prepared
from app.testing import World

COLUMNS = (MemberRecord.id, MemberRecord.user_id, MemberRecord.role, MemberRecord.version, MemberRecord.created_at)
AFTER = (
    prepared(MemberRecord, *COLUMNS)
    .where(col(MemberRecord.id) > bindparam("after", type_=Uuid()))
    .order_by(col(MemberRecord.id))
    .limit(bindparam("limit"))
)
ROLES = prepared(RoleRecord, RoleRecord.name, RoleRecord.extra_permissions).order_by(col(RoleRecord.name))
FIRST = UUID(int=0)


def _through_the_scope(work: Work, tenant_id: UUID) -> list[tuple[object, ...]]:
    scope = work.scope(tenant_id)
    return [tuple(row) for row in scope.rows(scope.columns(MemberRecord, *COLUMNS).order_by(col(MemberRecord.id)))]


def test_values_come_back_as_sqlalchemy_gives_them(world: World) -> None:
    def both(work: Work) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        found = work.scope(world.acme.id).prepared(AFTER, after=FIRST, limit=100)
        return [tuple(row) for row in found], _through_the_scope(work, world.acme.id)

    prepared_rows, rows = world.ground.database.read_now(both)
    assert prepared_rows == rows
    assert len(rows) == 6


def test_a_json_column_comes_back_as_a_list(world: World) -> None:
    def make(work: Work) -> None:
        role = RoleRecord(
            id=work.ids.new(),
            tenant_id=world.acme.id,
            name="own",
            description="",
            inherits="viewer",
            extra_permissions=["access.audit.list"],
            created_at=work.clock.now(),
        )
        work.scope(world.acme.id).add(role)

    world.ground.database.write_now(make)
    found = world.ground.database.read_now(lambda work: work.scope(world.acme.id).prepared(ROLES))
    assert [(row.name, row.extra_permissions) for row in found] == [("own", ["access.audit.list"])]


def test_it_finds_rows_of_its_tenant_alone_and_as_many_as_asked_for(world: World) -> None:
    def look(work: Work) -> tuple[int, int]:
        return (
            len(work.scope(world.rival.id).prepared(AFTER, after=FIRST, limit=100)),
            len(work.scope(world.acme.id).prepared(AFTER, after=FIRST, limit=2)),
        )

    assert world.ground.database.read_now(look) == (1, 2)


def test_it_does_not_run_above_tenants(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.read_now(lambda work: work.platform.prepared(ROLES))


def test_a_statement_whose_text_depends_on_its_values_is_refused(world: World) -> None:
    several = select(MemberRecord.id).where(col(MemberRecord.role).in_(bindparam("roles", expanding=True)))
    with pytest.raises(TypeError, match="depends on its values"):
        world.ground.database.read_now(
            lambda work: work.inspect(lambda connection: run_prepared(connection, several, {"roles": ["owner"]}))
        )
