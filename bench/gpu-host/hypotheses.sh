#!/bin/sh
# Tests hypotheses about differences in accuracy between the engines, on the same batches: yolov8n, 320 px, batch 16.
#
# Usage: bench/gpu-host/hypotheses.sh REPORT_FOLDER DATA_YAML [part ...]
#
#     variants    forms of the step that must not change a bit (no side stream, recompute=off|default|max), or the
#                 rounding only (cuDNN alone, four batches accumulated in reverse order), in fp32 and fp16
#     precision   fp16, bf16 and the CPU's fp32 against fp32: losses and gradients tensor by tensor at the weights of
#                 epochs 0, 10 and 50; loss scale and skipped updates by epoch
#     statistics  the tests of batch norm statistics against fp64 and of the engine's options
#     engines     60 iterations on CUDA and on the CPU in fp32, from the start and from epoch 30, relative to CPU runs
#                 whose weights differ by 1e-6; runs at the same time as the other parts; YOLOFIT_STARTS=checkpoint
#                 leaves out the start
#
# Default: all parts. `engines` and the CPU row of `precision` need libtorch: see libtorch.sh.
# Writes REPORT_FOLDER/<part>.txt, <part>-*.csv and <part>.log. A trial without a GPU: YOLOFIT_ENGINES=cpu
# YOLOFIT_ITERATIONS=5 YOLOFIT_CHECKPOINT=1 YOLOFIT_EPOCHS=0,1 YOLOFIT_VARIANTS=cpu:bf16 hypotheses.sh ...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
[ $# -gt 1 ] || { sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
report=$1
data=$2
shift 2
[ $# -gt 0 ] || set -- variants precision statistics engines
engine=${YOLOFIT_ENGINES:-cuda}
mkdir -p "$report"
path=$(class_path "")

# Runs a program of the package accuracy with kernels and tuning cache of its own, because two programs at the same time
# may tune the same convolution differently. $1: part, then class and arguments.
program() {
    part=$1
    class=$2
    shift 2
    # Threads of the CPU engine that wait do not spin: the programs share the processors.
    OMP_WAIT_POLICY=passive XDG_CACHE_HOME=$unpacked/cache-$part \
        run_java "$path" "io.yolofit.bench.accuracy.$class" "$report" "$data" "$@" > "$report/$part.log" 2>&1
}

variants() {
    program variants VariantTable "$engine" "${YOLOFIT_ITERATIONS:-40}"
}

precision() {
    program precision PrecisionTable "$engine" "${YOLOFIT_EPOCHS:-0,10,50,100}" "${YOLOFIT_VARIANTS:-$rows}"
}

statistics() {
    sh "$here/run-tests.sh" "$report/statistics" \
        --select-class=io.yolofit.engine.agreement.LargeNormalizationTest \
        --select-class=io.yolofit.engine.agreement.CudaOptionsTest > "$report/statistics.txt" 2>&1
}

engines() {
    program engines EngineComparison "$engine" cpu "${YOLOFIT_ITERATIONS:-60}" "${YOLOFIT_CHECKPOINT:-30}" \
        "${YOLOFIT_STARTS:-start,checkpoint}"
}

rows=cuda:fp16,cuda:bf16
if [ -d "$unpacked/libtorch" ]; then
    rows=$rows,cpu:false
else
    echo "hypotheses: libtorch is not unpacked, so the CPU engine is left out"
fi
background=
for part; do
    if [ "$part" = engines ]; then
        [ -d "$unpacked/libtorch" ] || continue
        engines &
        background=$!
        trap 'kill "$background" 2> /dev/null || true' EXIT
    fi
done
for part; do
    case $part in
        variants | precision | statistics)
            start=$(date +%s)
            "$part" || echo "$part FAILED: see $report/$part.log"
            echo "== $part ($(($(date +%s) - start)) s)"
            cat "$report/$part.txt" 2> /dev/null || true ;;
        engines) ;;
        *) echo "there is no part $part" >&2; exit 2 ;;
    esac
done
if [ -n "$background" ]; then
    wait "$background" || echo "engines FAILED: see $report/engines.log"
    trap - EXIT
    echo "== engines"
    cat "$report/engines.txt" 2> /dev/null || true
fi
