"""Scripts as files: a zip with `manifest.json` and one `.rhai` file for each script. Pure; hostile bytes get a clear refusal.

A bundle is small by nature (64 KiB a script), so everything is bounded before it is read: the archive, the number of its members, and what
each of them may unpack to. Names of members are looked up in the manifest, never used as paths.
"""

import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

import msgspec

from app.base.errors import Invalid
from app.scripts.policy import LONGEST_MESSAGE, SOURCE_LIMIT
from app.scripts.types import (
    ApiTrigger,
    Authentication,
    CronTrigger,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    LimitsProfile,
    ManualTrigger,
    NewScript,
    Phase,
    ScriptSettings,
    Trigger,
)

FORMAT: Final = "alloy-scripts"
MANIFEST: Final = "manifest.json"
MOST_SCRIPTS: Final = 500
LARGEST_BUNDLE: Final = 8 * 1_048_576
LARGEST_MANIFEST: Final = 1_048_576
LARGEST_TOTAL: Final = 4 * 1_048_576
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_AS_EXPORTED: Final = "Send a zip file as exporting makes it."
_EPOCH: Final = (2026, 1, 1, 0, 0, 0)
"""The date of every member: the same scripts make the same bytes."""


class EventEntry(msgspec.Struct, tag_field="kind", tag="event", forbid_unknown_fields=True):
    """An event trigger in a manifest."""

    entity_type: str
    events: list[EntityEvent]
    phase: Phase


class CronEntry(msgspec.Struct, tag_field="kind", tag="cron", forbid_unknown_fields=True):
    """A cron trigger in a manifest."""

    expression: str
    zone: str = ""


class ApiEntry(msgspec.Struct, tag_field="kind", tag="api", forbid_unknown_fields=True):
    """An API trigger in a manifest."""

    path: str
    method: str = "POST"
    authentication: Authentication = Authentication.TOKEN
    secret: str = ""


