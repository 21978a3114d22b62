"""What stands between a request and a page: the session, the form's token, and the way to sign-in for those who have none.

The Origin is checked for all faces in `app.base.http.origin`; permissions are checked by the verbs.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Final, TypeVar, cast
from urllib.parse import SplitResult, parse_qs, quote, urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access import Access, Actor, Credentials, Me, Needs, access_of, csrf_token, get_kept_form, require, verify_csrf_token
from app.access import me as me_verb
from app.base.db import Work
from app.base.errors import Denied, Invalid, Unauthenticated, not_found
from app.base.http.session_cookie import session_cookie_name
from app.services import Services
from app.web.contexts import Alone
from app.web.forms import Posted, Sent
from app.web.render import Renderer
from app.web.shell import shell

T = TypeVar("T")
Verb = Callable[[Work, Actor], T]

CSRF_FIELD: Final = "csrf"
KEPT_FIELD: Final = "kept"
KEPT_FORM: Final = "kept_form"
THEME_COOKIE: Final = "alloy_theme"
THEMES: Final = ("auto", "light", "dark")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_SEND_AGAIN: Final = "Your session had ended. What you typed is here again, but for passwords: check it and send it once more."
# A type of fifty fields has about sixteen inputs for each.
_MOST_FIELDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page."""

    actor: Actor
    me: Me


class Visit:
    """One request for a page or from a form."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.access = cast(Access, request.app.state.access)
        self.render = cast(Renderer, request.app.state.renderer)
        self.secret = request.cookies.get(session_cookie_name(self.access.ground.settings), "")
        self.credentials = Credentials(session=self.secret or None)
        self._posted: Posted | None = None

    @property
    def services(self) -> Services:
        """What goes on beside requests: the runner, the transport, the language service."""
        return cast(Services, self.request.app.state.services)

    @property
    def now(self) -> datetime:
        """The present."""
        return self.access.ground.clock.now()

    @cached_property
    def csrf(self) -> str:
        """What this session's forms carry."""
        return csrf_token(self.secret)

    @property
    def is_scripted(self) -> bool:
        """Whether the page's script asks, which puts fragments in their places; else a browser shows what comes."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def theme(self) -> str:
        """The theme that the browser was told to keep."""
        kept = self.request.cookies.get(THEME_COOKIE, "auto")
        return kept if kept in THEMES else "auto"

    async def look(self, verb: Verb[T]) -> tuple[Viewer, T]:
        """Who looks and what the verb finds, in one transaction.

        Raises:
            Unauthenticated: nobody is signed in.
        """

        return await self._or_keep(self.access.glance(self.credentials, self._seen(verb)))

    async def viewer(self) -> Viewer:
        """Who looks, for pages that find nothing in the database or leave that to somebody else.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        return (await self.look(lambda _work, _actor: None))[0]

    async def caught_up(self, words: str | None) -> None:
        """Have a search for these words find what was saved before it was asked; without words nothing is done.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        if words:
            await self.viewer()
            await self.services.keeper.before_search()

    async def glance(self, verb: Verb[T]) -> T:
        """What the verb finds for who looks; see `Access.glance`. Services that read before they begin take this.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        return await self.access.glance(self.credentials, verb)

    async def look_at_length(self, verb: Verb[T]) -> tuple[Viewer, T]:
        """`look` for verbs that may fetch more than a page of rows by an index: away from the event loop.

        Raises:
            Unauthenticated: nobody is signed in.
        """
        return await self._or_keep(self.access.read(self.credentials, self._seen(verb)))

    async def act(self, verb: Verb[T]) -> T:
        """What the verb returns, once its changes are durable."""
        return await self._or_keep(self.access.write(self.credentials, verb))

    async def kept(self, action: str) -> Sent:
        """What the visitor typed into the form that goes to `action` when their session had run out; an untouched form otherwise."""
        wanted = self.request.query_params.get(KEPT_FIELD)
        if not wanted:
            return Sent()
        form_id = id_of("form", wanted)
        form = await self.glance(lambda work, actor: get_kept_form(work, actor, form_id))
        return Posted(form.fields).sent(problem=_SEND_AGAIN) if form and form.path == action else Sent()

    async def posted(self) -> Posted:
        """The form, if it came from a page of this session.

        Raises:
            Denied: its token is another session's, or missing.
            Invalid: it isn't a form.
        """
        fields = await self.unguarded_form()
        tokens = fields.pop(CSRF_FIELD, ("",))
        if self.secret and not verify_csrf_token(self.secret, tokens[-1]):
            raise Denied("This form belongs to another session.", "Go back, reload the page and send it again.")
        self._posted = Posted(fields)
        return self._posted

    async def unguarded_form(self) -> dict[str, tuple[str, ...]]:
        """The fields of a form that needs no session, such as sign-in.

        Raises:
            Invalid: it isn't a form.
        """
        kind = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise Invalid("This address takes forms only.", "Use the form on the page, or the REST API under /api/v1.")
        body = await self.request.body()
        try:
            fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError:
            raise Invalid("The form can't be read.", "Go back, reload the page and send it again.") from None
        return {name: tuple(texts) for name, texts in fields.items()}

    def _seen(self, verb: Verb[T]) -> Verb[tuple[Viewer, T]]:
        """The verb with who looks. A page that only shows an empty form calls no verb that would check what the page is for."""
        stated = access_of(self.request.scope["endpoint"])

        def run(work: Work, actor: Actor) -> tuple[Viewer, T]:
            if isinstance(stated, Needs):
                require(actor, stated.permission)
            return Viewer(actor, me_verb(work, actor)), verb(work, actor)

        return run

    async def _or_keep(self, doing: Awaitable[T]) -> T:
        """What is being done; if nobody is signed in any more, what was typed is kept and the error tells where."""
        try:
            return await doing
        except Unauthenticated as error:
            if self._posted is not None:
                kept = await self.access.keep_form(self.credentials, self.request.url.path, self._posted.keepable())
                error.details |= {KEPT_FORM: str(kept)} if kept else {}
            raise

    def page(self, viewer: Viewer, template: str, title: str, view: object, status: int = 200) -> HTMLResponse:
        """A page in the shell."""
        frame = shell(
            title,
            viewer.me,
            viewer.actor,
            csrf=self.csrf,
            theme=self.theme,
            here=self.request.url.path,
            done=self.request.query_params.get("done"),
            warnings=self.access.ground.health.warnings,
        )
        return self.render.page(template, frame, view, status)

    def alone(self, template: str, title: str, view: object, status: int = 200) -> HTMLResponse:
        """A page outside the shell."""
        return self.render.page(template, Alone(title, self.theme), view, status)

    def done(self, path: str, word: str) -> Response:
        """On to another page, which says what was done."""
        return go(f"{path}?done={word}")


