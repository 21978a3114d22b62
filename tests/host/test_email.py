from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.host.email import is_mailbox

VALID = [
    "ann@example.com",
    "ann.smith+deals@sub.example.co.uk",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    "a@b",
    "a@localhost",
    "1@2.example",
    "a@xn--bcher-kva.example",
    "a@a-b.example",
    '"ann smith"@example.com',
    '"a@b"@example.com',
    '"a\\"b\\\\c"@example.com',
    '""@example.com',
    '".."@example.com',
    "a@[127.0.0.1]",
    "a@[255.255.255.255]",
    "a@[IPv6:2001:db8::1]",
    "a@[ipv6:::1]",
    "a@[IPv6:::]",
    "a@[IPv6:1::]",
    "a@[IPv6:1:2:3:4:5:6:7:8]",
    "a@[IPv6:1:2:3:4:5:6:1.2.3.4]",
    "a@[IPv6:::ffff:1.2.3.4]",
    "a@[IPv6:1:2:3::4:5:6]",
    "x" * 64 + "@example.com",
    "a@" + "b" * 63 + ".example",
]

INVALID = [
    "",
    "@",
    "ann",
    "ann@",
    "@example.com",
    "@.",
    "a@b.",
    "a@.b",
    "a@b..c",
    ".a@b.c",
    "a.@b.c",
    "a..b@c.d",
    "a b@c.d",
    "a@b c.d",
    "a@b@c.d",
    "a@-b.c",
    "a@b-.c",
    "a@b_c.d",
    '"a@b.c',
    'a"b"@c.d',
    '"a"b@c.d',
    '"a\\"@c.d',
    '"a\tb"@c.d',
    '"a\nb"@c.d',
    "ann@example.com\n",
    " ann@example.com",
    "Ann <ann@example.com>",
    "ann(comment)@example.com",
    "ännä@example.com",
    "ann@bücher.example",
    "a@[127.0.0]",
    "a@[127.0.0.256]",
    "a@[127.0.0.1.1]",
    "a@[127.0.0.0001]",
    "a@127.0.0.1]",
    "a@[127.0.0.1",
    "a@[2001:db8::1]",
    "a@[IPv6:1:2:3:4:5:6:7]",
    "a@[IPv6:1:2:3:4:5:6:7:8:9]",
    "a@[IPv6:1:2:3:4::5:6:7]",
    "a@[IPv6:1::2::3]",
    "a@[IPv6:12345::]",
    "a@[IPv6:g::]",
    "a@[IPv6:1:2:3:4:5:6:7:1.2.3.4]",
    "a@[IPv6:1.2.3.4::1]",
    "a@[IPv6:]",
    "a@[IPv6::1]",
    "a@[x-tag:anything]",
    "a@[]",
    "x" * 65 + "@example.com",
    "a@" + "b" * 64 + ".example",
    "a@" + ".".join(["b" * 50] * 5) + ".example",
]


@pytest.mark.parametrize("text", VALID)
def test_a_mailbox_by_the_grammar_is_accepted(text: str) -> None:
    assert is_mailbox(text)


@pytest.mark.parametrize("text", INVALID)
def test_anything_else_is_refused(text: str) -> None:
    assert not is_mailbox(text)


def test_the_longest_mailbox_has_254_octets() -> None:
    domain = ".".join(["b" * 61] * 4)
    longest = "a" * (253 - len(domain)) + "@" + domain
    assert len(longest) == 254
    assert is_mailbox(longest)
    assert not is_mailbox("a" + longest)


@given(st.text(alphabet='ab.@"\\[]:1IPv6 -', max_size=30))
def test_an_accepted_text_has_a_local_part_and_a_domain(text: str) -> None:
    if is_mailbox(text):
        local, _, domain = text.rpartition("@")
        assert local
        assert domain


def test_a_hostile_text_is_refused_quickly() -> None:
    assert not is_mailbox('"' + "\\" * 100_000 + "@")
