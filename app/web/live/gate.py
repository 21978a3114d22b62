"""Who is at the other end of a socket, looked up again whenever it matters: sessions end and permissions go while pages stay open."""

from collections.abc import Callable
from typing import Final, TypeVar, cast

from fastapi import WebSocket

from app.access import Access, Actor, Credentials, require
from app.base.db import Work
from app.base.errors import AlloyError, Unauthenticated
from app.base.http.origin import is_own_origin
from app.base.http.session_cookie import session_cookie_name

T = TypeVar("T")

NOT_SIGNED_IN: Final = 4401
FOREIGN: Final = 4403


class Gate:
    """One socket's guard. `actor` leaves the session alone: a list that keeps itself up to date is no use of it. `glance` is one."""

    def __init__(self, websocket: WebSocket) -> None:
        self.access = cast(Access, websocket.app.state.access)
        settings = self.access.ground.settings
        self._socket, self._is_ours = websocket, is_own_origin(websocket.headers, settings)
        self._credentials = Credentials(session=websocket.cookies.get(session_cookie_name(settings), "") or None)

    async def admit(self) -> bool:
        """Open the connection; a page of another site is told so and turned away."""
        await self._socket.accept()
        if not self._is_ours:
            await self._socket.close(FOREIGN)
        return self._is_ours

    def actor(self, work: Work, permission: str) -> Actor:
        """Who is there.

        Raises:
            Unauthenticated: nobody is signed in any more.
            Denied: they may not.
        """
        actor = self.access.authenticate(work, self._credentials)
        require(actor, permission)
        return actor

    async def glance(self, verb: Callable[[Work, Actor], T]) -> T:
        """What a verb finds for who is there; see `Database.glance`.

        Raises:
            Unauthenticated: nobody is signed in any more.
        """
        return await self.access.glance(self._credentials, verb)


def closing(error: AlloyError) -> int:
    """The code to close with when somebody may not stay; the page comes back after none of them."""
    return NOT_SIGNED_IN if isinstance(error, Unauthenticated) else FOREIGN
