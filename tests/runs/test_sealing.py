"""Secrets at rest: they open for their owner under their key, and for nothing else."""

from pathlib import Path

import pytest

from app.base.errors import Conflict
from app.runs.sealing import SealBroken, Sealer, master_key

KEY = bytes(range(32))


@pytest.mark.parametrize("text", ["", "x", "a secret", "ß€" * 500])
def test_what_is_sealed_opens_again_and_can_not_be_read_before(text: str) -> None:
    sealed = Sealer(KEY).seal(text, "acme/TOKEN")
    assert Sealer(KEY).open(sealed, "acme/TOKEN") == text
    assert len(text) < 2 or text.encode() not in sealed


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert Sealer(KEY).seal("a secret", "o") != Sealer(KEY).seal("a secret", "o")


def test_a_changed_byte_another_owner_or_key_opens_nothing() -> None:
    sealed = Sealer(KEY).seal("a secret", "acme/TOKEN")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for attempt in (*changed, sealed[:-1], b""):
        with pytest.raises(SealBroken):
            Sealer(KEY).open(attempt, "acme/TOKEN")
    with pytest.raises(SealBroken):
        Sealer(KEY).open(sealed, "rival/TOKEN")
    with pytest.raises(SealBroken):
        Sealer(KEY[::-1]).open(sealed, "acme/TOKEN")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Conflict, match="no key"):
        Sealer(None).seal("a secret", "o")


def test_a_key_file_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    made = master_key("", tmp_path)
    assert made == master_key("", tmp_path)
    assert made is not None
    assert len(made) == 32
    assert (tmp_path / "secrets.key").stat().st_mode & 0o077 == 0
