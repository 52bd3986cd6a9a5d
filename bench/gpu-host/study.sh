#!/usr/bin/env bash
# Trains one model with many seeds, several runs at a time, and keeps each run's results.csv for AccuracyTable.
#
# Usage: bench/gpu-host/study.sh REPORT_FOLDER PARALLEL SET=DATA_YAML[,SET=DATA_YAML...] SEEDS VARIANT [VARIANT ...]
#
#     PARALLEL    runs at a time; they share the GPU, so times mean nothing
#     SEEDS       comma-separated, such as 0,1,2
#     VARIANT     NAME:option=value,option=value..., such as fp32:amp=false; the name must not contain a hyphen
#
# Results: REPORT_FOLDER/<set>-<variant>-s<seed>.csv, and the log of each run that failed.
# On a build machine, YOLOFIT names the command instead of the bundle: YOLOFIT=./yolofit bench/gpu-host/study.sh ...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 4 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
report=$1
parallel=$2
sets=$3
seeds=$4
shift 4
mkdir -p "$report"
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

if [ -z "${YOLOFIT:-}" ]; then
    . "$here/unpack.sh"
    path=$(class_path "")
fi

# One run: set, data.yaml, seed, variant's name, its options.
train() {
    name=$1-$4-s$3
    [ -s "$report/$name.csv" ] && return
    # shellcheck disable=SC2046 # several options
    set -- "data=$2" "seed=$3" $(echo "$5" | tr ',' ' ') model=yolov8n imgsz=320 epochs=100 plots=false workers=3 \
        cache=ram "project=$runs" "name=$name" exist_ok=true
    if [ -n "${YOLOFIT:-}" ]; then
        "$YOLOFIT" train "$@" > "$runs/$name.log" 2>&1 || { cp "$runs/$name.log" "$report"; return; }
    else
        run_java "$path" io.yolofit.app.Main train "$@" > "$runs/$name.log" 2>&1 ||
            { cp "$runs/$name.log" "$report"; return; }
    fi
    cp "$runs/$name/results.csv" "$report/$name.csv"
    rm -rf "${runs:?}/$name"
}

jobs_running=0
for seed in $(echo "$seeds" | tr ',' ' '); do
    for variant; do
        for set in $(echo "$sets" | tr ',' ' '); do
            train "${set%%=*}" "${set#*=}" "$seed" "${variant%%:*}" "${variant#*:}" &
            jobs_running=$((jobs_running + 1))
            if [ "$jobs_running" -ge "$parallel" ]; then
                wait -n 2>/dev/null || wait
                jobs_running=$((jobs_running - 1))
            fi
        done
    done
done
wait
ls "$report" | grep -c '\.csv$'
