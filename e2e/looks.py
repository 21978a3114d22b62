"""How pages are looked at: whether they fit every screen with every font, and what stands in the way of those who can't see them."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

WIDTHS = (320, 390, 768, 900, 1024, 1440, 1920)
FONTS = {
    "the one of this machine": "",
    # No machine of any reader has letters this wide and tall: what holds here holds with every font there is.
    "one much wider and larger": ":root { font-size: 125% } * { letter-spacing: 0.12em !important; word-spacing: 0.3em !important }",
    "one much narrower": "* { letter-spacing: -0.06em !important }",
}
# What reaches over the edge of the screen, unless it can be scrolled to; and what is cut off without a sign.
MISFITS = """() => {
  const name = each => each.tagName + '.' + each.className + ' ' + each.textContent.trim().slice(0, 40);
  const page = document.documentElement;
  const found = page.scrollWidth > page.clientWidth ? ['the page is ' + (page.scrollWidth - page.clientWidth) + ' px too wide'] : [];
  for (const each of document.querySelectorAll('body *')) {
    if (each.closest('.hidden-text, thead, .skip, svg') || !each.checkVisibility()) continue;
    const style = getComputedStyle(each), over = each.scrollWidth - each.clientWidth;
    const scrolls = ['auto', 'scroll'].includes(style.overflowX), mayScroll = each.matches('.list, .scroll, pre, .cm-scroller, .code-area');
    if (over > 1 && scrolls && !mayScroll) found.push('scrolls by ' + over + ' px: ' + name(each));
    if (over > 1 && ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis' && !each.matches('input, select'))
      found.push('cuts off ' + over + ' px: ' + name(each));
    const sticksOut = each.getBoundingClientRect().right > page.clientWidth + 1;
    if (sticksOut && !each.closest('.list, .scroll, pre, .cm-scroller')) found.push('sticks out: ' + name(each));
  }
  return found;
}"""


def with_font(page: Page, rules: str) -> None:
    """Serve the style sheet with further rules. Added to the file itself: the content policy lets no other style in."""

    def answer(route: Route) -> None:
        fetched = route.fetch()
        route.fulfill(response=fetched, body=f"{fetched.text()}\n{rules}")

    page.route("**/*.css", answer)


def misfits(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """What doesn't fit on a page, at any of the widths; the window keeps the last."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{page.url} at {width} px: {each}" for each in page.evaluate(MISFITS)]
    return found


def problems_of(page: Page) -> list[str]:
    """What axe finds on a page."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
