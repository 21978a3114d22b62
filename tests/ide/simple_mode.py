"""CodeMirror's simple mode in a few lines, to compare the exported table with the lexer it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.ide.highlight import SimpleMode


def tokenize(mode: SimpleMode, text: str) -> Iterator[tuple[int, str, str]]:
    """``(offset, class, text)`` for every token, as the browser would find them: one line at a time."""
    compiled = {name: [(re.compile(rule["regex"]), rule) for rule in rules] for name, rules in mode["states"].items()}
    stack = ["start"]
    line_start = 0
    for line in text.split("\n"):
        at = 0
        while at < len(line):
            rest = line[at:]
            candidates = ((pattern.match(rest), rule) for pattern, rule in compiled[stack[-1]])
            match, rule = next((match, rule) for match, rule in candidates if match and match.group())
            yield line_start + at, rule["token"], match.group()
            at += match.end()
            if rule.get("pop"):
                stack.pop()
            if "push" in rule:
                stack.append(rule["push"])
        line_start += len(line) + 1
