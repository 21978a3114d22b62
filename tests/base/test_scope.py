"""Tenant isolation by construction: what gets past neither the scope, nor its back-ups, nor PostgreSQL."""

from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.access.models import MemberRecord, RoleRecord, TenantRecord
from app.base.db import UnscopedStatement, Work
from app.base.errors import Conflict
from app.testing import World
from tests.requirements import requirement


def _role(work: Work, tenant_id: UUID, name: str) -> RoleRecord:
    return RoleRecord(
        id=work.ids.new(),
        tenant_id=tenant_id,
        name=name,
        description="",
        inherits="viewer",
        extra_permissions=[],
        version=1,
        created_at=work.clock.now(),
    )


def _members(work: Work, tenant_id: UUID) -> set[UUID]:
    scope = work.scope(tenant_id)
    return {row.tenant_id for row in scope.all(scope.select(MemberRecord))}


@requirement("A12.statements-need-a-scope")
def test_a_statement_without_a_scope_never_runs(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.read_now(lambda work: work._lane.session.scalars(select(MemberRecord)).all())


def test_a_scope_finds_rows_of_its_tenant_alone(world: World) -> None:
    found = world.ground.database.read_now(lambda work: _members(work, world.rival.id))
    assert found == {world.rival.id}


def test_a_second_tenant_class_in_a_statement_is_narrowed_too(world: World) -> None:
    def look(work: Work) -> list[UUID]:
        other = aliased(MemberRecord)
        scope = work.scope(world.rival.id)
        same_version = col(other.version) == col(MemberRecord.version)
        statement = scope.columns(MemberRecord, other.tenant_id, MemberRecord.id).join(other, same_version)
        return [row[0] for row in scope.rows(statement)]

    assert set(world.ground.database.read_now(look)) == {world.rival.id}


def test_an_update_touches_rows_of_its_tenant_alone(world: World) -> None:
    def change(work: Work) -> int:
        scope = work.scope(world.rival.id)
        return scope.run(scope.update(MemberRecord).values(role="viewer"))

    assert world.ground.database.write_now(change) == 1


def test_a_row_of_another_tenant_is_refused_on_its_way_in(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.write_now(lambda work: work.scope(world.rival.id).add(_role(work, world.acme.id, "smuggled")))


def test_rows_named_by_their_id_alone_are_no_business_of_a_tenant(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.write_now(
            lambda work: work.scope(world.rival.id).update_many(RoleRecord, [{"id": world.acme.id, "name": ""}])
        )


def test_many_rows_are_written_by_their_ids_with_each_its_own_values(world: World) -> None:
    def change(work: Work) -> set[str]:
        roles = [_role(work, world.acme.id, "one"), _role(work, world.acme.id, "two")]
        scope = work.scope(world.acme.id)
        scope.add_all(roles)
        work.platform.update_many(RoleRecord, [{"id": role.id, "description": f"role {role.name}"} for role in roles])
        found = scope.rows(scope.columns(RoleRecord, col(RoleRecord.description)))
        return {row[0] for row in found} & {"role one", "role two"}

    assert world.ground.database.write_now(change) == {"role one", "role two"}


def test_a_tenant_scope_gives_no_rows_above_tenants(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.read_now(lambda work: work.scope(world.acme.id).select(TenantRecord))


def test_one_unit_of_work_may_serve_two_tenants_in_turn(world: World) -> None:
    def both(work: Work) -> tuple[set[UUID], set[UUID]]:
        return _members(work, world.acme.id), _members(work, world.rival.id)

    assert world.ground.database.read_now(both) == ({world.acme.id}, {world.rival.id})


def test_a_taken_key_is_a_conflict(world: World) -> None:
    def twice(work: Work) -> None:
        work.scope(world.acme.id).add(_role(work, world.acme.id, "same"))
        work.scope(world.acme.id).add(_role(work, world.acme.id, "same"))

    with pytest.raises(Conflict):
        world.ground.database.write_now(twice)


@requirement("A12.database-refuses-foreign-rows")
def test_postgresql_itself_hides_and_refuses_rows_of_other_tenants(world: World) -> None:
    if world.ground.database.engines.is_sqlite:
        # SQLite has no such wall; what stands there are the session's back-ups, shown above.
        assert not world.ground.database.engines.is_memory
        return

    def raw(connection: Connection, tenant: str, statement: str) -> int:
        connection.execute(text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": tenant})
        result = connection.execute(text(statement))
        return int(result.scalar() or 0) if result.returns_rows else result.rowcount

    def with_name(tenant: str, statement: str) -> int:
        return world.ground.database.write_now(lambda work: work.inspect(lambda connection: raw(connection, tenant, statement)))

    count = "SELECT count(*) FROM access_member"
    assert with_name("", count) == 0
    assert with_name(str(world.rival.id), count) == 1
    assert with_name("*", count) == 7
    foreign = f"DELETE FROM access_member WHERE tenant_id = '{world.acme.id}'"  # noqa: S608  # an id of our own making
    assert with_name(str(world.rival.id), foreign) == 0
    stolen = f"UPDATE access_member SET tenant_id = '{world.acme.id}'"  # noqa: S608  # as above
    with pytest.raises(ProgrammingError, match="row-level security"):
        with_name(str(world.rival.id), stolen)


@requirement("A12.database-refuses-foreign-rows")
def test_postgresql_guards_every_table_that_names_a_tenant(world: World) -> None:
    if world.ground.database.engines.is_sqlite:
        # No such wall here, as above.
        assert not world.ground.database.engines.is_memory
        return
    unguarded = """
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relkind = 'r'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))
    """

    def look(connection: Connection) -> list[str]:
        return [str(row[0]) for row in connection.execute(text(unguarded))]

    assert world.ground.database.read_now(lambda work: work.inspect(look)) == []


def test_the_platform_has_no_tenant_to_name(world: World) -> None:
    with pytest.raises(UnscopedStatement):
        world.ground.database.read_now(lambda work: work.platform.only_tenant_id)
