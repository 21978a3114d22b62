"""Mailbox addresses by the grammar of RFC 5321, section 4.1.2, with the lengths of section 4.5.3.1.

Only what the RFC itself allows: no display names, no comments, no characters beyond ASCII (those are RFC 6531's).
"""

from __future__ import annotations

import re
from typing import Final

_MAX_LOCAL_OCTETS: Final = 64
_MAX_DOMAIN_OCTETS: Final = 255
_MAX_MAILBOX_OCTETS: Final = 254
"""A path is at most 256 octets, two of which are its angle brackets."""
_MAX_LABEL_OCTETS: Final = 63

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED: Final = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])*"')
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_IPV4: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_IPV6_GROUP: Final = re.compile(r"[0-9A-Fa-f]{1,4}")
_IPV6_TAG: Final = "ipv6:"

_GROUPS: Final = 8
_GROUPS_BESIDE_DOUBLE_COLON: Final = 6
"""The RFC's ``::`` stands for at least two groups."""
_GROUPS_OF_IPV4: Final = 2


def is_mailbox(text: str) -> bool:
    """Whether the text is a mailbox: ``local-part@domain`` or ``local-part@[address]``."""
    if len(text) > _MAX_MAILBOX_OCTETS or not text.isascii():
        return False
    # The domain never holds "@", a quoted local part may.
    local, at, domain = text.rpartition("@")
    return bool(at) and _is_local_part(local) and _is_domain_or_address(domain)


def _is_local_part(text: str) -> bool:
    return len(text) <= _MAX_LOCAL_OCTETS and bool(_LOCAL.fullmatch(text) or _QUOTED.fullmatch(text))


def _is_domain_or_address(text: str) -> bool:
    if text.startswith("[") and text.endswith("]"):
        literal = text[1:-1]
        if literal[: len(_IPV6_TAG)].lower() == _IPV6_TAG:
            return _is_ipv6(literal[len(_IPV6_TAG) :])
        return _is_ipv4(literal)
    return len(text) <= _MAX_DOMAIN_OCTETS and all(len(label) <= _MAX_LABEL_OCTETS and _LABEL.fullmatch(label) for label in text.split("."))


def _is_ipv4(text: str) -> bool:
    return bool(_IPV4.fullmatch(text)) and all(int(part) <= 255 for part in text.split("."))


def _is_ipv6(text: str) -> bool:
    head, double_colon, tail = text.partition("::")
    if not double_colon:
        return _ipv6_groups(head, is_end=True) == _GROUPS
    before = _ipv6_groups(head, is_end=False) if head else 0
    after = _ipv6_groups(tail, is_end=True) if tail else 0
    return before is not None and after is not None and before + after <= _GROUPS_BESIDE_DOUBLE_COLON


def _ipv6_groups(text: str, *, is_end: bool) -> int | None:
    """How many 16-bit groups the text spells, or None if it is malformed; the end may be an IPv4 address."""
    groups = text.split(":")
    count = len(groups)
    if is_end and _is_ipv4(groups[-1]):
        groups.pop()
        count += _GROUPS_OF_IPV4 - 1
    return count if all(map(_IPV6_GROUP.fullmatch, groups)) else None
