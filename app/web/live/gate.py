"""Who is at the other end of a socket, looked up again whenever it matters: sessions end and permissions go while pages stay open."""

from typing import Final, cast

from fastapi import WebSocket

from app.access import Access, Actor, Credentials, require
from app.base.db import Work
from app.base.errors import AlloyError, Unauthenticated
from app.base.http.origin import is_own_origin
from app.base.http.session_cookie import session_cookie_name

NOT_SIGNED_IN: Final = 4401
FOREIGN: Final = 4403


class Gate:
    """One socket's guard. Being connected is no use of a session: an idle one ends as if the page were closed."""

    def __init__(self, websocket: WebSocket) -> None:
        self.access = cast(Access, websocket.app.state.access)
        settings = self.access.ground.settings
        self.is_ours = is_own_origin(websocket.headers, settings)
        self._credentials = Credentials(session=websocket.cookies.get(session_cookie_name(settings), "") or None)

    def actor(self, work: Work, permission: str) -> Actor:
        """Who is there.

        Raises:
            Unauthenticated: nobody is signed in any more.
            Denied: they may not.
        """
        actor = self.access.authenticate(work, self._credentials)
        require(actor, permission)
        return actor


def closing(error: AlloyError) -> int:
    """The code to close with when somebody may not stay; the page comes back after none of them."""
    return NOT_SIGNED_IN if isinstance(error, Unauthenticated) else FOREIGN
