#!/usr/bin/env bash
# Makes the virtual environment and installs exactly what requirements/dev.lock names. uv does it faster where it is found.
set -euo pipefail
python=$1 venv=$2

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Alloy needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv" >&2
  exit 1
fi

if [ ! -x "$venv/bin/python" ]; then
  if command -v uv >/dev/null; then
    uv venv --quiet --seed --python "$python" "$venv"
  elif ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "This Python can't make virtual environments. On Debian and Ubuntu: apt-get install python3-venv (or put uv on the PATH)" >&2
    exit 1
  fi
fi

if command -v uv >/dev/null; then
  uv pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements/dev.lock
  uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
else
  "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements/dev.lock
  "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
