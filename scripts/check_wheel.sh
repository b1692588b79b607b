#!/usr/bin/env bash
# Build sdist and wheel, check both, install the wheel without extras in a bare environment away from the repository, and
# use it there. SHORT=1 leaves out the tests.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
voice=$repository/web/ksdiff/tests/data/voice.wav
clip=$repository/tests/data/obama_speech.mp4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH

"${PYTHON:-python3}" -m venv "$work/tools"
"$work/tools/bin/python" -m pip --quiet --disable-pip-version-check install -c "$repository/constraints.txt" \
    build check-wheel-contents twine
# The wheel is built from the sdist, so that nothing is missing there.
KSDIFF_REPOSITORY=https://example.org/ksdiff "$work/tools/bin/python" -m build --outdir "$work/dist" "$repository" >/dev/null
"$work/tools/bin/twine" check --strict "$work"/dist/*
"$work/tools/bin/check-wheel-contents" --config "$repository/pyproject.toml" "$work"/dist/*.whl

"${PYTHON:-python3}" -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
megabytes() { find "$work"/venv/lib/python*/site-packages -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%d", sum / 1e6 }'; }
before=$(megabytes)
pip install -c "$repository/constraints.txt" "$work"/dist/ksdiff-*.whl
added=$(($(megabytes) - before))
echo "pip install ksdiff: $added MB, compiled modules included"
if [ "$added" -gt 250 ]; then
    echo "without extras, more than 250 MB were installed" >&2
    exit 1
fi

cd "$work"
# What animates needs neither torch, scipy nor FFmpeg.
for package in torch scipy av; do
    if venv/bin/python -c "import $package" 2>/dev/null; then
        echo "$package was installed without an extra that asks for it" >&2
        exit 1
    fi
done
venv/bin/ksdiff animate "$voice" --out out --formats npz csv glb html keyframes
venv/bin/python - <<'PYTHON'
import json
from pathlib import Path

import ksdiff

out = Path("out")
motion = ksdiff.Motion.load(out / "motion.npz")
assert "site-packages" in ksdiff.__file__, ksdiff.__file__
assert len(motion) == 100, len(motion)
assert len((out / "arkit.csv").read_text().splitlines()) == 101
assert (out / "head.glb").read_bytes()[:4] == b"glTF"
assert (out / "preview.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
assert json.loads((out / "keyframes.json").read_text())["version"] == 1
PYTHON
# What needs an extra says so, on one line.
says() {
    code=0
    venv/bin/ksdiff animate "${@:2}" --out film 2>message || code=$?
    test "$code" -eq 2 && grep -q "ksdiff\[$1\]" message && test ! -e film
}
says render "$voice" --formats mp4
says video "$clip"

venv/bin/ksdiff doctor --quick >/dev/null
test -z "${SHORT:-}" || exit 0

# Tests of what works without extras; those that need one are skipped and say which.
pip install -c "$repository/constraints.txt" pytest pytest-timeout pytest-xdist beartype hypothesis
cp -r "$repository/tests" "$repository/pyproject.toml" .
mkdir -p web/ksdiff/tests/data && cp "$voice" web/ksdiff/tests/data
run_tests() { venv/bin/python -m pytest -q -n auto --dist loadfile -p no:cacheprovider "$@"; }
mostly=(tests/motion tests/numerics tests/layers tests/speech tests/golden tests/output/test_{arkit_csv,gltf,html,timecode}.py)
run_tests --without-extras "${mostly[@]}"
# The same with the test clip, which is MP4, and with scipy, with which some compare.
pip install -c "$repository/constraints.txt" "$(echo "$work"/dist/ksdiff-*.whl)[video]" scipy
run_tests "${mostly[@]}"
# Weights that nothing was learned from are made with torch, and run on it.
pip install -c "$repository/constraints.txt" torch
run_tests tests/model tests/editing tests/test_animate.py tests/output/test_retarget.py
