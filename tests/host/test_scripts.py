"""Helpers, entity and journal as scripts meet them: compiled and run by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from app.engine import Host, Outcome, Program, compile_script
from app.engine.stdlib import STANDARD
from app.host import (
    HOST_TABLE,
    Aborted,
    Change,
    ChangeKind,
    Changes,
    Channel,
    Completed,
    EntityProxy,
    EntitySnapshot,
    Failed,
    HostContext,
    Phase,
    Plain,
    Recorder,
    Replay,
    ReplayMismatch,
    ending_of,
)
from tests.host.calls import Answers


@dataclass
class Ran:
    outcome: Outcome
    entity: EntityProxy
    context: HostContext


def run(text: str, fields: Mapping[str, Plain] | None = None, *, phase: Phase = Phase.BEFORE, channel: Channel | None = None) -> Ran:
    variables = frozenset(variable.name for variable in HOST_TABLE.variables_of(phase))
    program = compile_script(text, natives=HOST_TABLE.extend(STANDARD, phase), globals=variables)
    assert isinstance(program, Program), program
    entity = EntityProxy("deal", "d-1", fields or {})
    context = HostContext(channel or Answers(now=0), phase, "run-7", "check deal")
    bindings = {"entity": entity, "entity_before": EntitySnapshot("deal", "d-1", fields or {})}
    outcome = program.run(bindings=bindings, host=Host(context=context))
    return Ran(outcome, entity, context)


def value(text: str, fields: Mapping[str, Plain] | None = None, *, phase: Phase = Phase.BEFORE, channel: Channel | None = None) -> object:
    ending = ending_of(run(text, fields, phase=phase, channel=channel).outcome)
    assert isinstance(ending, Completed), ending
    return ending.value


def test_fields_read_and_write_by_property_and_by_index() -> None:
    ran = run('entity.amount += 5; entity["twice"] = entity["amount"] * 2;', {"amount": 1})
    assert ran.entity.changes() == Changes({"amount": 6, "twice": 12})


def test_nested_fields_and_arrays_change_in_place_and_are_tracked() -> None:
    ran = run(
        'entity.address.city = "Oslo"; entity.address.lines.push("b"); entity.tags[0] = "z"; entity.tags += "q";',
        {"address": {"city": "Bergen", "lines": ["a"]}, "tags": ["t"]},
    )
    assert ran.entity.differences() == [
        Change(("address", "city"), ChangeKind.CHANGED, "Bergen", "Oslo"),
        Change(("address", "lines", 1), ChangeKind.ADDED, None, "b"),
        Change(("tags", 0), ChangeKind.CHANGED, "t", "z"),
        Change(("tags", 1), ChangeKind.ADDED, None, "q"),
    ]


def test_a_copy_of_a_field_changes_nothing() -> None:
    ran = run("let tags = entity.tags; tags.push(2);", {"tags": [1]})
    assert not ran.entity.changes()


def test_the_entity_is_the_same_under_another_name() -> None:
    ran = run("let e = entity; e.amount = 9; fn f(x) { x.amount += 1; } f(entity);", {"amount": 1})
    assert ran.entity.changes() == Changes({"amount": 10})


def test_the_entity_before_cannot_be_changed() -> None:
    ending = ending_of(run("entity_before.amount = 2;", {"amount": 1}, phase=Phase.AFTER).outcome)
    assert isinstance(ending, Failed)
    assert "as it was before the save" in ending.error.text


def test_abort_is_a_decision_with_reason_and_place_that_catch_does_not_see() -> None:
    ran = run('try {\n  abort("too cheap");\n} catch { log("caught"); }\nlog("after");')
    ending = ending_of(ran.outcome)
    assert isinstance(ending, Aborted)
    assert ending.reason == "too cheap"
    assert ending.place is not None
    assert ending.place.line == 2
    assert ran.context.log_lines == []


def test_abort_inside_functions_and_closures_ends_the_run_too() -> None:
    ending = ending_of(run('fn f() { [1].map(|x| abort("deep")) } f(); 5').outcome)
    assert isinstance(ending, Aborted)
    assert ending.reason == "deep"


def test_an_error_is_a_failure() -> None:
    assert isinstance(ending_of(run("nope()").outcome), Failed)


def test_log_lines_before_an_error_are_kept() -> None:
    assert [line.message for line in run('log("one"); throw "x";').context.log_lines] == ["one"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('validate_email("ann@example.com")', True),
        ("validate_range(5, 1, 9.5)", True),
        ('"abc".validate_min_length(4)', False),
        ('format_money(1234.5, "EUR")', "1,234.50 EUR"),
        ('is_empty(()) && is_empty("") && is_empty([]) && !is_empty(0)', True),
        ("coalesce((), (), 3)", 3),
        ("now()", "1970-01-01T00:00:00.000Z"),
        ("entity.keys()", ["a", "b"]),
        ('entity.contains("a") && !entity.contains("c")', True),
        ('entity.a = 2; [entity.is_changed("a"), entity.original("a"), entity.changes()]', [True, 1, {"a": 2}]),
        ('[entity.remove("a"), entity.a]', [1, None]),
        ('type_of(entity) + ":" + entity.id + ":" + entity.entity_type', "entity:d-1:deal"),
    ],
)
def test_helpers_in_a_script(text: str, expected: object) -> None:
    assert value(text, {"a": 1, "b": 2}) == expected


def test_a_helper_of_another_phase_is_not_found() -> None:
    ending = ending_of(run('http_get("https://x")').outcome)
    assert isinstance(ending, Failed)
    assert ending.error.text.startswith("Function not found: http_get")


def test_the_languages_own_functions_of_the_same_name_remain() -> None:
    channel = Answers(get={"amount": 3}, find=[])
    text = '[get("deal", "7").amount, get(#{ a: 1 }, "a"), [4, 5].find(|x| x > 4), find("deal").len()]'
    assert value(text, phase=Phase.AFTER, channel=channel) == [3, 1, 5, 0]


SCRIPT = """
let answer = http_get("https://api.example.com/rates", #{ authorization: `Bearer ${secret("partner")}` });
if !answer.ok { throw "no rates"; }
entity.rate = parse_json(answer.body).rate;
entity.checked_at = now();
entity.rate
"""


def answers() -> Answers:
    return Answers(secret="s3cr3t-key", http_get={"ok": True, "body": '{"rate": 2}'}, now=1000)


def test_a_run_replayed_from_its_journal_is_the_same_run() -> None:
    recorder = Recorder(answers())
    live = run(SCRIPT, phase=Phase.AFTER, channel=recorder)
    replay = Replay.of(recorder.journal())
    again = run(SCRIPT, phase=Phase.AFTER, channel=replay)
    replay.finish()
    assert again.outcome.value == live.outcome.value == 2
    assert again.entity.changes() == live.entity.changes() == Changes({"rate": 2, "checked_at": "1970-01-01T00:00:01.000Z"})


def test_another_script_does_not_replay_and_cannot_catch_that() -> None:
    recorder = Recorder(answers())
    run(SCRIPT, phase=Phase.AFTER, channel=recorder)
    ending = ending_of(run("try { now() } catch { 1 }", phase=Phase.AFTER, channel=Replay.of(recorder.journal())).outcome)
    assert isinstance(ending, Failed)
    assert isinstance(ending.error, ReplayMismatch)
    assert "the journal has secret('partner'), the script called now()" in ending.error.text
