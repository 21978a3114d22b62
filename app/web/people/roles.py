"""Roles: what each may do, and the tenant's own ones to create, change and delete."""

from itertools import groupby

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Actor, BuiltinRole, Permission, Role, needs
from app.base.db import Work
from app.base.errors import Invalid
from app.web.forms import REFUSALS, Sent
from app.web.guards import PageVisit, Visit, name_of
from app.web.people.contexts import Choice, MatrixGroup, MatrixRow, RolePage, RolesPage
from app.web.people.forms import RoleForm

router = APIRouter(prefix="/roles", include_in_schema=False)


@router.get("")
@needs("access.role.list")
async def show_roles(visit: PageVisit) -> Response:
    """Every role beside every permission."""
    registry = visit.access.registry

    def find(work: Work, actor: Actor) -> tuple[tuple[Role, ...], tuple[Permission, ...]]:
        return access.list_roles(work, actor, registry), access.list_permissions(work, actor, registry)

    viewer, (roles, permissions) = await visit.look(find)
    view = RolesPage(roles, _matrix(roles, permissions), viewer.actor.may("access.role.create"))
    return visit.page(viewer, "roles/page.html", "Roles", view)


@router.get("/new")
@needs("access.role.create")
async def show_new(visit: PageVisit) -> Response:
    """The form for a role of the tenant's own."""
    return await _form(visit, None, await visit.kept("/roles/new"))


@router.post("/new")
@needs("access.role.create")
async def create(visit: PageVisit) -> Response:
    """Create a role of the tenant's own."""
    return await _save(visit, None)


@router.get("/{name}")
@needs("access.role.read")
async def show_role(visit: PageVisit, name: str) -> Response:
    """The form for an existing role."""
    wanted = name_of("role", name)
    return await _form(visit, wanted, await visit.kept(f"/roles/{wanted}"))


@router.post("/{name}")
@needs("access.role.update")
async def update(visit: PageVisit, name: str) -> Response:
    """Change a role of the tenant's own."""
    return await _save(visit, name_of("role", name))


@router.post("/{name}/delete")
@needs("access.role.delete")
async def delete(visit: PageVisit, name: str) -> Response:
    """Delete a role of the tenant's own that nobody has."""
    wanted, posted, registry = name_of("role", name), await visit.posted(), visit.access.registry
    try:
        await visit.act(lambda work, actor: access.delete_role(work, actor, registry, wanted))
    except REFUSALS as error:
        return await _form(visit, wanted, posted.refused(error), 422)
    return visit.done("/roles", "role-deleted")


async def _save(visit: Visit, name: str | None) -> Response:
    """Change a role, or create one of the form's name."""
    posted, registry = await visit.posted(), visit.access.registry
    try:
        form = posted.parse(RoleForm, many=("permissions",))
        parent, said, extra = _builtin(form.inherits), form.description, form.permissions

        def save(work: Work, actor: Actor) -> Role:
            if name is None:
                new = form.name
                return access.create_role(work, actor, registry, name=new, description=said, inherits=parent, extra_permissions=extra)
            seen = form.version
            return access.update_role(work, actor, registry, name, version=seen, description=said, inherits=parent, extra_permissions=extra)

        await visit.act(save)
    except REFUSALS as error:
        return await _form(visit, name, posted.refused(error), 422)
    return visit.done("/roles", "role-saved" if name else "role-created")


async def _form(visit: Visit, name: str | None, form: Sent, status: int = 200) -> Response:
    registry = visit.access.registry

    def find(work: Work, actor: Actor) -> tuple[Role | None, tuple[Role, ...], tuple[Permission, ...]]:
        role = access.get_role(work, actor, registry, name) if name else None
        return role, access.list_roles(work, actor, registry), access.list_permissions(work, actor, registry)

    viewer, (role, roles, permissions) = await visit.look(find)
    inherits = form.text("inherits", role.inherits or "" if role else BuiltinRole.VIEWER)
    chosen = frozenset(form.chosen.get("permissions", ())) if form.texts else frozenset(role.extra_permissions if role else ())
    held = viewer.actor.permissions
    view = RolePage(
        role,
        tuple(
            Choice(each.name, each.name, each.description, each.name == inherits)
            for each in roles
            if each.is_builtin and (held.issuperset(each.permissions) or each.name == inherits)
        ),
        tuple(Choice(each.name, each.name, each.description, each.name in chosen) for each in permissions if each.name in held | chosen),
        form,
        viewer.actor.may("access.role.update") and (role is None or not role.is_builtin),
        viewer.actor.may("access.role.delete") and role is not None and not role.is_builtin,
    )
    return visit.page(viewer, "roles/role.html", f"Role {name}" if name else "New role", view, status)


def _matrix(roles: tuple[Role, ...], permissions: tuple[Permission, ...]) -> tuple[MatrixGroup, ...]:
    held = [frozenset(role.permissions) for role in roles]

    def kind(permission: Permission) -> str:
        return permission.name.rpartition(".")[0]

    return tuple(
        MatrixGroup(
            title, tuple(MatrixRow(each.name, each.description, tuple(each.name in permitted for permitted in held)) for each in group)
        )
        for title, group in groupby(sorted(permissions, key=lambda each: each.name), key=kind)
    )


def _builtin(name: str) -> str:
    """The built-in role a form names.

    Raises:
        Invalid: there is none of that name.
    """
    if name not in [role.value for role in BuiltinRole]:
        raise Invalid(f"There is no built-in role {name!r}.", "Choose one of those offered.", field="inherits")
    return name
