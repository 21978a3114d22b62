"""The frame of signed-in pages: which links a person sees. A link is shown to those who may follow it; the verb behind it checks anyway."""

from typing import Final

from app.access import Actor, Me
from app.web.contexts import Menus, NavItem, NavSection, Shell
from app.web.notices import notice

_NAVIGATION: Final = (
    (
        "",
        (
            ("Dashboard", "/", "home", "access.self.read"),
            ("Scripts", "/scripts", "code", "scripts.script.list"),
            ("Runs", "/runs", "play", "runs.run.list"),
            ("Schedules", "/schedules", "clock", "schedules.schedule.list"),
            ("Entity types", "/types", "table", "entities.type.list"),
        ),
    ),
    (
        "People",
        (
            ("Members", "/members", "people", "access.member.list"),
            ("Roles", "/roles", "shield", "access.role.list"),
            ("API tokens", "/tokens", "key", "access.token.list"),
        ),
    ),
    (
        "Scripts may use",
        (
            ("Secrets", "/secrets", "lock", "runs.secret.list"),
            ("Outgoing hosts", "/hosts", "globe", "runs.host.list"),
        ),
    ),
    (
        "Operations",
        (
            ("Dead letters", "/letters", "letter", "hooks.letter.list"),
            ("Audit log", "/audit", "list", "access.audit.list"),
            ("Health", "/health", "pulse", "base.metrics.read"),
            ("Operator", "/operator", "machine", "base.metrics.read"),
        ),
    ),
)


def shell(title: str, me: Me, actor: Actor, *, csrf: str, theme: str, here: str, done: str | None, warnings: tuple[str, ...] = ()) -> Shell:
    """The frame around a page at the path `here`."""
    sections = (
        NavSection(
            heading, tuple(NavItem(label, path, icon, _is_under(here, path)) for label, path, icon, needed in links if actor.may(needed))
        )
        for heading, links in _NAVIGATION
    )
    return Shell(title, tuple(each for each in sections if each.items), Menus(me, csrf, theme, here), notice(done), warnings)


def _is_under(here: str, path: str) -> bool:
    return here == path or (path != "/" and here.startswith(f"{path}/"))
