"""What templates are given: one frozen class per page or fragment, plain values only, and templates ask for nothing else.

Here is what all pages share; the rest stands in the `contexts` of each package of pages.
"""

from dataclasses import dataclass

from app.access import Me


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
