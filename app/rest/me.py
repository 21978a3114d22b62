"""Oneself: account, tenant, permissions, password."""

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Me, User, needs
from app.base.http.session_cookie import set_session_cookie
from app.rest.face import RestFace
from app.rest.fields import Body, Name, NewPassword, Password, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=PREFIX, tags=["me"])


class ChangeMe(Body):
    """What one may change about oneself."""

    display_name: Name
    version: Version


class ChangePassword(Body):
    """The password as it is and as it shall be."""

    current_password: Password
    new_password: NewPassword


@router.get("/me", response_model=Me)
@needs("access.self.read")
async def get_me(face: RestFace) -> Response:
    """Who one is here, what one may do, and which tenants one may switch to."""
    return await face.glance(access.me)


@router.patch("/me", response_model=User)
@needs("access.self.update")
async def update_me(face: RestFace, body: ChangeMe) -> Response:
    """Change one's own name."""
    return await face.write(lambda work, actor: access.update_me(work, actor, display_name=body.display_name, version=body.version))


@router.put("/me/password", status_code=204)
@needs("access.self.update")
async def change_password(face: RestFace, body: ChangePassword) -> Response:
    """Change one's own password; other sessions end, the answer replaces this one's cookie."""
    opened = await face.access.change_password(face.credentials, current=body.current_password, new=body.new_password)
    response = Response(status_code=204)
    set_session_cookie(response, face.access.ground.settings, opened.secret, opened.expires_at)
    return response
