#!/usr/bin/env bash
# Makes sure that there is a browser for the journeys: an installed Chromium or Chrome, else Playwright's own, else Debian's package.
set -euo pipefail
bin=$1

if "$bin/python" -c 'from e2e.browser import found; raise SystemExit(not found())'; then
  exit 0
fi

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

echo "No Chromium is installed; fetching Playwright's."
if timeout 300 "$bin/playwright" install chromium-headless-shell chromium >/dev/null 2>&1 \
  && as_root "$bin/playwright" install-deps chromium >/dev/null 2>&1; then
  exit 0
fi

echo "That did not work; installing the distribution's package."
if command -v apt-get >/dev/null && as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then
  exit 0
fi
echo "Browser tests need Chromium or Chrome: install one (apt-get install chromium) or name it with ALLOY_CHROMIUM=/path." >&2
exit 1
