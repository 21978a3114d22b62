"""The forms of people, roles, tokens and one's own account."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.access import ActorKind
from app.web.forms import LINE, Email, FormModel, Line, RoleName, Version, VersionForm

RoleChoice = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
PermissionChoice = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z][a-z0-9._-]*$")]
Password = Annotated[str, StringConstraints(max_length=200)]


class NewUserForm(FormModel):
    """Create an account."""

    email: Email
    display_name: Line
    role: RoleChoice
    password: Password


class AddMemberForm(FormModel):
    """Let an existing account in."""

    email: Email
    role: RoleChoice


class ChangeRoleForm(VersionForm):
    """Another role for a member."""

    role: RoleChoice


class AccountForm(VersionForm):
    """Rename an account."""

    display_name: Line


class RoleForm(FormModel):
    """A role of the tenant's own."""

    name: RoleName
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE)] = ""
    inherits: RoleChoice
    permissions: tuple[PermissionChoice, ...] = ()
    version: Version = 1


class NewTokenForm(FormModel):
    """An API token."""

    name: Line
    kind: ActorKind
    days: int = Field(ge=1, le=3650)
    permissions: tuple[PermissionChoice, ...] = Field(default=(), validate_default=True, min_length=1)


class PasswordForm(FormModel):
    """A new password of one's own."""

    current_password: Password
    password: Password


class SwitchForm(FormModel):
    """Another tenant."""

    tenant_id: UUID


class ThemeForm(FormModel):
    """Light, dark, or as the system has it."""

    theme: str = Field(pattern="^(auto|light|dark)$")
    back: str = Field(default="/", max_length=2000)