def id_of(noun: str, text: str) -> UUID:
    """An id from an address.

    Raises:
        NotFound: it can't be one.
    """
    try:
        return UUID(text)
    except ValueError:
        raise not_found(noun, repr(text[:50])) from None


def name_of(noun: str, text: str) -> str:
    """A short name from an address.

    Raises:
        NotFound: it can't be one.
    """
    if not _NAME.fullmatch(text):
        raise not_found(noun, repr(text[:50]))
    return text


def go(path: str) -> RedirectResponse:
    """On to another page of ours, with GET."""
    return RedirectResponse(path, 303)


def local_path(wanted: str) -> str:
    """A path of this site to go on to; the dashboard when it would lead elsewhere."""
    parts = split_address(wanted if wanted.isprintable() and "\\" not in wanted else "/")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def split_address(sent: str) -> SplitResult:
    """The parts of an address that a client sent; those of the dashboard's when it is none (`http://[`)."""
    try:
        return urlsplit(sent)
    except ValueError:
        return urlsplit("/")


def sign_in_path(request_path: str) -> str:
    """Where to sign in and then go on to a path."""
    return "/sign-in" if request_path == "/" else f"/sign-in?return={quote(request_path, safe='/')}"


async def _visit(request: Request) -> Visit:
    return Visit(request)


PageVisit = Annotated[Visit, Depends(_visit)]
