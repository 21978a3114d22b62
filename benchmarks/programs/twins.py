"""Hand-written CPython of the programs in this folder, one function each, giving the same values."""

from collections.abc import Callable


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


TWINS: dict[str, Callable[[], object]] = {
    twin.__name__: twin for twin in (collatz, ackermann, insertion_sort, invoice, words, dispatch, counters, queries, guards, bits)
}
