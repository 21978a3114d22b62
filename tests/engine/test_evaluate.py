"""The protocol of ``alloy eval --jsonl``."""

import io
import json
import subprocess
import sys

import pytest

from app.commands.evaluation import answer_lines


def _answers(*lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    answer_lines(io.StringIO("\n".join(lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_answers_come_in_order_with_values_and_prints() -> None:
    first, second = _answers('{"id": "a", "source": "print(1); 2"}', '{"id": "b", "source": "nope"}')
    assert first == {"id": "a", "ok": {"t": "i64", "v": "2"}, "prints": ["1"], "ops": first["ops"]}
    assert second["error"] == {
        "kind": "ErrorVariableNotFound",
        "message": "Variable not found: nope (line 1, position 1)",
        "line": 1,
        "col": 1,
    }


def test_a_broken_line_takes_nothing_down() -> None:
    answers = _answers("{", '{"id": 2}', '{"id": 3, "source": "3"}')
    assert [answer["id"] for answer in answers] == [None, 2, 3]
    assert answers[2]["ok"] == {"t": "i64", "v": "3"}


def test_limits_are_those_of_the_case() -> None:
    (answer,) = _answers('{"id": 1, "source": "loop { }", "limits": {"max_operations": 100}}')
    assert isinstance(answer["error"], dict)
    assert answer["error"]["kind"] == "ErrorTooManyOperations"
    assert answer["error"]["limit"] == "max_operations"


_GREEDY = {
    "a string": 'let s = "ab"; loop { s += s; }',
    "an array": "let a = [1]; loop { a += a; }",
    "arrays in arrays": "let a = [1]; loop { a = [a, a]; }",
    "a map": "let m = #{}; let i = 0; loop { i += 1; m[`k${i}`] = [i, i]; }",
}


def _evaluated(*options: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.commands.evaluate", "--memory", "256", *options]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=250, check=False)


@pytest.mark.slow
def test_a_script_without_limits_that_takes_all_memory_gets_an_error() -> None:
    ran = _evaluated("-e", _GREEDY["a string"])
    assert ran.returncode == 1
    assert ran.stderr.startswith("Total size of data too large")


@pytest.mark.slow
def test_cases_that_take_all_memory_are_answered_and_the_next_one_too() -> None:
    given = [{"id": name, "source": source} for name, source in _GREEDY.items()] + [{"id": "next", "source": "1 + 1"}]
    ran = _evaluated("--jsonl", given="\n".join(map(json.dumps, given)))
    *greedy, after = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [answer["id"] for answer in greedy] == list(_GREEDY)
    assert {answer["error"]["limit"] for answer in greedy} == {"max_memory"}
    assert after["ok"] == {"t": "i64", "v": "2"}
