from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from app.engine.values import Value
from app.host import HostCall, Plain, Recorder, Refusal, Replay, ReplayMismatch
from app.host.masking import Masks
from tests.host.calls import Answers, Run, call, run_with


class Refusing:
    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        raise Refusal("http.blocked", f"{args[0]} is not on the list")


def test_a_recorder_writes_down_calls_with_their_answers_in_order() -> None:
    recorder = Recorder(Answers(get={"id": "7"}, count=3))
    run = run_with(recorder)
    call("get", "deal", "7", run=run)
    call("count", "deal", {"open": True}, run=run)
    assert recorder.journal() == [
        {"name": "get", "args": ["deal", "7"], "answer": {"id": "7"}},
        {"name": "count", "args": ["deal", {"open": True}], "answer": 3},
    ]


def test_a_recorder_writes_down_refusals_and_passes_them_on() -> None:
    recorder = Recorder(Refusing())
    with pytest.raises(Refusal):
        recorder.call("http_get", ["http://x"])
    assert recorder.journal() == [
        {"name": "http_get", "args": ["http://x"], "refusal": {"code": "http.blocked", "message": "http://x is not on the list"}}
    ]


def test_a_journal_does_not_change_when_the_script_changes_an_answer() -> None:
    recorder = Recorder(Answers(get={"tags": ["a"]}))
    answer = recorder.call("get", ["deal", "7"])
    assert isinstance(answer, dict)
    answer["tags"].append("b")
    assert recorder.calls[0].answer == {"tags": ["a"]}


def test_a_run_replayed_from_its_journal_gets_the_same_answers() -> None:
    recorder = Recorder(Answers(now=1_000, get={"id": "7"}))
    live = run_with(recorder)
    seen = [call("now", run=live), call("get", "deal", "7", run=live)]
    replay = Replay.of(json.loads(json.dumps(recorder.journal())))
    replayed = run_with(replay)
    assert [call("now", run=replayed), call("get", "deal", "7", run=replayed)] == seen
    replay.finish()


def test_a_recorded_refusal_is_replayed() -> None:
    replay = Replay([HostCall("http_get", ("u",), refusal=("http.blocked", "no"))])
    with pytest.raises(Refusal, match="no") as caught:
        replay.call("http_get", ["u"])
    assert caught.value.code == "http.blocked"


def test_another_call_than_the_recorded_one_ends_the_replay_naming_both() -> None:
    replay = Replay([HostCall("get", ("deal", "7"))])
    with pytest.raises(ReplayMismatch, match=r"call 1: the journal has get\('deal', '7'\), the script called get\('deal', '8'\)"):
        replay.call("get", ["deal", "8"])


def test_arguments_of_another_type_differ() -> None:
    with pytest.raises(ReplayMismatch):
        Replay([HostCall("count", ({"n": 1},))]).call("count", [{"n": 1.0}])


def test_a_call_beyond_the_journal_ends_the_replay() -> None:
    with pytest.raises(ReplayMismatch, match="the journal has ended, the script called now"):
        Replay([]).call("now", [])


def test_calls_left_over_are_a_mismatch() -> None:
    with pytest.raises(ReplayMismatch, match=r"the journal has now\(\), the script has ended"):
        Replay([HostCall("now", (), 5)]).finish()


def test_a_mismatch_shows_long_arguments_shortened() -> None:
    with pytest.raises(ReplayMismatch) as caught:
        Replay([]).call("secret", ["x" * 5000])
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("entry", [{}, {"name": "now"}, {"name": 1, "args": [], "answer": 1}, {"name": "now", "args": [], "refusal": 5}])
def test_a_malformed_entry_is_refused(entry: dict[str, Plain]) -> None:
    with pytest.raises(ValueError, match="not a journal entry"):
        HostCall.from_plain(entry)


def test_a_secret_is_masked_in_all_that_is_recorded_and_logged() -> None:
    recorder = Recorder(Answers(secret="s3cr3t-key", http_get={"body": "echo s3cr3t-key"}))
    run = run_with(recorder)
    key = call("secret", "partner", run=run)
    call("http_get", "https://x", {"authorization": f"Bearer {key}"}, run=run)
    call("log", f"used {key}", run=run)
    assert key == "s3cr3t-key"
    assert "s3cr3t" not in json.dumps(recorder.journal())
    assert run.host.log_lines[0].message == "used <secret:partner>"


def test_a_run_that_used_a_secret_replays_from_its_masked_journal() -> None:
    recorder = Recorder(Answers(secret="s3cr3t-key", http_get={"ok": True}))

    def script(run: Run) -> Value:
        return call("http_get", "https://x", {"authorization": f"Bearer {call('secret', 'partner', run=run)}"}, run=run)

    live = script(run_with(recorder))
    replay = Replay.of(recorder.journal())
    assert script(run_with(replay)) == live
    replay.finish()


def test_of_two_secrets_the_longer_is_masked_first() -> None:
    masks = Masks()
    masks.add("short", "abcd")
    masks.add("long", "abcdef")
    assert masks.plain({"abcdef": ["x abcd"]}) == {"<secret:long>": ["x <secret:short>"]}


def test_a_secret_too_short_to_hide_is_left_alone() -> None:
    masks = Masks()
    masks.add("pin", "12")
    assert masks.text("12 of 12") == "12 of 12"


def test_a_refusal_survives_being_written_and_read() -> None:
    call_made = HostCall("http_get", ("u",), refusal=("http.blocked", "no"))
    assert HostCall.from_plain(call_made.to_plain()) == call_made
