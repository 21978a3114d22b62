"""Tenant isolation by construction: a `Scope` is the only source of statements about rows that belong to a tenant.

`scope.select(Model)` carries the tenant; three back-ups hold if somebody goes around it:
a session hook refuses any ORM statement without a scope and adds the tenant to every mapped tenant class in it;
a flush check refuses rows of another tenant; on PostgreSQL row-level security refuses both once more, below us.
What these can't see (`text()`, `__table__`, `select_from(subquery)`) is found by `app.base.lint`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeGuard, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    Column,
    CursorResult,
    Insert,
    Select,
    Uuid,
    bindparam,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.dml import Delete, Update
from sqlmodel import SQLModel, col

from app.base.db.lane import Lane
from app.base.db.prepared import ABOVE, PREPARED, ROWS, TENANT_KEY, WHOLE, run_changes, run_each, run_prepared
from app.base.db.rows import TenantRow
from app.base.errors import Conflict, InternalError

_OPTION: Final = "alloy_tenant"
_EVERY_TENANT: Final = "*"
_CACHED_TENANTS: Final = 4096


class UnscopedStatement(InternalError):
    """A statement about tenant rows that came from no scope: a bug, stopped before it reads or writes."""


AnyModel = TypeVar("AnyModel", bound=SQLModel)
Value = TypeVar("Value")


_KEY: Final = "key_of_row"


@lru_cache(maxsize=256)
def _insert_new_into(model: type[TenantRow]) -> Insert:
    return sqlite.insert(model).on_conflict_do_nothing()


@lru_cache(maxsize=256)
def _update_of(model: type[TenantRow], names: tuple[str, ...]) -> Update:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(model).where(_id_of(model) == bindparam(_KEY, type_=Uuid())).values(new)


def _id_of(model: type[TenantRow]) -> "Column[UUID]":
    """The column `id` of a model that has one."""
    column: Column[UUID] = inspect(model).columns["id"]
    return column


@lru_cache(maxsize=256)
def _insert_into(model: type[TenantRow]) -> Insert:
    return insert(model)


class Scope:
    """Statements about the rows of one tenant, or of every tenant for the few platform verbs (sign-in, set-up)."""

    __slots__ = ("_lane", "_tenant", "tenant_id")

    def __init__(self, lane: Lane, tenant_id: UUID | None) -> None:
        self._lane = lane
        self.tenant_id = tenant_id
        self._tenant = tenant_id if tenant_id is not None else _EVERY_TENANT

    @property
    def only_tenant_id(self) -> UUID:
        """The tenant, for statements that name it themselves.

        Raises:
            UnscopedStatement: the scope is the platform's.
        """
        if self.tenant_id is None:
            raise UnscopedStatement("a statement about one tenant's rows needs that tenant's scope")
        return self.tenant_id

    @property
    def _session(self) -> Session:
        return self._lane.session

    @property
    def _options(self) -> dict[str, object]:
        return {_OPTION: self._tenant}

    def select(self, model: type[AnyModel]) -> "Select[AnyModel]":
        """A statement that finds rows of `model`, of this tenant only."""
        return self._bound(select(model), model)

    def columns(self, model: type[SQLModel], *columns: Any) -> "Select[Any]":
        """A statement that finds some columns of `model`, of this tenant only; cheaper than whole rows."""
        return self._bound(select(*columns), model)

    def update(self, model: type[SQLModel]) -> Update:
        """A statement that changes rows of this tenant; use its row count to compare and set."""
        statement = update(model).execution_options(**self._options, synchronize_session=False)
        return statement.where(col(model.tenant_id) == self.tenant_id) if self._narrows(model) else statement

    def delete(self, model: type[SQLModel]) -> Delete:
        """A statement that removes rows of this tenant."""
        statement = delete(model).execution_options(**self._options, synchronize_session=False)
        return statement.where(col(model.tenant_id) == self.tenant_id) if self._narrows(model) else statement

    def prepared(self, statement: "Select[Any]", **values: object) -> Sequence[Any]:
        """The rows of a statement made with `prepared`, for this tenant, or with `prepared_above`, in the platform scope."""
        kind = statement.get_execution_options().get(PREPARED)
        if (kind == ABOVE) != (self.tenant_id is None):
            raise UnscopedStatement("a prepared statement runs in the kind of scope it was prepared for")
        bound = values if self.tenant_id is None else {**values, TENANT_KEY: self.tenant_id}
        if kind == WHOLE:
            return self._session.execute(statement, bound, execution_options=self._options).all()
        return run_prepared(self._guarded().connection, statement, bound)

    def change(self, statement: Update, **values: object) -> int:
        """Carry out an update made with `prepared_update`, for this tenant; the number of rows it touched."""
        if not statement.get_execution_options().get(PREPARED):
            raise UnscopedStatement("an update is made with `prepared_update` to be carried out so")
        return run_changes(self._guarded(), statement, [{**values, TENANT_KEY: self.only_tenant_id}])

    def all(self, statement: "Select[Value]") -> Sequence[Value]:
        """Every result of a statement of one column or entity."""
        return self._session.scalars(statement, execution_options=self._options).all()

    def first(self, statement: "Select[Value]") -> Value | None:
        """The first result, if any."""
        return self._session.scalars(statement.limit(1), execution_options=self._options).first()

    def rows(self, statement: "Select[Any]") -> Sequence[Any]:
        """Every row of a statement of several columns."""
        return self._session.execute(statement, execution_options=self._options).all()

    def count(self, statement: "Select[Any]") -> int:
        """How many results a statement has."""
        counting = select(func.count()).select_from(statement.order_by(None).subquery())
        return int(self._session.execute(counting, execution_options=self._options).scalar_one())

    def run(self, statement: Update | Delete) -> int:
        """Carry out an update or delete; the number of rows it touched."""
        result = cast("CursorResult[Any]", self._session.execute(statement, execution_options=self._options))
        return int(result.rowcount)

    def add(self, row: SQLModel) -> None:
        """Insert a row at once.

        Raises:
            Conflict: a unique key or reference forbids it.
        """
        self.add_all([row])

    def add_all(self, rows: Iterable[SQLModel]) -> None:
        """Insert rows at once, in the order their references need.

        Raises:
            Conflict: a unique key or reference forbids one of them.
        """
        self._session.add_all(rows)
        self.flush()

    def insert_many(self, model: type[TenantRow], rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows of this tenant given as plain values, in one statement: several times cheaper than objects.

        Raises:
            Conflict: a unique key or reference forbids one of them.
        """
        self._check_owner(model, rows)
        if not rows:
            return
        lane = self._guarded()
        try:
            run_changes(lane, _insert_into(model), rows)
        except lane.dialect.loaded_dbapi.IntegrityError as error:
            raise Conflict("Something with the same key exists already, or what this refers to does not.", "Reload and compare.") from error

    def insert_new(self, model: type[TenantRow], rows: Sequence[Mapping[str, object]]) -> frozenset[UUID]:
        """Insert the rows that no unique key forbids, given as plain values with their `id`; the ids of those that went in.

        Several processes may try the same row: one of them is told that it went in, the others that it didn't.
        """
        self._check_owner(model, rows)
        if not rows:
            return frozenset()
        lane = self._guarded()
        if lane.dialect.name == "sqlite":
            touched = run_each(lane, _insert_new_into(model), rows)
            return frozenset(cast(UUID, row["id"]) for row, count in zip(rows, touched, strict=True) if count)
        statement: Any = postgresql.insert(model).on_conflict_do_nothing().returning(_id_of(model))
        found = self._session.execute(statement, rows, execution_options={**self._options, PREPARED: ROWS})
        return frozenset(row[0] for row in found)

    def update_many(self, model: type[TenantRow], rows: Sequence[Mapping[str, object]]) -> None:
        """Write the given columns of rows named by their `id`, of any tenant, at once: for the platform's queues.

        The caller has locked them, or nobody else writes them.
        """
        if self.tenant_id is not None:
            raise UnscopedStatement("rows named by their id alone are written in the platform scope")
        if rows:
            names = tuple(name for name in rows[0] if name != "id")
            values = [{_KEY: row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
            run_changes(self._guarded(), _update_of(model, names), values)

    def _guarded(self) -> Lane:
        """The lane past its session: for statements that carry their tenant already, at a fraction of the cost."""
        if self._lane.has_row_security:
            _bind_row_level_security(self._session, self._tenant)
        return self._lane

    def _check_owner(self, model: type[TenantRow], rows: Sequence[Mapping[str, object]]) -> None:
        if (tenant_id := self.tenant_id) is None:
            return
        for row in rows:
            owner = row["tenant_id"]
            if owner is not tenant_id and owner != tenant_id:
                raise UnscopedStatement(f"rows of {model.__name__} were given to the scope of another tenant")

    def flush(self) -> None:
        """Write changed rows now, so that what forbids them is known here.

        Raises:
            Conflict: a unique key or reference forbids one of them.
        """
        self._session.info[_OPTION] = self._options[_OPTION]
        try:
            with self._session.no_autoflush:
                self._session.flush()
        except IntegrityError as error:
            raise Conflict("Something with the same key exists already, or what this refers to does not.", "Reload and compare.") from error

    def _bound(self, statement: "Select[Any]", model: type[SQLModel]) -> "Select[Any]":
        bound = statement.execution_options(**self._options)
        return bound.where(col(model.tenant_id) == self.tenant_id) if self._narrows(model) else bound

    def _narrows(self, model: type[SQLModel]) -> TypeGuard[type[TenantRow]]:
        """Whether statements about a model have to name the tenant."""
        if issubclass(model, TenantRow):
            return self.tenant_id is not None
        if self.tenant_id is not None:
            raise UnscopedStatement(f"{model.__name__} is above tenants: use the platform scope")
        return False


def tenant_models(base: type[SQLModel] = TenantRow) -> list[type[SQLModel]]:
    """Every mapped class whose rows belong to a tenant."""
    found: list[type[SQLModel]] = []
    for model in base.__subclasses__():
        found += [model] if hasattr(model, "__table__") else []
        found += tenant_models(model)
    return found


class _Criteria:
    """The loader criteria of a tenant, made once: building them costs more than a small query."""

    def __init__(self) -> None:
        self._by_tenant: dict[UUID, list[ExecutableOption]] = {}

    def of(self, tenant_id: UUID) -> list[ExecutableOption]:
        known = self._by_tenant.get(tenant_id)
        if known is None:
            if len(self._by_tenant) >= _CACHED_TENANTS:
                self._by_tenant.clear()
            # A function, not an expression: only then are aliases of the class narrowed by their own column.
            known = [with_loader_criteria(model, lambda cls: cls.tenant_id == tenant_id, include_aliases=True) for model in tenant_models()]
            self._by_tenant[tenant_id] = known
        return known


_criteria = _Criteria()


class GuardedSession(Session):
    """A session with the back-ups on it, the only kind that is ever opened."""


def _check_statement(state: ORMExecuteState) -> None:
    tenant = state.execution_options.get(_OPTION)
    if tenant is None:
        raise UnscopedStatement("a statement reached the session without a tenant scope")
    _bind_row_level_security(state.session, tenant)
    if tenant != _EVERY_TENANT:
        state.statement = state.statement.options(*_criteria.of(tenant))


def _check_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    tenant = session.info.get(_OPTION)
    if tenant is None:
        raise UnscopedStatement("rows reached the session without a tenant scope")
    for row in (*session.new, *session.dirty, *session.deleted):
        owner = row.tenant_id if isinstance(row, TenantRow) else None
        if tenant != _EVERY_TENANT and owner is not None and owner != tenant:
            raise UnscopedStatement(f"a {type(row).__name__} of tenant {owner} was written in the scope of {tenant}")
    _bind_row_level_security(session, tenant)


def _bind_row_level_security(session: Session, tenant: object) -> None:
    if session.info.get("row_level_security") and session.info.get("bound_tenant") != tenant:
        session.connection().exec_driver_sql("SELECT set_config('app.tenant', %s, true)", (str(tenant),))
        session.info["bound_tenant"] = tenant


event.listen(GuardedSession, "do_orm_execute", _check_statement)
event.listen(GuardedSession, "before_flush", _check_flush)
