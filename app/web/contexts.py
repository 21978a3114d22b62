"""What templates are given: one frozen class per page or fragment, plain values only. Templates ask for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.access import ApiToken, AuditEntry, Me, Member, Role, User
from app.base.health import HealthReport
from app.web.forms import Sent
from app.web.times import When


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the navigation."""

    label: str
    path: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavSection:
    """Some links under a heading."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Menus:
    """What the bar offers: tenants to switch to, themes, the way out."""

    me: Me
    csrf: str
    theme: str
    here: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every signed-in page."""

    title: str
    nav: tuple[NavSection, ...]
    menus: Menus
    notice: str | None
    warnings: tuple[str, ...]

    @property
    def me(self) -> Me:
        """Who is signed in."""
        return self.menus.me

    @property
    def csrf(self) -> str:
        """What the session's forms carry."""
        return self.menus.csrf

    @property
    def theme(self) -> str:
        """The theme that was chosen."""
        return self.menus.theme


@dataclass(frozen=True, slots=True)
class Alone:
    """What surrounds a page outside the shell."""

    title: str
    theme: str


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence in the corner."""

    sentence: str
    is_failure: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in form."""

    email: str
    return_to: str
    notice: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Something can't be shown or done."""

    status: int
    title: str
    message: str
    hint: str
    reference: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list goes on; a path with the query, or None."""

    first: str | None
    following: str | None


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
class AuditLine:
    """An entry in the log."""

    entry: AuditEntry
    at: When
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Entries of the audit log."""

    lines: tuple[AuditLine, ...]
    is_filtered: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The log with its filters."""

    audit: Audit
    filters: Mapping[str, str]
    actions: tuple[str, ...]
    subject_types: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One value before and after a change; None when there was none."""

    name: str
    before: str | None
    after: str | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class AuditEntryPage:
    """One entry with what it changed."""

    entry: AuditEntry
    at: When
    sentence: str
    diff: tuple[DiffLine, ...]


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
class Health:
    """How the program is."""

    report: HealthReport
    at: When
