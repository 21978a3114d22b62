"""Turns view models into HTML. The only writer of out-of-band swaps: fragments themselves know nothing of them."""

import re
from functools import cache, lru_cache, partial
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from app.web.assets import Assets
from app.web.contexts import Alone, Shell, Toast
from app.web.notices import notice
from app.web.times import moment

_ROOT_ID: Final = re.compile(r'^\s*<[a-z]+ id="[a-z][a-z0-9-]*"')


class Renderer:
    """The templates, with the addresses of the built front end."""

    def __init__(self, assets: Assets) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(assets.templates),
            undefined=StrictUndefined,
            autoescape=select_autoescape(default=True, default_for_string=True),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals |= {
            "asset": assets.url,
            "csrf_field": csrf_field,
            "icon": cache(self._icon),
            # What surrounds a page is the same from page to page and from visit to visit, so it is not written anew each time.
            "kept": lru_cache(maxsize=4096)(self.fragment),
            "moment": moment,
            "options": options,
            "page_script": lru_cache(maxsize=32)(partial(page_script, assets)),
        }

    def page(self, template: str, frame: Shell | Alone, view: object, status: int = 200) -> HTMLResponse:
        """A whole page: `view` is its view model, `frame` what surrounds it."""
        return HTMLResponse(self._templates.get_template(template).render(frame=frame, view=view), status)

    def fragment(self, template: str, view: object) -> Markup:
        """A fragment as a page includes it."""
        return Markup(self._templates.get_template(template).render(view=view))  # noqa: S704  # the output of an autoescaping template

    def oob(self, template: str, view: object) -> Markup:
        """A fragment that takes the place of the element with its id, keeping focus where it is."""
        html = self.fragment(template, view)
        root = _ROOT_ID.match(html)
        if root is None:
            raise ValueError(f"{template} has no root element whose first attribute is an id")
        return html[: root.end()] + Markup(' hx-swap-oob="outerMorph"') + html[root.end() :]

    def toast(self, sentence: str) -> Markup:
        """A sentence that confirms something, shown for a while wherever the reader is on the page."""
        return self._toast(Toast(sentence, is_failure=False))

    def failure(self, sentence: str) -> Markup:
        """A sentence that tells what could not be done; it stays until dismissed."""
        return self._toast(Toast(sentence, is_failure=True))

    def fragments(self, *parts: Markup, done: str | None = None, address: str | None = None, status: int = 200) -> HTMLResponse:
        """An answer to a request of a page's script: the parts that changed, a toast, and what the address bar should say."""
        sentence = notice(done)
        headers = {"HX-Push-Url": address} if address else None
        return HTMLResponse(Markup().join(parts) + (self.toast(sentence) if sentence else Markup()), status, headers)

    def _icon(self, name: str) -> Markup:
        drawn: Markup = getattr(self._templates.get_template("shell/icons.html").module, "icon")(name)  # noqa: B009  # a macro of the template
        return drawn

    def _toast(self, toast: Toast) -> Markup:
        return Markup('<div hx-swap-oob="beforeend:#toasts">') + self.fragment("shell/_toast.html", toast) + Markup("</div>")


def csrf_field(token: str) -> Markup:
    """What proves that a form came from a page of its session."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def page_script(assets: Assets, name: str) -> Markup:
    """A module, with what it needs at once, so that all of it is fetched together."""
    preloads = [Markup('<link rel="modulepreload" href="{}">').format(address) for address in assets.imported_urls(name)]
    return Markup("").join([*preloads, Markup('<script type="module" src="{}"></script>').format(assets.url(name))])


@lru_cache(maxsize=1024)
def options(values: tuple[str, ...], chosen: str) -> Markup:
    """What a choice offers. Lists hold a choice of the same few in every row, so their markup is kept."""
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(each, Markup(" selected") if each == chosen else "", each) for each in values
    )
