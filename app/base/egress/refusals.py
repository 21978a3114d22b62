"""Why an outgoing request was refused or failed, as data."""

from enum import StrEnum

from app.base.errors import AlloyError


class Reason(StrEnum):
    """What stood in the way. Scripts and reports show the value."""

    URL = "url"
    SCHEME = "scheme"
    HOST = "host"
    PORT = "port"
    NOT_ALLOWED = "not-allowed"
    ADDRESS = "address"
    RESOLUTION = "resolution"
    CONNECTION = "connection"
    PROTOCOL = "protocol"
    REDIRECT = "redirect"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    HEADER = "header"


class EgressRefused(AlloyError):
    """An outgoing request didn't get its answer; `reason` says at which check."""

    code = "egress"

    def __init__(self, reason: Reason, message: str, hint: str = "") -> None:
        super().__init__(message, hint, details={"reason": reason.value})
        self.reason = reason
