"""The template linter finds what it is for."""

import pytest

from tools.templates import problems


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a/page.html", "{{ name | safe }}", "escaping"),
        ("a/page.html", "<script>alert(1)</script>", "inline script"),
        ("a/page.html", '<p style="color: red">', "inline style"),
        ("a/page.html", '<a onclick="go()">', "event handler"),
        ("a/page.html", '<a href="javascript:go()">', "script as an address"),
        ("a/page.html", '<p id="x" hx-swap-oob="true">', "out-of-band"),
        ("a/_x.html", '<p id="x" hx-target="#y"></p>', "swap attribute"),
        ("a/_x.html", '<p id="x"></p><p></p>', "one root"),
        ("a/_x.html", '<p class="x"></p>', "id"),
    ],
)
def test_a_template_that_breaks_a_rule_is_reported(name: str, text: str, word: str) -> None:
    assert any(word in problem for problem in problems(name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a/page.html", '<script type="module" src="/x.js"></script><div hx-swap:inherited="none">{{ x }}</div>'),
        ("a/_x.html", '{% from "p.html" import m %}\n<p id="x">{% if a %}<br>{% endif %}</p>'),
    ],
)
def test_a_template_that_keeps_the_rules_passes(name: str, text: str) -> None:
    assert list(problems(name, text)) == []
