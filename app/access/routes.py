"""How a route states what it takes to call it: marks that the verbs make true and a generated test checks.

The mark enforces nothing; the verb does. A route without a mark fails the test suite.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

_MARK: Final = "__alloy_access__"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Needs:
    """Callers must hold this permission."""

    permission: str


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody may call; the reason says why that is right."""

    reason: str


RouteAccess = Needs | Public


def needs(permission: str) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint: its verb requires `permission`."""
    return _marker(Needs(permission))


def public(reason: str) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint: it shows and changes nothing of a tenant."""
    return _marker(Public(reason))


def access_of(endpoint: Callable[..., Any]) -> RouteAccess | None:
    """What an endpoint states, or None when it was forgotten."""
    mark: RouteAccess | None = getattr(endpoint, _MARK, None)
    return mark


def _marker(mark: RouteAccess) -> Callable[[Endpoint], Endpoint]:
    def apply(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, mark)
        return endpoint

    return apply
