#!/usr/bin/env bash
# Check the web code, and that the committed bundles are what it builds to.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
    echo "no npm: the web pages are not checked" >&2
    exit 0
fi
bundles=(src/ksdiff/assets/viewer.js src/ksdiff/assets/THREE_LICENSE.txt src/ksdiff/studio/static)
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp -r --parents "${bundles[@]}" "$before"
# What the tests of ksdiff in the browser run on.
"${PYTHON:-.venv/bin/python}" -m ksdiff.cli web --out web/ksdiff/build/assets >/dev/null
for page in viewer studio ksdiff; do
    npm ci --silent --no-audit --no-fund --prefix "web/$page"
    for step in check test build; do
        npm run --silent --if-present --prefix "web/$page" "$step"
    done
done
for bundle in "${bundles[@]}"; do
    diff -r --brief "$before/$bundle" "$bundle" || { echo "$bundle is not what web/ builds to: commit it" >&2; exit 1; }
done
