#!/usr/bin/env bash
# From ten videos to trained weights, each step small: an hour of training would do better. Extras: track, train, evaluate, render.
#
#     examples/own_videos/run.sh WORK [VIDEOS]
#
# VIDEOS is a folder with one folder per speaker. Without it, ten videos of the drawn head are made, five "speakers" of two.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
videos=${2:-$work/videos}
ksdiff=${KSDIFF:-ksdiff}

if [ $# -lt 2 ]; then
    for speaker in 0 1 2 3 4; do
        for take in 0 1; do
            target=$videos/speaker_$speaker/take_$take.mp4
            test -e "$target" && continue
            mkdir -p "$(dirname "$target")"
            $ksdiff animate "$here/../../tests/data/obama_speech.mp4" --out "$work/made" --seed $((2 * speaker + take)) \
                --formats mp4 --size 320
            mv "$work/made/preview.mp4" "$target"
        done
    done
fi

$ksdiff prepare "$videos" --out "$work/corpus"
$ksdiff train "$work/corpus" --preset debug --steps "${STEPS:-50}" --out "$work/run"
$ksdiff evaluate "$work/run/model.safetensors" --corpus "$work/corpus" --no-text --players 0 --out "$work/report"
$ksdiff animate "$here/../../tests/data/obama_speech.mp4" --model "$work/run/model.safetensors" --out "$work/results" --formats npz csv
