"""Hand-written CPython of the programs in this folder, one function each, giving the same values."""

from collections.abc import Callable
from typing import Any


def collatz() -> object:
    longest = best = 0
    for start in range(1, 3_000):
        n, steps = start, 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        if steps > longest:
            longest, best = steps, start
    return best * 1000 + longest


def ackermann() -> object:
    def ack(m: int, n: int) -> int:
        if m == 0:
            return n + 1
        if n == 0:
            return ack(m - 1, 1)
        return ack(m - 1, ack(m, n - 1))

    return sum(ack(2, 6) for _ in range(400))


def insertion_sort() -> object:
    a: list[int] = []
    x = 7
    for _ in range(250):
        x = (x * 75 + 74) % 65_537
        a.append(x)
    for i in range(1, len(a)):
        v = a[i]
        j = i - 1
        while j >= 0 and a[j] > v:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = v
    return a[0] + a[125] * 3 + a[249] * 7


def invoice() -> object:
    rates = {"DE": 0.19, "FR": 0.2, "US": 0.0}

    def close(country: str, lines: list[tuple[float, int]]) -> float:
        net = 0.0
        for price, qty in lines:
            gross = price * qty
            net += gross * 0.9 if qty >= 10 else gross
        return net + net * rates.get(country, 0.21)

    countries = ["DE", "FR", "US", "NL"]
    total = 0.0
    for i in range(4_000):
        total += close(countries[i % 4], [(2.5, i % 13), (10.0, 1), (0.75, 12)])
    return float(round(total))


def words() -> object:
    text = "automation scripts save everybody a great deal of boring and error prone work every single day"
    lengths: dict[str, int] = {}
    turned = ""
    for turn in range(400):
        for word in text.split(" "):
            key = f"n{len(word)}"
            lengths[key] = lengths.get(key, 0) + 1
            back = ""
            for ch in word:
                back = ch + back
            if turn == 0:
                turned += back + " "
    return f"{len(turned)} {lengths['n4']} {len(lengths)}"


def dispatch() -> object:
    state, stops, moves = "start", 0, 0
    for i in range(60_000):
        event = i % 7
        if state == "start":
            state = "run" if event > 3 else "wait"
        elif state == "wait":
            state = "run" if event == 6 else "wait"
        elif state == "run":
            if event == 0:
                state = "stop"
        else:
            stops += 1
            state = "start"
        if state == "run":
            moves += 1
    return [stops, moves]


def counters() -> object:
    count = 0

    def bump(by: int) -> int:
        nonlocal count
        count += by
        return count

    def reset() -> None:
        nonlocal count
        count = 0

    high = 0
    for i in range(20_000):
        now = bump(i % 5)
        high = max(high, now)
        if now > 500:
            reset()
    return [count, high]


def queries() -> object:
    rows = [(i, (i * 7_919) % 1_000, i % 3 != 0) for i in range(2_000)]
    total = 0
    for threshold in (100, 300, 500, 700, 900):
        picked = sorted(score for _, score, is_open in rows if is_open and score > threshold)
        total += sum(picked) + picked[0]
    return total


def guards() -> object:
    def parse(text: str) -> int:
        if text == "":
            raise ValueError("empty")
        return int(text)

    good = bad = 0
    inputs = ["12", "", "x1", "9000", "7"]
    for i in range(12_000):
        try:
            good += parse(inputs[i % 5]) // (i % 2)
        except (ValueError, ZeroDivisionError):
            bad += 1
    return [good, bad]


def bits() -> object:
    lfsr, ones = 0xACE1, 0
    for _ in range(60_000):
        bit = (lfsr ^ (lfsr >> 2) ^ (lfsr >> 3) ^ (lfsr >> 5)) & 1
        lfsr = (lfsr >> 1) | (bit << 15)
        ones += lfsr & 1
    return [lfsr, ones]


def _tokenize(text: str) -> list[dict[str, Any]]:
    tokens: list[dict[str, Any]] = []
    number = ""
    for ch in text:
        if "0" <= ch <= "9":
            number += ch
        else:
            if number != "":
                tokens.append({"kind": "num", "value": int(number)})
                number = ""
            if ch != " ":
                tokens.append({"kind": "op", "value": ch})
    if number != "":
        tokens.append({"kind": "num", "value": int(number)})
    return tokens


