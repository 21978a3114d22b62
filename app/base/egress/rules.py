"""A tenant's allow-list: which hosts its scripts may call."""

from dataclasses import dataclass
from typing import Final

from app.base.egress.addresses import literal
from app.base.egress.refusals import EgressRefused, Reason
from app.base.egress.targets import DEFAULT_PORTS, Target, parse_target

_OF_A_PATH: Final = frozenset("/*?#")


@dataclass(frozen=True, slots=True)
class HostRule:
    """One entry: a host, or every name below a domain (`*.example.com`, which doesn't mean `example.com` itself), and a port.

    Without a port the rule means the scheme's own: 443 for https, 80 for http.
    """

    host: str
    is_wildcard: bool
    port: int | None

    def allows(self, target: Target) -> bool:
        """Whether the rule covers a target."""
        if target.port != (self.port or DEFAULT_PORTS[target.scheme]):
            return False
        return target.host.endswith(f".{self.host}") if self.is_wildcard else target.host == self.host

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'*.' if self.is_wildcard else ''}{host}{f':{self.port}' if self.port else ''}"


def parse_rule(text: str) -> HostRule:
    """Reads `host`, `*.domain`, `host:port` or `[v6]:port`.

    Raises:
        EgressRefused: it is none of these; a bare `*` isn't either, for an allow-list must name hosts.
    """
    wanted = text.strip()
    is_wildcard = wanted.startswith("*.")
    rest = wanted[2:] if is_wildcard else wanted
    try:
        target = parse_target(f"https://{rest}/")
    except EgressRefused as error:
        if error.reason is Reason.HOST:
            raise
        raise _no_host(text) from None  # what is said of a URL means nothing to who wrote a host
    if not rest or not _OF_A_PATH.isdisjoint(rest):
        raise _no_host(text)
    has_port = rest.rpartition("]")[2].count(":") > 0
    if is_wildcard and ("." not in target.host or literal(target.host) is not None):
        raise EgressRefused(Reason.HOST, f"{text!r} covers too much.", "Put at least a second-level domain after the star.")
    return HostRule(target.host, is_wildcard, target.port if has_port else None)


def _no_host(text: str) -> EgressRefused:
    return EgressRefused(Reason.HOST, f"{text!r} isn't a host.", "Write api.example.com, *.example.com or api.example.com:8443.")


def require_allowed(target: Target, rules: tuple[HostRule, ...]) -> None:
    """Lets a target pass if a rule covers it.

    Raises:
        EgressRefused: none does.
    """
    if not any(rule.allows(target) for rule in rules):
        message = f"{target.authority} isn't on this tenant's list of allowed hosts."
        raise EgressRefused(Reason.NOT_ALLOWED, message, "Ask an admin to add it under outgoing hosts.")
