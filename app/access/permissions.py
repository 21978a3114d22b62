"""Permissions: what each is for, which built-in role first gets it, and the registry composed of all modules' declarations.

A permission is named `<module>.<entity>.<action>` and declared by the module that owns it; `app.main` composes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BuiltinRole(StrEnum):
    """The roles every tenant has."""

    OWNER = "owner"
    ADMIN = "admin"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    VIEWER = "viewer"


BUILTIN_NAMES: Final = frozenset(role.value for role in BuiltinRole)

INHERITS: Final[Mapping[BuiltinRole, tuple[BuiltinRole, ...]]] = {
    BuiltinRole.VIEWER: (),
    BuiltinRole.REVIEWER: (BuiltinRole.VIEWER,),
    BuiltinRole.AUTHOR: (BuiltinRole.REVIEWER,),
    BuiltinRole.OPERATOR: (BuiltinRole.VIEWER,),
    BuiltinRole.ADMIN: (BuiltinRole.AUTHOR, BuiltinRole.OPERATOR),
    BuiltinRole.OWNER: (BuiltinRole.ADMIN,),
}

ROLE_DESCRIPTIONS: Final[Mapping[BuiltinRole, str]] = {
    BuiltinRole.OWNER: "Everything, including the tenant itself and who owns it.",
    BuiltinRole.ADMIN: "People, roles and settings, and all that authors and operators do.",
    BuiltinRole.AUTHOR: "Writes, tries and schedules scripts, and reviews those of others.",
    BuiltinRole.REVIEWER: "Reads everything that ran, and approves.",
    BuiltinRole.OPERATOR: "Users, limits, health and deployments; writes no scripts.",
    BuiltinRole.VIEWER: "Looks, changes nothing.",
}


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that may be done. Roles that inherit `first_role`, or one of the roles `beside` it, have it too."""

    name: str
    description: str
    first_role: BuiltinRole
    beside: tuple[BuiltinRole, ...] = ()


class PermissionRegistry:
    """Every permission of every module, and what each built-in role comes to."""

    def __init__(self, declared: Iterable[Permission]) -> None:
        self.by_name: dict[str, Permission] = {}
        for permission in declared:
            if permission.name in self.by_name:
                raise ValueError(f"the permission {permission.name} is declared twice")
            if len(permission.name.split(".")) != 3:
                raise ValueError(f"the permission {permission.name} is not named <module>.<entity>.<action>")
            self.by_name[permission.name] = permission
        self._of_role = {role: self._resolve(role) for role in BuiltinRole}

    @property
    def names(self) -> frozenset[str]:
        """The names of all permissions."""
        return frozenset(self.by_name)

    def of_role(self, role: BuiltinRole) -> frozenset[str]:
        """The permissions of a built-in role, inherited ones included."""
        return self._of_role[role]

    def _resolve(self, role: BuiltinRole) -> frozenset[str]:
        own = {name for name, permission in self.by_name.items() if role in (permission.first_role, *permission.beside)}
        return frozenset(own).union(*(self._resolve(parent) for parent in INHERITS[role]))


# Whoever manages people sees them, though operators inherit nothing from reviewers.
_OPERATORS_TOO: Final = (BuiltinRole.OPERATOR,)

PERMISSIONS: Final = (
    Permission("access.self.read", "See one's own account, tenants and sessions.", BuiltinRole.VIEWER),
    Permission("access.self.update", "Change one's own name and password, end one's own sessions.", BuiltinRole.VIEWER),
    Permission("access.tenant.read", "See the tenants one belongs to.", BuiltinRole.VIEWER),
    Permission("access.tenant.create", "Create a further tenant and become its owner.", BuiltinRole.OPERATOR),
    Permission("access.tenant.update", "Rename the tenant.", BuiltinRole.ADMIN),
    Permission("access.user.list", "List the accounts of the tenant's people.", BuiltinRole.REVIEWER, _OPERATORS_TOO),
    Permission("access.user.read", "See the account of one of the tenant's people.", BuiltinRole.REVIEWER, _OPERATORS_TOO),
    Permission("access.user.create", "Create an account and give it a role.", BuiltinRole.OPERATOR),
    Permission("access.user.update", "Rename, disable or enable an account that the tenant made.", BuiltinRole.OPERATOR),
    Permission("access.member.list", "List who belongs to the tenant, with roles.", BuiltinRole.REVIEWER, _OPERATORS_TOO),
    Permission("access.member.read", "See one membership.", BuiltinRole.REVIEWER, _OPERATORS_TOO),
    Permission("access.member.create", "Let an existing account into the tenant.", BuiltinRole.OPERATOR),
    Permission("access.member.update", "Give a member another role.", BuiltinRole.OPERATOR),
    Permission("access.member.delete", "Remove a member from the tenant.", BuiltinRole.OPERATOR),
    Permission("access.role.list", "List roles.", BuiltinRole.VIEWER),
    Permission("access.role.read", "See one role.", BuiltinRole.VIEWER),
    Permission("access.role.create", "Create a role of the tenant's own.", BuiltinRole.ADMIN),
    Permission("access.role.update", "Change a role of the tenant's own.", BuiltinRole.ADMIN),
    Permission("access.role.delete", "Delete a role of the tenant's own.", BuiltinRole.ADMIN),
    Permission("access.permission.list", "List what can be permitted.", BuiltinRole.VIEWER),
    Permission("access.token.list", "List API tokens: one's own, or everybody's for those who manage them.", BuiltinRole.AUTHOR),
    Permission("access.token.read", "See one API token, never its secret.", BuiltinRole.AUTHOR),
    Permission("access.token.create", "Create an API token with at most one's own permissions.", BuiltinRole.AUTHOR),
    Permission("access.token.delete", "Revoke an API token of one's own.", BuiltinRole.AUTHOR),
    Permission("access.token.manage", "See and revoke the API tokens of everybody in the tenant.", BuiltinRole.ADMIN),
    Permission("access.audit.list", "Read the audit log.", BuiltinRole.REVIEWER),
    Permission("access.audit.read", "See one entry of the audit log.", BuiltinRole.REVIEWER),
    Permission("base.metrics.read", "Read the program's metrics.", BuiltinRole.OPERATOR),
)