def _expression(tokens: list[dict[str, Any]], pos: int) -> list[int]:
    value, at = _term(tokens, pos)
    while at < len(tokens) and (tokens[at]["value"] == "+" or tokens[at]["value"] == "-"):
        op = tokens[at]["value"]
        operand = _term(tokens, at + 1)
        if op == "+":
            value += operand[0]
        else:
            value -= operand[0]
        at = operand[1]
    return [value, at]


def _term(tokens: list[dict[str, Any]], pos: int) -> list[int]:
    value, at = _factor(tokens, pos)
    while at < len(tokens) and (tokens[at]["value"] == "*" or tokens[at]["value"] == "/"):
        op = tokens[at]["value"]
        operand = _factor(tokens, at + 1)
        value = value * operand[0] if op == "*" else int(value / operand[0])
        at = operand[1]
    return [value, at]


def _factor(tokens: list[dict[str, Any]], pos: int) -> list[int]:
    token = tokens[pos]
    if token["kind"] == "num":
        return [token["value"], pos + 1]
    if token["value"] == "(":
        inner = _expression(tokens, pos + 1)
        return [inner[0], inner[1] + 1]
    if token["value"] == "-":
        inner = _factor(tokens, pos + 1)
        return [-inner[0], inner[1]]
    raise ValueError(f"unexpected {token['value']}")


def formulas() -> object:
    sources = ["1 + 2 * 3", "(4 + 5) * (6 - 2)", "100 / 7 - 3 * (2 + 1)", "-(12 + 30) * 2 + 17", "((1 + 2) * (3 + 4)) / 5 - 6 * 7"]
    total = 0
    for i in range(60):
        for source in sources:
            total += _expression(_tokenize(source), 0)[0] * (i % 3 + 1)
    return total


def _walk(value: Any, depth: int, stats: dict[str, int]) -> dict[str, int]:
    if depth > stats["deepest"]:
        stats["deepest"] = depth
    if isinstance(value, dict):
        for key in value:
            stats["keys"] += 1
            stats = _walk(value[key], depth + 1, stats)
    elif isinstance(value, list):
        for item in value:
            stats = _walk(item, depth + 1, stats)
    elif isinstance(value, str):
        stats["texts"] += len(value)
    elif isinstance(value, bool):
        stats["yes"] += value
    elif isinstance(value, int):
        stats["sum"] += value
    else:
        stats["other"] += 1
    return stats


def _to_text(value: Any) -> str:
    if isinstance(value, dict):
        parts = [f'"{key}":' + _to_text(value[key]) for key in value]
        out = "{"
        first = True
        for part in parts:
            if not first:
                out += ","
            first = False
            out += part
        return out + "}"
    if isinstance(value, list):
        out = "["
        for i, item in enumerate(value):
            if i > 0:
                out += ","
            out += _to_text(item)
        return out + "]"
    if isinstance(value, str):
        return f'"{value}"'
    if value is None:
        return "null"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def documents() -> object:
    docs = [
        {
            "id": i,
            "name": f"doc {i}",
            "open": i % 2 == 0,
            "note": None,
            "tags": ["a", "b", f"t{i % 5}"],
            "owner": {"name": "ann", "age": 30 + i, "address": {"city": "Bern", "zip": 3000 + i}},
            "lines": [{"sku": "x", "qty": i % 4}, {"sku": "yy", "qty": 2, "parts": [1, 2, [3, 4]]}],
        }
        for i in range(40)
    ]
    stats = {"deepest": 0, "keys": 0, "texts": 0, "sum": 0, "yes": 0, "other": 0}
    for _ in range(3):
        stats = _walk(docs, 0, stats)
    size = sum(len(_to_text(docs)) for _ in range(3))
    return [*stats.values(), size]


TWINS: dict[str, Callable[[], object]] = {
    twin.__name__: twin
    for twin in (collatz, ackermann, insertion_sort, invoice, words, dispatch, counters, queries, guards, bits, formulas, documents)
}
