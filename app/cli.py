"""The console command `alloy`: start the server, bring the database up, set up people, write the reference pages."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn

from app.access import Access, BuiltinRole
from app.access.policy import check_password
from app.access.setup import NewAccount, ensure_tenant, set_up_account
from app.base.collecting import collect_rarely
from app.base.errors import AlloyError
from app.base.ground import build_ground
from app.base.http.one_write import OneWriteProtocol
from app.base.migrate import migrate as migrate_engine
from app.base.settings import Settings
from app.base.telemetry import configure_logs
from app.commands.check import check as check_script
from app.commands.evaluate import evaluate
from app.commands.fmt import fmt
from app.commands.refusing import refusing, settings_of_environment
from app.commands.sandbox_report import sandbox_report
from app.main import DECLARED, create_app
from app.sandbox.pool import SandboxUnavailable
from app.seed import DEMO_PASSWORD, DemoAccount, seed_demo
from app.seed.story import is_told, tell_story
from app.web.assets import AssetsStale
from app.web.live.protocol import LARGEST_MESSAGE

_SHUTDOWN_SECONDS: Final = 30
"""How long calls that are under way may take when the server is told to end: longer than any run's own limit."""

cli = typer.Typer(name="alloy", help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
user_cli = typer.Typer(help="Accounts, for when nobody can sign in yet.", no_args_is_help=True)
cli.add_typer(user_cli, name="user")
cli.command("check")(check_script)
cli.command("eval")(evaluate)
cli.command()(fmt)
cli.command()(sandbox_report)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else ALLOY_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; else ALLOY_PORT.")] = None,
    seed: Annotated[bool, typer.Option(help="Set up the demo tenant's people first.")] = False,
    demo: Annotated[bool, typer.Option(help="Set up the demo tenant's people and some days of their work first.")] = False,
) -> None:
    """Migrate the database and serve pages and interfaces until stopped."""
    settings = settings_of_environment()
    with _access(settings) as access:
        accounts = seed_demo(access) if seed or demo else ()
        if demo and not is_told(access):
            typer.echo("Some days of the demo tenant's life happen first, once: records are saved and scripts run ...")
            with suppress(SandboxUnavailable):  # serving meets the same, and says why
                tell_story(access)
    try:
        application = create_app(settings)
    except AssetsStale as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    listen_host, listen_port = host or settings.host, settings.port if port is None else port
    shown = "localhost" if listen_host in ("127.0.0.1", "0.0.0.0", "::") else listen_host  # noqa: S104  # compared, not bound
    config = uvicorn.Config(
        application,
        host=listen_host,
        port=listen_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        http=OneWriteProtocol,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )

    def announce(port: int) -> None:
        typer.echo(f"Alloy serves on http://{shown}:{port}")
        _print_accounts(accounts)
        sys.stdout.flush()

    server = _AnnouncingServer(config, announce)
    collect_rarely()
    with suppress(KeyboardInterrupt):
        server.run()
    if application.state.refusal:
        typer.echo(f"Alloy did not start. {application.state.refusal}", err=True)
    if not server.started:
        raise typer.Exit(1)


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with _access(settings_of_environment(), quietly=False):
        return


@cli.command()
def seed() -> None:
    """Set up the demo tenant with a person for each role, and some days of work by really running it; safe to repeat."""
    with _access(settings_of_environment()) as access:
        _print_accounts(seed_demo(access))
        try:
            told = tell_story(access)
        except SandboxUnavailable as error:
            typer.echo(f"Nothing ran in the demo tenant: {error}", err=True)
            raise typer.Exit(1) from None
    if told is not None:
        typer.echo(f"In the demo tenant, {told.scripts} scripts saw {told.records} records saved and {told.refused} refused.")


@user_cli.command("create")
def create_user(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    tenant: Annotated[str, typer.Option(help="Short name of the tenant; made if it isn't there.")],
    password: Annotated[
        str,
        typer.Option(
            envvar="ALLOY_NEW_PASSWORD",
            prompt=True,
            confirmation_prompt=True,
            hide_input=True,
            help="The first password; asked for when left out.",
        ),
    ],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    role: Annotated[BuiltinRole, typer.Option(help="The role in the tenant.")] = BuiltinRole.OWNER,
) -> None:
    """Create an account with a role in a tenant."""
    with _access(settings_of_environment()) as access:
        try:
            check_password(password)
            account = NewAccount(email, name or email, role, access.passwords.hash_now(password))
            made = access.ground.database.write_now(
                lambda work: set_up_account(work, ensure_tenant(work, name=tenant, slug=tenant), account)
            )
        except AlloyError as error:
            typer.echo(error.sentence, err=True)
            raise typer.Exit(1) from error
    typer.echo(f"{made.email} can sign in as {role} of {tenant}.")


@cli.command()
def docs(
    folder: Annotated[Path, typer.Option(help="Where the documentation lives.")] = Path("docs"),
    check: Annotated[bool, typer.Option(help="Change nothing; fail when a page is out of date.")] = False,
) -> None:
    """Write the generated reference pages: settings, permissions, REST."""
    from app.docs import stale_pages, write_pages  # these describe the engine too, which a process that serves does without

    if not check:
        write_pages(folder)
        return
    stale = stale_pages(folder)
    for page in stale:
        typer.echo(f"{page} is out of date; run `alloy docs`.", err=True)
    if stale:
        raise typer.Exit(1)


class _AnnouncingServer(uvicorn.Server):
    """Says that it serves once it does, and on which port: whoever waits for it reads that line instead of trying."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[int], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._announce(int(self.servers[0].sockets[0].getsockname()[1]))


def main() -> None:
    """Do what the command line says."""
    cli(prog_name="alloy")


@contextmanager
def _access(settings: Settings, *, quietly: bool = True) -> Iterator[Access]:
    """The access domain over a migrated database, closed afterwards; ends the command if there can't be one."""
    configure_logs(settings)
    with refusing():
        ground = build_ground(settings)
    try:
        with refusing():
            applied = migrate_engine(ground.database.engines.writer)
        if not quietly or applied:
            typer.echo(f"Applied {len(applied)} migrations." if applied else "The database is up to date.")
        yield Access(ground, DECLARED)
    finally:
        ground.close()


def _print_accounts(accounts: tuple[DemoAccount, ...]) -> None:
    for account in accounts:
        typer.echo(f"  {account.email:<22} {account.role:<9} password: {DEMO_PASSWORD}")


if __name__ == "__main__":
    main()
