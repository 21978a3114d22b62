"""Rules of fields that hold text: text, choice, e-mail, URL, reference."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import re2  # type: ignore[import-untyped]  # google-re2 publishes no types

from app.base.errors import nearest
from app.entities.rules.check import Check, Faults, is_encodable, kind_of, shown
from app.entities.types import FieldFault, FieldSpec, Json

LONGEST_TEXT: Final = 65_536
LONGEST_URL: Final = 2_048
LONGEST_EMAIL: Final = 254
_PATTERN_BYTES: Final = 1 << 20

# The dot-atom of RFC 5321, section 4.1.2; quoted local parts and address literals are nobody's real address.
_EMAIL: Final = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_UNSAFE_IN_URL: Final = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")


def compile_pattern(pattern: str) -> Callable[[str], object]:
    """Whether a whole text matches, found in time proportional to the text, whoever wrote the pattern.

    Raises:
        ValueError: it isn't in RE2's syntax, or needs too much memory.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_BYTES
    try:
        whole: Callable[[str], object] = re2.compile(pattern, options=options).fullmatch
    except re2.error as error:
        reason = error.args[0] if error.args else "it is no pattern"
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    return whole


def text_rule(spec: FieldSpec) -> Check:
    """Any text within the lengths that matches the pattern as a whole."""
    least, most = spec.min_length or 0, spec.max_length or LONGEST_TEXT
    matches = compile_pattern(spec.pattern) if spec.pattern is not None else None

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not str:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send text."))
        elif not least <= len(value) <= most:
            faults.append(FieldFault(path, _length_fault(len(value), least, most)))
        elif not is_encodable(value):
            faults.append(FieldFault(path, "The text holds NUL or half a character: take that out."))
        elif matches is not None and not matches(value):
            faults.append(FieldFault(path, f"{shown(value)} doesn't match the pattern {spec.pattern}: correct it."))
        return value

    return check


def choice_rule(spec: FieldSpec) -> Check:
    """One of the choices."""
    choices = frozenset(spec.choices)

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not str:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send one of {_listed(spec.choices)}."))
        elif value not in choices:
            faults.append(FieldFault(path, f"{shown(value)} is no choice here: send one of {_listed(spec.choices)}.{_close(value, spec)}"))
        return value

    return check


def email_rule(spec: FieldSpec) -> Check:
    """An e-mail address."""

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not str:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send an e-mail address as text."))
        elif len(value) > LONGEST_EMAIL or not _EMAIL.fullmatch(value):
            faults.append(FieldFault(path, f"{shown(value)} is no e-mail address: write it as name@example.org."))
        return value

    return check


def url_rule(spec: FieldSpec) -> Check:
    """An absolute web address."""

    def check(value: Json, path: str, faults: Faults) -> Json:
        if type(value) is not str:
            faults.append(FieldFault(path, f"This is {kind_of(value)}: send a URL as text."))
        elif not _is_url(value):
            faults.append(FieldFault(path, f"{shown(value)} is no URL: write it as https://host/path, at most {LONGEST_URL} characters."))
        return value

    return check


def reference_rule(spec: FieldSpec) -> Check:
    """The id of a record; that there is one is checked when the record is written."""

    def check(value: Json, path: str, faults: Faults) -> Json:
        try:
            return str(UUID(value))
        except (ValueError, TypeError, AttributeError):
            faults.append(FieldFault(path, f"{shown(value)} is no id: send the id of a record of type {spec.references}."))
            return value

    return check


def _length_fault(length: int, least: int, most: int) -> str:
    if length > most:
        return f"The text has {length} characters: use at most {most}."
    return f"The text has {length} characters: use at least {least}."


def _listed(choices: tuple[str, ...]) -> str:
    if len(choices) > 12:
        return ", ".join(choices[:12]) + f" and {len(choices) - 12} more"
    return ", ".join(choices)


def _close(value: str, spec: FieldSpec) -> str:
    hint = nearest(value[:200], list(spec.choices))
    return f" {hint}" if hint.startswith("Did") else ""


def _is_url(value: str) -> bool:
    if len(value) > LONGEST_URL or _UNSAFE_IN_URL.search(value) or not is_encodable(value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
