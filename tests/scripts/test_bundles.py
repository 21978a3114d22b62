"""Bundles: what goes out comes in again, and hostile archives get a clear refusal."""

import io
import json
import stat
import struct
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.scripts import ApiTrigger, Authentication, CronTrigger, FailurePolicy, LimitsProfile, ManualTrigger, ScriptSettings
from app.scripts.bundles import LARGEST_BUNDLE, packed, unpacked
from tests.scripts.kit import BEFORE_ORDER

ENTRY = {"name": "one", "file": "one.rhai", "trigger": {"kind": "manual"}}
SETTINGS = (
    ScriptSettings("event", "Räumt auf.", BEFORE_ORDER, 7, FailurePolicy.OPEN, LimitsProfile.STRICT, ("a", "b"), "viewer"),
    ScriptSettings("cron", trigger=CronTrigger("0 9 * * *", "Europe/Berlin")),
    ScriptSettings("api", trigger=ApiTrigger("orders", "PUT", Authentication.HMAC, "key")),
    ScriptSettings("manual", trigger=ManualTrigger()),
)


def _zip(members: dict[str, bytes] | list[tuple[Any, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _manifest(*entries: Any, **changes: Any) -> bytes:
    return json.dumps({"format": "alloy-scripts", "version": 1, "scripts": list(entries), **changes}).encode()


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _encrypted() -> bytes:
    data = bytearray(_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"1"}))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        data[at + offset] |= 1
    return bytes(data)


def _lying_about_its_size() -> bytes:
    data = bytearray(_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"1" * 1_000_000}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


def test_what_goes_out_comes_in_again() -> None:
    sources = ["1", "é\r\n\t" * 100, "", "x" * 65_536]
    found = unpacked(packed(zip(SETTINGS, sources, ["why"] * 4, strict=True)))
    assert [(each.settings, each.source, each.message) for each in found] == [
        (settings, source, "why") for settings, source in zip(SETTINGS, sources, strict=True)
    ]
    assert not any(each.activate for each in found)


def test_the_same_scripts_make_the_same_bytes() -> None:
    assert packed([(SETTINGS[0], "1", "")]) == packed([(SETTINGS[0], "1", "")])


def _bombs() -> bytes:
    names = [str(number) for number in range(100)]
    manifest = _manifest(*({**ENTRY, "name": f"s{name}", "file": name} for name in names))
    return _zip({"manifest.json": manifest} | dict.fromkeys(names, b" " * 65_000))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "can't be read"),
    "no zip": (b"PK\x03\x04 no, not really", "can't be read"),
    "cut off": (_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"1"})[:-30], "can't be read"),
    "too large": (b"\x00" * (LARGEST_BUNDLE + 1), "are allowed"),
    "no manifest": (_zip({"one.rhai": b"1"}), "no manifest"),
    "manifest is no JSON": (_zip({"manifest.json": b"{"}), "manifest can't be read"),
    "manifest is no UTF-8": (_zip({"manifest.json": b'{"format": "\xff"}'}), "manifest can't be read"),
    "manifest is deep": (_zip({"manifest.json": b"[" * 100_000}), "manifest can't be read"),
    "manifest is another's": (_zip({"manifest.json": _manifest(format="other")}), "manifest can't be read"),
    "manifest of the future": (_zip({"manifest.json": _manifest(version=2)}), "manifest can't be read"),
    "manifest with more": (_zip({"manifest.json": _manifest(extra=1)}), "manifest can't be read"),
    "an entry without a trigger": (_zip({"manifest.json": _manifest({"name": "a", "file": "a"}), "a": b""}), "manifest can't be read"),
    "a trigger of no kind": (_zip({"manifest.json": _manifest({**ENTRY, "trigger": {"kind": "x"}}), "one.rhai": b""}), "manifest can't"),
    "a size bomb": (_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b" " * 50_000_000}), "unpacks to more than 65536"),
    "a manifest bomb": (_zip({"manifest.json": b" " * 50_000_000}), "unpacks to more than"),
    "many bombs": (_bombs(), "more than 4194304 bytes"),
    "a lie about its size": (_lying_about_its_size(), "can't be read|unpacks to more"),
    "too many files": (_zip({f"{number}.rhai": b"" for number in range(600)}), "600 files"),
    "a path upwards": (_zip({"manifest.json": _manifest({**ENTRY, "file": "../one.rhai"}), "../one.rhai": b"1"}), "no plain file"),
    "an absolute path": (_zip({"manifest.json": _manifest({**ENTRY, "file": "/etc/passwd"}), "/etc/passwd": b"1"}), "no plain file"),
    "a drive": (_zip({"manifest.json": _manifest({**ENTRY, "file": "C:one"}), "C:one": b"1"}), "no plain file"),
    "a backslash": (_zip({"manifest.json": _manifest({**ENTRY, "file": "..\\one"}), "..\\one": b"1"}), "no plain file"),
    "a folder": (_zip({"manifest.json": _manifest(), "folder/": b""}), "no plain file"),
    "a link": (_zip([("manifest.json", _manifest(ENTRY)), (_link("one.rhai"), b"/etc/passwd")]), "no plain file"),
    "encrypted": (_encrypted(), "encrypted"),
    "another method": (_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"1"}, zipfile.ZIP_LZMA), "another method"),
    "a name twice": (
        _zip({"manifest.json": _manifest(ENTRY, {**ENTRY, "file": "two.rhai"}), "one.rhai": b"1", "two.rhai": b"1"}),
        "name 'one' twice",
    ),
    "a file twice": (_zip({"manifest.json": _manifest(ENTRY, {**ENTRY, "name": "two"}), "one.rhai": b"1"}), "file 'one.rhai' twice"),
    "a file that is missing": (_zip({"manifest.json": _manifest(ENTRY)}), "not in the bundle"),
    "a file too many": (_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"1", "two.rhai": b"1"}), "not in its manifest"),
    "the manifest as a script": (_zip({"manifest.json": _manifest({**ENTRY, "file": "manifest.json"})}), "lists itself"),
    "no UTF-8": (_zip({"manifest.json": _manifest(ENTRY), "one.rhai": b"\xff"}), "not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_with_what_is_wrong(case: str) -> None:
    data, message = HOSTILE[case]
    with pytest.raises(Invalid, match=message) as refused:
        unpacked(data)
    assert refused.value.field in ("bundle", "manifest")
    assert refused.value.hint != ""


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused() -> None:
    data = _zip([("manifest.json", _manifest(ENTRY)), ("one.rhai", b"1"), ("one.rhai", b"2")])
    with pytest.raises(Invalid, match="twice"):
        unpacked(data)


@given(st.data())
def test_a_damaged_archive_is_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(packed([(SETTINGS[0], "let x = 1;", "why"), (SETTINGS[3], "2", "")]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Invalid):
        assert len(unpacked(bytes(whole))) <= 2
