"""The protocol of ``alloy eval --jsonl``."""

import io
import json

from app.commands.evaluate import answer_lines


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
