#!/usr/bin/env bash
# The recipe of docs/flame.md on small made-up files: coefficients to a corpus, weights, figures and FLAME output. Extra: train.
#
#     examples/flame/run.sh WORK
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
ksdiff=${KSDIFF:-ksdiff}

${PYTHON:-python} "$here/make_small_files.py" "$work"
$ksdiff prepare "$work/videos" --deca "$work/deca" --fps 25 --out "$work/corpus"
$ksdiff train "$work/corpus" --preset debug --steps "${STEPS:-20}" --out "$work/run"
$ksdiff evaluate "$work/run/model.safetensors" --corpus "$work/corpus" --no-text --players 0 --out "$work/report"
$ksdiff animate "$here/../../tests/data/obama_speech.mp4" --model "$work/run/model.safetensors" --out "$work/results"