class ManualEntry(msgspec.Struct, tag_field="kind", tag="manual", forbid_unknown_fields=True):
    """A manual trigger in a manifest."""


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One script in a manifest; `file` names the member that holds its source."""

    name: str
    file: str
    trigger: EventEntry | CronEntry | ApiEntry | ManualEntry
    description: str = ""
    priority: int = 100
    failure_policy: FailurePolicy = FailurePolicy.CLOSED
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: list[str] = []
    run_as: str = "author"
    message: Annotated[str, msgspec.Meta(max_length=LONGEST_MESSAGE)] = ""


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """What a bundle holds."""

    format: Literal["alloy-scripts"]
    version: Literal[1]
    scripts: list[Entry]


def packed(scripts: Iterable[tuple[ScriptSettings, str, str]]) -> bytes:
    """A bundle of scripts, each given by settings, source and message; the same scripts make the same bytes."""
    entries: list[Entry] = []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for settings, source, message in scripts:
            entries.append(_entry(settings, message))
            archive.writestr(_member(entries[-1].file), source.encode())
        manifest = Manifest(FORMAT, 1, entries)
        archive.writestr(_member(MANIFEST), msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    return buffer.getvalue()


def unpacked(data: bytes) -> tuple[NewScript, ...]:
    """The scripts of a bundle, in the manifest's order.

    Raises:
        Invalid: it is no bundle, or too large, or what it holds and what its manifest says differ.
    """
    if len(data) > LARGEST_BUNDLE:
        raise _refused(f"The bundle has {len(data)} bytes; {LARGEST_BUNDLE} are allowed.", "Import the scripts in several bundles.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
            manifest = _manifest(archive, members)
            _check_manifest(manifest, members)
            return _scripts(archive, members, manifest)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, OverflowError) as error:
        # zipfile raises any of these for archives that are broken, encrypted, or compressed in ways it doesn't know.
        raise _refused(f"The bundle can't be read: {str(error)[:200] or type(error).__name__}.", _AS_EXPORTED) from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_SCRIPTS + 1:
        raise _refused(f"The bundle has {len(infos)} files; {MOST_SCRIPTS + 1} are allowed.", "Import the scripts in several bundles.")
    for info in infos:
        if info.is_dir() or not _is_plain(info):
            raise _refused(f"{info.filename[:80]!r} is no plain file at the top of the bundle.", "Leave folders and links out.")
        # Other methods may ask for gigabytes to unpack a few bytes.
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise _refused(f"{info.filename[:80]!r} is encrypted, or compressed by another method than deflate.", _AS_EXPORTED)
    twice = [name for name, count in Counter(info.filename for info in infos).items() if count > 1]
    if twice:
        raise _refused(f"{twice[0][:80]!r} is in the bundle twice.", "Leave one of them out.")
    return {info.filename: info for info in infos}


def _is_plain(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    is_file = not stat.S_IFMT(mode) or stat.S_ISREG(mode)
    return is_file and not set(info.filename) & set("/\\:\x00") and info.filename not in ("", ".", "..")


def _manifest(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Manifest:
    if MANIFEST not in members:
        raise _refused(f"The bundle has no {MANIFEST}.", _AS_EXPORTED)
    text = _content(archive, members[MANIFEST], LARGEST_MANIFEST)
    try:
        return msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"The manifest can't be read: {str(error)[:200]}.", "Correct it, or export again.", "manifest") from None


def _check_manifest(manifest: Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    for what, values in (("name", [each.name for each in manifest.scripts]), ("file", [each.file for each in manifest.scripts])):
        twice = [value for value, count in Counter(values).items() if count > 1]
        if twice:
            raise _refused(f"The manifest has the {what} {twice[0][:80]!r} twice.", "Each script needs its own.", "manifest")
    listed = {entry.file for entry in manifest.scripts} | {MANIFEST}
    for name in sorted(listed ^ members.keys()):
        told = "is in the manifest, but not in the bundle" if name in listed else "is in the bundle, but not in its manifest"
        raise _refused(f"{name[:80]!r} {told}.", "Correct the manifest, or export again.", "manifest")
    if MANIFEST in {entry.file for entry in manifest.scripts}:
        raise _refused("The manifest lists itself as a script.", "Correct it, or export again.", "manifest")


def _scripts(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], manifest: Manifest) -> tuple[NewScript, ...]:
    found, total = [], 0
    for entry in manifest.scripts:
        found.append(_script(archive, members, entry))
        total += len(found[-1].source.encode())
        if total > LARGEST_TOTAL:
            raise _refused(f"The scripts unpack to more than {LARGEST_TOTAL} bytes.", "Import them in several bundles.")
    return tuple(found)


def _script(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], entry: Entry) -> NewScript:
    try:
        source = _content(archive, members[entry.file], SOURCE_LIMIT).decode()
    except UnicodeDecodeError:
        raise _refused(f"{entry.file[:80]!r} is not UTF-8.", "Save it as UTF-8.") from None
    settings = ScriptSettings(
        entry.name,
        entry.description,
        _trigger(entry.trigger),
        entry.priority,
        entry.failure_policy,
        entry.limits_profile,
        tuple(sorted(set(entry.allowed_secrets))),
        entry.run_as,
    )
    return NewScript(settings, source, entry.message)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """A member's content, never unpacked beyond the limit, whatever its header says."""
    with archive.open(info) as member:
        content = member.read(limit + 1)
    if len(content) > limit:
        raise _refused(f"{info.filename[:80]!r} unpacks to more than {limit} bytes.", "Split it into several scripts.")
    return content


def _trigger(entry: EventEntry | CronEntry | ApiEntry | ManualEntry) -> Trigger:
    match entry:
        case EventEntry():
            return EventTrigger(entry.entity_type, tuple(entry.events), entry.phase)
        case CronEntry():
            return CronTrigger(entry.expression, entry.zone)
        case ApiEntry():
            return ApiTrigger(entry.path, entry.method, entry.authentication, entry.secret)
        case ManualEntry():
            return ManualTrigger()


def _entry(settings: ScriptSettings, message: str) -> Entry:
    trigger: dict[str, Any] = msgspec.to_builtins(settings.trigger)
    return Entry(
        settings.name,
        f"{settings.name}.rhai",
        msgspec.convert(trigger, EventEntry | CronEntry | ApiEntry | ManualEntry),
        settings.description,
        settings.priority,
        settings.failure_policy,
        settings.limits_profile,
        list(settings.allowed_secrets),
        settings.run_as,
        message,
    )


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _refused(message: str, hint: str, field: str = "bundle") -> Invalid:
    return Invalid(message, hint, field=field)
