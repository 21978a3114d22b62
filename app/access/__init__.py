"""Who may do what: tenants, users, memberships, roles, sessions, API tokens and the audit log.

How a face uses it: it takes `Access` from the composition root, reads `Credentials` off the request, and runs a verb in a unit of work:

    me = await access.read(credentials, lambda work, actor: verbs.me(work, actor))
    await access.write(credentials, lambda work, actor: verbs.remove_member(work, actor, member_id))

`Access.read`/`Access.write` authenticate and run the verb in one transaction (Unauthenticated when nobody is signed in);
the verb checks its own permission. `Access.glance` is `read` for verbs that fetch at most a page of rows by an index.
`Access.sign_in`, `Access.hash_password` are awaited without one: argon2 runs between transactions.
"""

from app.access.authenticate import csrf_token, permissions_of, verify_csrf_token
from app.access.gateway import Access
from app.access.permissions import PERMISSIONS, BuiltinRole, Permission, PermissionRegistry
from app.access.routes import Needs, Public, RouteAccess, access_of, needs, public
from app.access.service.audit import get_audit_entry, list_audit, record
from app.access.service.kept_forms import get_kept_form
from app.access.service.members import add_member, change_role, get_member, list_members, remove_member
from app.access.service.roles import check_may_give, create_role, delete_role, get_role, list_permissions, list_roles, update_role
from app.access.service.sessions import end_other_sessions, end_session, list_sessions, sign_out, switch_tenant
from app.access.service.tenants import create_tenant, get_tenant, list_tenants, tenant_id_of, update_tenant
from app.access.service.tokens import create_token, get_token, list_tokens, revoke_token
from app.access.service.users import create_user, get_user, list_users, me, update_me, update_user
from app.access.types import (
    Actor,
    ActorKind,
    ApiToken,
    AuditEntry,
    AuditFilter,
    Credentials,
    KeptForm,
    Me,
    Member,
    NewApiToken,
    OpenSession,
    Refused,
    Role,
    SessionInfo,
    SignedIn,
    SignInOutcome,
    Tenant,
    TenantMembership,
    Throttled,
    User,
    require,
)

# Verbs. Each takes (work, actor, ...) and checks its permission first; the registry comes along where roles are resolved.
#
#   me(work, actor) -> Me                                             access.self.read
#   update_me(work, actor, *, display_name, version) -> User          access.self.update
#   list_sessions(work, actor) -> tuple[SessionInfo, ...]             access.self.read
#   end_session(work, actor, session_id) -> None                      access.self.update
#   end_other_sessions(work, actor) -> int                            access.self.update
#   sign_out(work, actor) -> None                                     access.self.update
#   switch_tenant(work, actor, settings, tenant_id) -> OpenSession    access.self.update   (rotates: set the cookie anew)
#   get_kept_form(work, actor, form_id) -> KeptForm | None            access.self.read     (kept by `await Access.keep_form(...)`)
#   (change a password with `await Access.change_password(credentials, current=, new=) -> OpenSession`)
#   list_tenants(work, actor, request) -> Page[Tenant]                access.tenant.read
#   get_tenant(work, actor, tenant_id) -> Tenant                      access.tenant.read
#   create_tenant(work, actor, *, name, slug) -> Tenant               access.tenant.create
#   update_tenant(work, actor, tenant_id, *, name, version) -> Tenant access.tenant.update
#   list_users(work, actor, request) -> Page[User]                    access.user.list
#   get_user(work, actor, user_id) -> User                            access.user.read
#   create_user(work, actor, registry, *, email, display_name, role, password: PasswordHash) -> User    access.user.create
#   update_user(work, actor, registry, user_id, *, version, display_name, is_active) -> User   access.user.update (None: unchanged)
#   list_members(work, actor, request) -> Page[Member]                access.member.list
#   get_member(work, actor, member_id) -> Member                      access.member.read
#   add_member(work, actor, registry, *, email, role) -> Member       access.member.create
#   change_role(work, actor, registry, member_id, *, role, version) -> Member   access.member.update
#   remove_member(work, actor, registry, member_id) -> None           access.member.delete
#   list_roles(work, actor, registry) -> tuple[Role, ...]             access.role.list
#   get_role(work, actor, registry, name) -> Role                     access.role.read
#   create_role(work, actor, registry, *, name, description, inherits, extra_permissions) -> Role       access.role.create
#   update_role(work, actor, registry, name, *, version, description, inherits, extra_permissions) -> Role   access.role.update
#   delete_role(work, actor, registry, name) -> None                  access.role.delete
#   list_permissions(work, actor, registry) -> tuple[Permission, ...] access.permission.list
#   list_tokens(work, actor, request) -> Page[ApiToken]               access.token.list
#   get_token(work, actor, token_id) -> ApiToken                      access.token.read
#   create_token(work, actor, settings, *, name, kind, permissions, expires_at) -> NewApiToken   access.token.create
#   revoke_token(work, actor, token_id) -> ApiToken                   access.token.delete
#   list_audit(work, actor, wanted: AuditFilter, request) -> Page[AuditEntry]          access.audit.list
#   get_audit_entry(work, actor, entry_id) -> AuditEntry              access.audit.read
#
# `request` is a `app.base.paging.PageRequest` (see `page_request(cursor, limit)`),
# `registry` is `Access.registry`, `settings` is `Access.ground.settings`.

__all__ = [
    "PERMISSIONS",
    "Access",
    "Actor",
    "ActorKind",
    "ApiToken",
    "AuditEntry",
    "AuditFilter",
    "BuiltinRole",
    "Credentials",
    "KeptForm",
    "Me",
    "Member",
    "Needs",
    "NewApiToken",
    "OpenSession",
    "Permission",
    "PermissionRegistry",
    "Public",
    "Refused",
    "Role",
    "RouteAccess",
    "SessionInfo",
    "SignInOutcome",
    "SignedIn",
    "Tenant",
    "TenantMembership",
    "Throttled",
    "User",
    "access_of",
    "add_member",
    "change_role",
    "check_may_give",
    "create_role",
    "create_tenant",
    "create_token",
    "create_user",
    "csrf_token",
    "delete_role",
    "end_other_sessions",
    "end_session",
    "get_audit_entry",
    "get_kept_form",
    "get_member",
    "get_role",
    "get_tenant",
    "get_token",
    "get_user",
    "list_audit",
    "list_members",
    "list_permissions",
    "list_roles",
    "list_sessions",
    "list_tenants",
    "list_tokens",
    "list_users",
    "me",
    "needs",
    "permissions_of",
    "public",
    "record",
    "remove_member",
    "require",
    "revoke_token",
    "sign_out",
    "switch_tenant",
    "tenant_id_of",
    "update_me",
    "update_role",
    "update_tenant",
    "update_user",
    "verify_csrf_token",
]
