"""Outgoing HTTP: the one way out for every caller, guarded against reaching anything private.

A request leaves only if its URL has an unambiguous host, the host is on the caller's allow-list, and every address that
the host resolves to is public; the connection goes to one of those very addresses. Redirects are followed by hand under
the same checks. Everything is bounded: time, redirects, header and body sizes, before and after decompression.
"""

from app.base.egress.addresses import is_public
from app.base.egress.fetch import Egress, EgressLimits, OutboundRequest, OutboundResponse
from app.base.egress.refusals import EgressRefused, Reason
from app.base.egress.rules import HostRule, parse_rule
from app.base.egress.targets import Target, parse_target

__all__ = [
    "Egress",
    "EgressLimits",
    "EgressRefused",
    "HostRule",
    "OutboundRequest",
    "OutboundResponse",
    "Reason",
    "Target",
    "is_public",
    "parse_rule",
    "parse_target",
]
