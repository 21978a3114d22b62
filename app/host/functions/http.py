"""``http_get``, ``http_post``, ``http_request``. The host makes the requests, under the tenant's allow-list and limits."""

from __future__ import annotations

from app.host.phases import OUTWARD_PHASES
from app.host.table import Effect, Helper, host_overload

_ANSWER = (
    "The answer is a map: `status` (a number), `ok` (whether it is 200 to 299), `headers` (a map, names in lower case) and `body` (text; "
    "`parse_json` reads it). A host that is not on the tenant's list, a time-out or an answer that is too large raises an error that "
    "`catch` sees. Not available before a save."
)

HELPERS = (
    Helper(
        "http_get",
        f"Fetches a URL. {_ANSWER}",
        'let answer = http_get("https://api.example.com/rates");\nif answer.ok { log(answer.body); }',
        (
            host_overload("url: string", "map", "http_get"),
            host_overload("url: string, headers: map", "map", "http_get"),
        ),
        OUTWARD_PHASES,
        Effect.NETWORK,
        cost=500,
    ),
    Helper(
        "http_post",
        f"Sends a body to a URL: text as it is, a map or an array as JSON. {_ANSWER}",
        'http_post("https://hooks.example.com/deals", #{ id: entity.id, amount: entity.amount });',
        tuple(
            host_overload(f"url: string, body: {body}{headers}", "map", "http_post")
            for headers in ("", ", headers: map")
            for body in ("string", "map", "array")
        ),
        OUTWARD_PHASES,
        Effect.NETWORK,
        cost=500,
    ),
    Helper(
        "http_request",
        f"Makes a request with any method; `()` as body sends none. {_ANSWER}",
        'http_request("PUT", "https://api.example.com/deals/7", #{ status: "won" }, #{ "x-source": "alloy" });',
        tuple(
            host_overload(f"method: string, url: string, body: {body}, headers: map", "map", "http_request")
            for body in ("string", "map", "array", "()")
        ),
        OUTWARD_PHASES,
        Effect.NETWORK,
        cost=500,
    ),
)
