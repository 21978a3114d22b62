"""Every knob of the program: one frozen object, read once in the composition root and passed down.

Each setting has a default, a unit and a description; `docs/reference/settings.md` is generated from them.
"""

from ipaddress import ip_network
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "ALLOY_"
_SHORTEST_KEY: Final = 32


def _unit(name: str) -> dict[str, str]:
    return {"unit": name}


def _strong(key: SecretStr) -> SecretStr:
    """A key as it is; characters are counted, since nobody can count how random they are."""
    length = len(key.get_secret_value())
    if 0 < length < _SHORTEST_KEY:
        raise ValueError(f"it has {length} characters; use at least {_SHORTEST_KEY} random ones")
    return key


def _networks(text: str) -> str:
    """A list of networks as it is.

    Raises:
        ValueError: one of them is none.
    """
    for each in filter(None, map(str.strip, text.split(","))):
        ip_network(each)
    return text


class Settings(BaseSettings):
    """The program's configuration, from environment variables named `ALLOY_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: Annotated[
        str, Field(description="Where data lives: `sqlite:///path` or `postgresql://user@host/name`.", json_schema_extra=_unit("URL"))
    ] = "sqlite:///var/alloy.db"
    database_readers: Annotated[
        int, Field(ge=1, le=64, description="Threads that read the database at the same time.", json_schema_extra=_unit("threads"))
    ] = 4
    database_busy_ms: Annotated[
        int,
        Field(ge=0, description="How long a statement waits for a lock held by another process.", json_schema_extra=_unit("milliseconds")),
    ] = 10_000
    database_write_queue: Annotated[
        int,
        Field(ge=1, description="Writes that may wait for the database; further ones are refused.", json_schema_extra=_unit("writes")),
    ] = 10_000
    database_group_limit: Annotated[
        int, Field(ge=1, description="Writes that share one commit at most (SQLite only).", json_schema_extra=_unit("writes"))
    ] = 64
    host: Annotated[str, Field(description="Address the server listens on.", json_schema_extra=_unit("address"))] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="Port the server listens on.", json_schema_extra=_unit("port"))] = 8000
    serve_pages: Annotated[
        bool, Field(description="Serve the pages; off for a server that only has interfaces.", json_schema_extra=_unit("yes or no"))
    ] = True
    allowed_hosts: Annotated[
        str,
        Field(
            description="Host names that requests may carry, separated by commas; `*` allows any.", json_schema_extra=_unit("host names")
        ),
    ] = "*"
    public_origin: Annotated[
        str,
        Field(
            description="Origin that browsers see (`https://alloy.example`) when a proxy changes the Host header; empty: the Host header.",
            json_schema_extra=_unit("origin"),
        ),
    ] = ""
    cookie_secure: Annotated[
        bool,
        Field(
            description="Send the session cookie over HTTPS only, under the `__Host-` prefix. Turn on behind HTTPS.",
            json_schema_extra=_unit("yes or no"),
        ),
    ] = False
    body_limit_bytes: Annotated[int, Field(ge=1024, description="Largest request body that is read.", json_schema_extra=_unit("bytes"))] = (
        1_048_576
    )
    session_idle_minutes: Annotated[
        int, Field(ge=1, description="A session unused for this long ends.", json_schema_extra=_unit("minutes"))
    ] = 12 * 60
    session_absolute_hours: Annotated[
        int, Field(ge=1, description="A session ends this long after sign-in, used or not.", json_schema_extra=_unit("hours"))
    ] = 7 * 24
    token_default_days: Annotated[
        int, Field(ge=1, le=3650, description="Life of an API token created without an expiry.", json_schema_extra=_unit("days"))
    ] = 90
    sign_in_window_minutes: Annotated[
        int, Field(ge=1, description="Period over which failed sign-ins are counted.", json_schema_extra=_unit("minutes"))
    ] = 15
    sign_in_failures_per_account: Annotated[
        int, Field(ge=1, description="Failed sign-ins to one account allowed in a period.", json_schema_extra=_unit("attempts"))
    ] = 10
    sign_in_failures_per_address: Annotated[
        int, Field(ge=1, description="Failed sign-ins from one network address allowed in a period.", json_schema_extra=_unit("attempts"))
    ] = 100
    password_memory_kib: Annotated[
        int, Field(ge=8, description="Memory that argon2id uses to hash one password.", json_schema_extra=_unit("KiB"))
    ] = 65_536
    password_passes: Annotated[
        int, Field(ge=1, description="Passes that argon2id makes over its memory.", json_schema_extra=_unit("passes"))
    ] = 3
    idempotency_hours: Annotated[
        int, Field(ge=1, description="How long the answer to an `Idempotency-Key` is kept.", json_schema_extra=_unit("hours"))
    ] = 24
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="Least severe log line that is written.", json_schema_extra=_unit("level")),
    ] = "info"
    log_format: Annotated[Literal["json", "text"], Field(description="How log lines are written.", json_schema_extra=_unit("format"))] = (
        "json"
    )
    metrics_token: Annotated[
        SecretStr,
        Field(
            description="Bearer token that opens `/metrics`; while empty only an API token with `base.metrics.read` does.",
            json_schema_extra=_unit("secret"),
        ),
    ] = SecretStr("")
    otel_endpoint: Annotated[
        str,
        Field(description="OTLP/HTTP endpoint for spans; empty: none are made. Needs the `otel` extra.", json_schema_extra=_unit("URL")),
    ] = ""
    sandbox: Annotated[
        Literal["strict", "degraded"],
        Field(
            description="`strict` refuses to start where the sandbox lacks a wall; `degraded` starts with what there is, and says so.",
            json_schema_extra=_unit("mode"),
        ),
    ] = "strict"
    sandbox_slots: Annotated[
        int, Field(ge=1, le=256, description="Scripts that run at the same time.", json_schema_extra=_unit("scripts"))
    ] = 4
    sandbox_tenant_slots: Annotated[
        int, Field(ge=1, le=256, description="Scripts of one tenant that run at the same time.", json_schema_extra=_unit("scripts"))
    ] = 3
    transport: Annotated[
        Literal["memory", "outbox"],
        Field(
            description="How events travel: `outbox` keeps them in the database with the change; `memory` forgets what waits at the end.",
            json_schema_extra=_unit("kind"),
        ),
    ] = "outbox"
    outbox_lease_seconds: Annotated[
        int,
        Field(
            ge=1,
            description="How long a process may take over a batch of messages; after a crash, those it held are delivered again then.",
            json_schema_extra=_unit("seconds"),
        ),
    ] = 300
    secrets_key: Annotated[
        SecretStr,
        AfterValidator(_strong),
        Field(
            description="Key that tenants' secrets are sealed with, 32 random characters or more; empty: a key file beside the database.",
            json_schema_extra=_unit("secret"),
        ),
    ] = SecretStr("")
    egress_permitted: Annotated[
        str,
        AfterValidator(_networks),
        Field(
            description="Private networks that scripts may reach all the same (`10.1.0.0/16`), separated by commas.",
            json_schema_extra=_unit("networks"),
        ),
    ] = ""
    deleted_scripts_days: Annotated[
        int, Field(ge=1, le=3650, description="How long a deleted script can be brought back.", json_schema_extra=_unit("days"))
    ] = 30
    disk_free_mib: Annotated[
        int, Field(ge=0, description="Less free disk than this makes health `degraded`.", json_schema_extra=_unit("MiB"))
    ] = 256


def reference_page() -> str:
    """The text of `docs/reference/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Generated by `alloy docs`; edit `app/base/settings.py` instead. Each is an environment variable, read once at start.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        default = "" if isinstance(field.default, SecretStr) else field.default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        lines += [
            f"## `{PREFIX}{name.upper()}`",
            "",
            str(field.description),
            "",
            f"- Default: {f'`{shown}`' if shown else 'empty'}",
            f"- Unit: {extra.get('unit', '')}",
            "",
        ]
    return "\n".join(lines)
