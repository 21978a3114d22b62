"""Forms: what doesn't fit is refused field by field, and comes back as it was typed."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from app.base.errors import Conflict
from app.schedules import Overlap
from app.web.forms import Email, Line, Misfit, Posted, VersionForm


class Sample(VersionForm):
    """A bit of everything."""

    name: Line
    email: Email
    overlap: Overlap
    method: Literal["GET", "POST"]
    days: Annotated[int, Field(ge=1, le=3_650)]
    boxes: tuple[str, ...] = ()


FITTING = {"version": "3", "name": "Ada", "email": "ada@example.com", "overlap": "queue", "method": "GET", "days": "7"}


def posted(**fields: str) -> Posted:
    """The form as a browser sends it."""
    return Posted({name: (text,) for name, text in {**FITTING, **fields}.items()})


def test_what_fits_is_read_with_lists_where_they_are_wanted() -> None:
    sent = Posted({**posted().fields, "boxes": ("a", "b")})
    form = sent.parse(Sample, many=("boxes",))
    assert (form.overlap, form.days, form.boxes) == (Overlap.QUEUE, 7, ("a", "b"))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("name", "  ", "Fill this in."),
        ("name", "x" * 101, "Use at most 100 characters; this has 101."),
        ("name", "a\tb", "Leave out control characters."),
        ("email", "ada", "Write an address such as ann@example.com."),
        ("overlap", "never", "Choose one of those offered."),
        ("method", "PUT", "Choose one of those offered."),
        ("days", "soon", "Write a whole number."),
        ("days", "0", "Write 1 or more."),
        ("days", "4000", "Write 3,650 or less."),
        ("more", "1", "This form has no such field."),
    ],
)
def test_each_field_that_does_not_fit_says_what_to_do(name: str, text: str, sentence: str) -> None:
    with pytest.raises(Misfit) as refused:
        posted(**{name: text}).parse(Sample)
    assert refused.value.errors == {name: sentence}


def test_a_refused_form_holds_what_was_typed_but_no_secret() -> None:
    sent = posted(name="", password="not to be seen")
    with pytest.raises(Misfit) as refused:
        sent.parse(Sample)
    shown = sent.refused(refused.value)
    assert (shown.text("email"), shown.text("password")) == ("ada@example.com", "")
    assert (shown.error("name"), shown.problem) == ("Fill this in.", None)


def test_what_a_verb_refuses_is_told_beside_the_field_that_it_names() -> None:
    shown = posted().refused(Conflict("It is taken.", "Choose another.", field="name"))
    assert (shown.error("name"), shown.problem) == ("It is taken. Choose another.", None)


@pytest.mark.parametrize("field", ["version", "elsewhere", None])
def test_what_is_about_no_field_that_is_seen_is_told_above_the_form(field: str | None) -> None:
    shown = posted().refused(Conflict("It is taken.", "Choose another.", field=field))
    assert (shown.errors, shown.problem) == ({}, "It is taken. Choose another.")
