"""What the templates of people, roles, tokens and one's own account are given."""

from dataclasses import dataclass

from app.access import ApiToken, Member, Role, User
from app.web.contexts import Pager
from app.web.forms import Sent
from app.web.times import When


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in the list, with the role that is chosen for them; `problem` says why a change of it was refused."""

    member: Member
    joined: When
    is_self: bool
    chosen: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class Members:
    """Who belongs to the tenant."""

    lines: tuple[MemberLine, ...]
    roles: tuple[str, ...]
    may_change: bool
    csrf: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class MembersPage:
    """The page around the list of members."""

    members: Members
    may_create: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One member: their account and what may be done about them."""

    member: Member
    user: User
    joined: When
    roles: tuple[str, ...]
    is_self: bool
    may_change_role: bool
    may_change_account: bool
    may_remove: bool
    role_form: Sent
    account_form: Sent


@dataclass(frozen=True, slots=True)
class NewMemberPage:
    """Two forms: a new account, or an existing one."""

    roles: tuple[Role, ...]
    user_form: Sent
    member_form: Sent
    may_create_user: bool
    may_add_member: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A permission, and which roles hold it."""

    name: str
    description: str
    held: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """The permissions of one kind of thing."""

    title: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class RolesPage:
    """Every role, and what each may do."""

    roles: tuple[Role, ...]
    groups: tuple[MatrixGroup, ...]
    may_create: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick or choose."""

    value: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RolePage:
    """A role of the tenant's own, or a new one."""

    role: Role | None
    inherits: tuple[Choice, ...]
    permissions: tuple[Choice, ...]
    form: Sent
    may_save: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in the list."""

    token: ApiToken
    created: When
    expires: When
    state: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """API tokens."""

    lines: tuple[TokenLine, ...]
    may_create: bool
    may_revoke: bool
    csrf: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class NewTokenPage:
    """The form for a token."""

    form: Sent
    kinds: tuple[Choice, ...]
    permissions: tuple[Choice, ...]
    default_days: int


@dataclass(frozen=True, slots=True)
class TokenMadePage:
    """The one time a token's secret is shown."""

    name: str
    secret: str
    expires: When
    example: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's sessions."""

    id: str
    browser: str
    user_agent: str
    began: When
    used: When
    is_current: bool


@dataclass(frozen=True, slots=True)
class Sessions:
    """Where a person is signed in."""

    lines: tuple[SessionLine, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A person's own account."""

    user: User
    sessions: Sessions
    name_form: Sent
    password_form: Sent


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in form."""

    email: str
    return_to: str
    notice: str | None
    problem: str | None
