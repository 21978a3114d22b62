"""Calls an endpoint that asks for a signature, with nothing but the standard library.

    python docs/examples/signed_call.py http://localhost:8000 demo orders/new SECRET '{"n": 1}'

SECRET is the value of the tenant's secret that the endpoint's script names.
"""

import hashlib
import hmac
import sys
import time
import urllib.parse
import urllib.request


def signed(secret: str, sent_at: int, method: str, path: str, body: bytes) -> str:
    """The header's value. `path` is what follows `/hooks/`, as it is before it is put into a URL; `sent_at` is in seconds since 1970."""
    text = f"{sent_at}.{method}.{path}.".encode() + body
    return f"t={sent_at},v1={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"


def request(url: str, tenant: str, path: str, secret: str, body: bytes, sent_at: int) -> urllib.request.Request:
    """A signed POST of JSON."""
    headers = {"Content-Type": "application/json", "X-Alloy-Signature": signed(secret, sent_at, "POST", path, body)}
    return urllib.request.Request(f"{url}/{tenant}/hooks/{urllib.parse.quote(path)}", body, headers, method="POST")  # noqa: S310  # the user's own URL


def main() -> None:
    """Call and print the answer."""
    url, tenant, path, secret, body = sys.argv[1:]
    with urllib.request.urlopen(request(url, tenant, path, secret, body.encode(), int(time.time()))) as answer:  # noqa: S310  # as above
        print(answer.status, answer.read().decode())


if __name__ == "__main__":
    main()
