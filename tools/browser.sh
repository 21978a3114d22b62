#!/usr/bin/env bash
# Makes sure that there is a browser for the journeys: an installed Chromium or Chrome, else Playwright's own, else Debian's package.
set -euo pipefail
bin=$1

found() { "$bin/python" -c 'from e2e.browser import found; raise SystemExit(not found())'; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

if found; then exit 0; fi

echo "No Chromium is installed; fetching Playwright's."
if PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=10000 timeout 180 "$bin/playwright" install chromium-headless-shell chromium >/dev/null 2>&1; then
  if found; then exit 0; fi
  # Downloaded, but libraries of the system are missing.
  as_root "$bin/playwright" install-deps chromium >/dev/null 2>&1 || true
  if found; then exit 0; fi
fi

if command -v apt-get >/dev/null; then
  echo "That did not work; installing the distribution's package."
  # A list that can't be fetched need not be the one that is needed, so the installation decides.
  as_root apt-get update -qq >/dev/null 2>&1 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 || true
  if found; then exit 0; fi
fi
echo "Browser tests need Chromium or Chrome, and none could be installed here: install one as root (apt-get install chromium), or name it with ALLOY_CHROMIUM=/path." >&2
exit 1
