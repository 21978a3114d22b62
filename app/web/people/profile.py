"""A person's own account: name, password, theme, and where they are signed in."""

import re
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import SessionInfo, needs, public
from app.base.http.session_cookie import set_session_cookie
from app.web.forms import REFUSALS, Sent
from app.web.guards import THEME_COOKIE, PageVisit, Visit, go, id_of, local_path, split_address
from app.web.people.contexts import ProfilePage, SessionLine, Sessions
from app.web.people.forms import AccountForm, PasswordForm, SwitchForm, ThemeForm
from app.web.times import when

router = APIRouter(include_in_schema=False)

_YEAR_SECONDS: Final = 365 * 86_400
# The order matters: browsers name each other.
_BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS: Final = (("Android", "Android"), (r"iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"))


@router.get("/profile")
@needs("access.self.read")
async def show_profile(visit: PageVisit) -> Response:
    """One's own account."""
    return await _page(visit, await visit.kept("/profile/name"), Sent())


@router.post("/profile/name")
@needs("access.self.update")
async def change_name(visit: PageVisit) -> Response:
    """Change one's own name."""
    posted = await visit.posted()
    try:
        form = posted.parse(AccountForm)
        await visit.act(lambda work, actor: access.update_me(work, actor, display_name=form.display_name, version=form.version))
    except REFUSALS as error:
        return await _page(visit, posted.refused(error), Sent(), 422)
    return visit.done("/profile", "name-changed")


@router.post("/profile/password")
@needs("access.self.update")
async def change_password(visit: PageVisit) -> Response:
    """Change one's own password; other sessions end, this one goes on under a new cookie."""
    posted = await visit.posted()
    try:
        form = posted.parse(PasswordForm)
        opened = await visit.access.change_password(visit.credentials, current=form.current_password, new=form.password)
    except REFUSALS as error:
        return await _page(visit, Sent(), posted.refused(error), 422)
    response = visit.done("/profile", "password-changed")
    set_session_cookie(response, visit.access.ground.settings, opened.secret, opened.expires_at)
    return response


@router.post("/profile/sessions/{session_id}/end")
@needs("access.self.update")
async def end_session(visit: PageVisit, session_id: str) -> Response:
    """End one of one's own sessions."""
    wanted = id_of("session", session_id)
    await visit.posted()
    await visit.act(lambda work, actor: access.end_session(work, actor, wanted))
    return await _after_ending(visit, "session-ended")


@router.post("/profile/sessions/end-others")
@needs("access.self.update")
async def end_others(visit: PageVisit) -> Response:
    """End all of one's own sessions but this one."""
    await visit.posted()
    await visit.act(access.end_other_sessions)
    return await _after_ending(visit, "sessions-ended")


@router.post("/tenant")
@needs("access.self.update")
async def switch_tenant(visit: PageVisit) -> Response:
    """Go on in another tenant, under a new cookie."""
    posted, settings = await visit.posted(), visit.access.ground.settings
    form = posted.parse(SwitchForm)
    opened = await visit.act(lambda work, actor: access.switch_tenant(work, actor, settings, form.tenant_id))
    response = visit.done("/", "tenant-switched")
    set_session_cookie(response, settings, opened.secret, opened.expires_at)
    return response


@router.post("/theme")
@public("A theme is the browser's own, kept in its cookie.")
async def change_theme(visit: PageVisit) -> Response:
    """Keep a theme in a cookie, so that the server renders the right one at once."""
    form = (await visit.posted()).parse(ThemeForm)
    here = split_address(form.back)
    response = go(local_path(here.path + (f"?{here.query}" if here.query else "")))
    secure = visit.access.ground.settings.cookie_secure
    response.set_cookie(THEME_COOKIE, form.theme, max_age=_YEAR_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    return response


async def _after_ending(visit: Visit, word: str) -> Response:
    if not visit.is_scripted:
        return visit.done("/profile", word)
    _, sessions = await visit.look(access.list_sessions)
    return visit.render.fragments(visit.render.oob("profile/_sessions.html", _sessions(visit, sessions)), done=word)


async def _page(visit: Visit, name_form: Sent, password_form: Sent, status: int = 200) -> Response:
    viewer, sessions = await visit.look(access.list_sessions)
    view = ProfilePage(viewer.me.user, _sessions(visit, sessions), name_form, password_form)
    return visit.page(viewer, "profile/page.html", "Your profile", view, status)


def _sessions(visit: Visit, sessions: tuple[SessionInfo, ...]) -> Sessions:
    now = visit.now
    lines = tuple(
        SessionLine(
            str(each.id),
            browser_of(each.user_agent),
            each.user_agent,
            when(each.created_at, now),
            when(each.last_seen_at, now),
            each.is_current,
        )
        for each in sessions
    )
    return Sessions(lines, visit.csrf)


def browser_of(user_agent: str) -> str:
    """A browser and its system in two words, for people who look for the session they don't know."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), None)
    if browser is None:
        return user_agent.partition("/")[0][:40] or "Unknown browser"
    return f"{browser} on {system}" if system else browser
