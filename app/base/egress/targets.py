"""Reading a URL so that nobody can read it differently.

URL parsers disagree about back-slashes, user names, odd numbers and Unicode; each disagreement is a way around a check.
Therefore a URL is either plain, or refused with the reason. Sources: RFC 3986, RFC 5891, the WHATWG URL standard's host parser.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

import idna

from app.base.egress.refusals import EgressRefused, Reason

URL_LIMIT: Final = 8_192
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_UNSAFE = re.compile(r"[\x00-\x20\x7f\\^`{|}<>\"]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `host` is lower-case ASCII, without brackets; `path` starts with a slash and holds the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What has to be equal for credentials to travel along a redirect."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if DEFAULT_PORTS[self.scheme] == self.port else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in its one spelling, without fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_target(url: str) -> Target:
    """Reads an absolute http(s) URL.

    Raises:
        EgressRefused: it isn't one, or it is spelled in a way that other software could read differently.
    """
    if len(url) > URL_LIMIT:
        raise EgressRefused(Reason.URL, f"The URL has {len(url)} characters; at most {URL_LIMIT} are allowed.", "Send data in the body.")
    if found := _UNSAFE.search(url):
        raise EgressRefused(Reason.URL, f"The URL holds the character {found.group()!r}.", "Percent-encode it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EgressRefused(Reason.URL, f"The URL can't be read: {error}.", "Write it as https://host/path.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise EgressRefused(Reason.SCHEME, f"The scheme {parts.scheme!r} isn't allowed.", "Use https:// or http://.")
    if "@" in parts.netloc:
        raise EgressRefused(Reason.URL, "The URL holds a user name.", "Send credentials in an Authorization header.")
    if parts.netloc.endswith(":") or port == 0:
        raise EgressRefused(Reason.PORT, "The URL's port is empty or 0.", "Leave the colon out or name a port from 1 to 65535.")
    if not url[len(parts.scheme) :].startswith("://"):
        raise EgressRefused(Reason.URL, "The URL has no host.", "Write it as https://host/path.")
    host = _host(parts.netloc)
    path = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
    return Target(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme], path)


def _ascii(text: str) -> str:
    """Path or query with everything beyond ASCII percent-encoded as UTF-8 (RFC 3987, 3.1)."""
    return "".join(char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace")) for char in text)


def _host(netloc: str) -> str:
    if netloc.startswith("["):
        return _ipv6(netloc[1 : netloc.index("]")])
    return parse_host(netloc.partition(":")[0])


def _ipv6(text: str) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise EgressRefused(Reason.HOST, f"[{text}] isn't an IPv6 address.", "Check its spelling.") from None
    if address.scope_id is not None:
        raise EgressRefused(Reason.HOST, f"[{text}] names a network interface.", "Leave out the part from % on.")
    return str(address)


def parse_host(name: str) -> str:
    """A host name or IPv4 address in its one spelling: lower-case ASCII, canonical dotted quad.

    Raises:
        EgressRefused: empty, malformed, or a number that other software may take for an address.
    """
    if name.isascii():
        host = name.lower()
    else:
        try:
            host = idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
        except idna.IDNAError:
            raise EgressRefused(Reason.HOST, f"{name!r} isn't a valid international host name.", "Write it in its xn-- form.") from None
    labels = host.split(".")
    if _NUMBER_LIKE.match(labels[-1]):
        return _ipv4(host)
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise EgressRefused(Reason.HOST, f"{name!r} isn't a valid host name.", "Use letters, digits, hyphens and single dots.")
    return host


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        message = f"{text!r} isn't an IPv4 address in its usual form."
        raise EgressRefused(Reason.HOST, message, "Write four decimal numbers from 0 to 255, without leading zeros.") from None
