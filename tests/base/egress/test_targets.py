"""URLs are plain or refused; addresses are public or refused."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.egress import EgressRefused, Reason, is_public, parse_rule, parse_target


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://example.0x10/",
        "http://127.0.0.1./",
        "http://example.com./",
        "http://example..com/",
        "http://-example.com/",
        "http://exa mple.com/",
        "http://example.com%00.evil.com/",
        "http://example.com\x00.evil.com/",
        "http://example.com\r\nX: y/",
        "http://example.com\\@evil.com/",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://allowed.com#@evil.com:80@x/\\",
        "http://example.com:/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:8o/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://[1.2.3.4]/",
        "http://[v1.x]/",
        "http:///path",
        "http:/example.com",
        "http:example.com",
        "//example.com/",
        "example.com",
        "",
        "file:///etc/passwd",
        "gopher://example.com/",
        "dict://example.com/",
        "ftp://example.com/",
        "http+unix://%2Fvar%2Frun%2Fx/",
        "javascript:alert(1)",
        "http://" + "a" * 64 + ".com/",
        "http://example.com/" + "a" * 9000,
        "http://①②⑦。⓪.⓪.1..",
    ],
)
def test_a_url_that_could_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(EgressRefused) as refused:
        parse_target(url)
    assert refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("HTTP://EXAMPLE.com", "http://example.com/"),
        ("https://example.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://bücher.example/ü?ä", "https://xn--bcher-kva.example/%C3%BC?%C3%A4"),
        ("http://[2606:4700:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://1.1.1.1/", "http://1.1.1.1/"),
    ],
)
def test_a_plain_url_has_one_spelling(url: str, plain: str) -> None:
    assert parse_target(url).url == plain
    assert parse_target(plain).url == plain


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://example.com", "http://["]))
def test_arbitrary_text_is_a_target_or_a_refusal(text: str, prefix: str) -> None:
    try:
        target = parse_target(prefix + text)
    except EgressRefused:
        return
    assert parse_target(target.url) == target


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1"),
        *("172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::"),
        *("2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1"),
    ],
)
def test_an_address_of_somebodys_own_network_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "text", ["*", "*.com", "", "*.1.2.3.4", "http://example.com", "example.com/path", "a.*.com", "user@example.com", "*.*"]
)
def test_an_allow_list_entry_must_name_hosts(text: str) -> None:
    with pytest.raises(EgressRefused):
        parse_rule(text)


@pytest.mark.parametrize("text", ["api example.com", "example.com?a", "example.com#a", "example.com:99999", "user@example.com", "[::1"])
def test_who_wrote_no_host_is_told_how_hosts_are_written(text: str) -> None:
    with pytest.raises(EgressRefused, match=r"isn't a host") as refused:
        parse_rule(text)
    assert refused.value.hint == "Write api.example.com, *.example.com or api.example.com:8443."


@pytest.mark.parametrize(
    ("rule", "url", "allowed"),
    [
        ("api.example.com", "https://api.example.com/", True),
        ("api.example.com", "http://API.example.com/", True),
        ("api.example.com", "https://api.example.com:8443/", False),
        ("api.example.com:8443", "https://api.example.com:8443/", True),
        ("api.example.com:8443", "https://api.example.com/", False),
        ("api.example.com", "https://api.example.com.evil.com/", False),
        ("*.example.com", "https://a.b.example.com/", True),
        ("*.example.com", "https://example.com/", False),
        ("*.example.com", "https://evilexample.com/", False),
        ("[2606:4700::1111]:81", "http://[2606:4700:0::1111]:81/", True),
    ],
)
def test_a_rule_covers_its_host_and_port_only(rule: str, url: str, allowed: bool) -> None:
    parsed = parse_rule(rule)
    assert parsed.allows(parse_target(url)) is allowed
    assert parse_rule(str(parsed)) == parsed


def test_the_refusal_of_a_scheme_says_which_are_allowed() -> None:
    with pytest.raises(EgressRefused) as refused:
        parse_target("file:///etc/passwd")
    assert refused.value.reason is Reason.SCHEME
    assert "https://" in refused.value.hint
