"""What the templates of secrets, outgoing hosts and dead letters are given."""

from dataclasses import dataclass

from app.base.transport import DeadLetter
from app.runs import AllowedHost, SecretInfo
from app.web.forms import Sent
from app.web.times import When


@dataclass(frozen=True, slots=True)
class SecretLine:
    """A secret by its name, and the scripts that may read it: id and name."""

    secret: SecretInfo
    changed: When
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SecretsPage:
    """Names of secrets and the form that sets one."""

    lines: tuple[SecretLine, ...]
    form: Sent
    may_set: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host that scripts may call."""

    host: AllowedHost
    added: When


@dataclass(frozen=True, slots=True)
class HostsPage:
    """The allow-list and the form that adds to it."""

    lines: tuple[HostLine, ...]
    form: Sent
    may_add: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A message that was given up on, with the script and the run that it was for, if it was for one."""

    letter: DeadLetter
    died: When
    script: str | None
    run: str | None


@dataclass(frozen=True, slots=True)
class LettersPage:
    """Messages that were given up on."""

    lines: tuple[LetterLine, ...]
    may_retry: bool
    may_drop: bool
    may_read_runs: bool
