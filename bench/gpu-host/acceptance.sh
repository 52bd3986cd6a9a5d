#!/bin/sh
# Acceptance tests of a release on a GPU. Each part writes its figures to the report folder and a summary to stdout.
#
# Usage: bench/gpu-host/acceptance.sh REPORT_FOLDER DATA_YAML part ...
#
#     tests       the tests of the engine and the trainer on CUDA
#     sanitize    the engine's tests under compute-sanitizer's memcheck; one seed under racecheck and synccheck
#     steps       the table of training steps, and the bandwidth of pointwise kernels relative to a copy
#     torch       PyTorch's convolutions alone, of yolov8s at batch 64 and yolov8n at batch 16
#     accuracy    yolov8n, 320 px, 100 epochs from scratch; memory and utilization of the GPU, five samples per second
#     same        two runs with one seed, and one that is killed and resumed, have identical losses
#     busy        utilization at batch 64, 640 px, cached, on ten copies of the training images, 20 epochs
#     memory      a run that does not fit, and plan with the figures of the device
#
# DATA_YAML is a dataset YAML with an absolute path, or one in the folder of its images and labels.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
[ $# -gt 2 ] || { sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2; }
report=$1
data=$2
shift 2
mkdir -p "$report"
runs=$unpacked/runs
rm -rf "$runs"

# PIDs of background processes, which are killed if this script ends before they do.
started=
stop_started() {
    for pid in $started; do
        kill "$pid" 2> /dev/null || true
    done
}
trap stop_started EXIT
trap 'exit 130' INT TERM

yolofit() {
    run_java "$(class_path "")" io.yolofit.app.Main "$@"
}

# Runs a command and samples memory and utilization of the GPU into file $1 in the meantime: $1, then the command.
sampled() {
    nvidia-smi --query-gpu=memory.used,utilization.gpu --format=csv,noheader,nounits -lms 200 > "$1" &
    sampler=$!
    started="$started $sampler"
    shift
    status=0
    "$@" || status=$?
    kill "$sampler"
    wait "$sampler" || true
    started=
    return "$status"
}

# Prints losses and metrics of a run, without the column of times.
figures() {
    cut -d, -f1,3-12 "$1/results.csv"
}

tests() {
    sh "$here/run-tests.sh" "$report/tests" | tail -n 12
}

# Runs test classes under a tool of compute-sanitizer: name of the report, tool, JVM option or "", classes.
sanitized() {
    name=$1
    tool=$2
    option=$3
    shift 3
    selectors=
    for class; do
        selectors="$selectors --select-class=io.yolofit.engine.$class"
    done
    status=0
    # shellcheck disable=SC2086 # several selectors, one option or none
    compute-sanitizer --tool "$tool" --error-exitcode 9 --log-file "$report/$name.txt" "$java" \
        --enable-native-access=ALL-UNNAMED -XX:MaxRAMPercentage=8 -Dyolofit.engines=cuda $option \
        -cp "$(class_path "$test_classes")" org.junit.platform.console.ConsoleLauncher execute \
        --disable-banner --details=summary --fail-if-no-tests $selectors > "$report/$name-tests.txt" 2>&1 || status=$?
    echo "$name: exit status $status; $(tail -n 1 "$report/$name.txt");" \
        "$(grep -o '[0-9]* tests [sf][ua][^ ]*' "$report/$name-tests.txt" | tr '\n' ' ')"
}

# The runs are concurrent: a sanitizer keeps one CPU core busy and the GPU mostly idle.
sanitize() {
    one=-Dtest.seed=1
    sanitized memcheck-ops memcheck "" agreement.OpAgreementTest &
    sanitized memcheck-own memcheck "" agreement.OwnConvolutionTest agreement.ModelAgreementTest \
        agreement.UpdateAgreementTest &
    sanitized memcheck-fused memcheck "" agreement.FusionAgreementTest agreement.ChannelCountTest \
        agreement.NarrowImageTest ExecutableTest cuda.kernel.ConcurrencyTest &
    sanitized memcheck-recomputed memcheck "" agreement.RecomputeAgreementTest &
    sanitized memcheck-runs memcheck "" agreement.ReproducibilityTest GoldenModelTest agreement.CudaMemoryTest &
    sanitized racecheck racecheck $one agreement.OpAgreementTest agreement.OwnConvolutionTest \
        agreement.UpdateAgreementTest &
    sanitized synccheck synccheck $one agreement.OpAgreementTest agreement.OwnConvolutionTest \
        agreement.ModelAgreementTest &
    wait
}

steps() {
    run_java "$(class_path "")" io.yolofit.bench.CudaTable "$report/steps.csv" | tee "$report/steps.txt"
    run_java "$(class_path "")" io.yolofit.bench.PointwiseBenchmark > "$report/pointwise.txt"
    echo "pointwise: least share $(grep -o '[0-9]* %' "$report/pointwise.txt" | sort -n | head -n 1)"
}

torch() {
    for row in "yolov8s 64" "yolov8n 16"; do
        # shellcheck disable=SC2086 # a model and a batch
        run_java "$(class_path "")" io.yolofit.bench.ConvolutionList $row 640 "$unpacked/convolutions.json"
        python3 "$here/reference.py" "$unpacked/convolutions.json" | tee -a "$report/torch.txt"
    done
}

accuracy() {
    sampled "$report/accuracy-load.csv" yolofit train data="$data" model=yolov8n imgsz=320 epochs=100 plots=false \
        project="$runs" name=accuracy > "$report/accuracy.txt" 2>&1
    cp "$runs/accuracy/results.csv" "$runs/accuracy/memory.txt" "$report"
    grep '^all ' "$report/accuracy.txt"
    echo "memory in use, MiB, with the number of samples:" \
        "$(cut -d, -f1 "$report/accuracy-load.csv" | uniq -c | tr '\n' ';')"
}

# Compares the figures of two runs: $1 and $2, and what $3 says if they are identical.
identical() {
    cmp "$1" "$2" || { echo "same: NOT the same losses: $1 and $2 differ"; return 1; }
    echo "same: $3"
}

same() {
    for name in one two; do
        yolofit train data="$data" model=yolov8n imgsz=320 epochs=4 plots=false project="$runs" name=$name \
            > "$report/same-$name.txt" 2>&1
    done
    figures "$runs/one" > "$report/same-one.csv"
    figures "$runs/two" > "$report/same-two.csv"
    status=0
    identical "$report/same-one.csv" "$report/same-two.csv" "two runs have the same losses" || status=1
    exec_java "$(class_path "")" io.yolofit.app.Main train data="$data" model=yolov8n imgsz=320 epochs=4 plots=false \
        project="$runs" name=killed > "$report/same-killed.txt" 2>&1 &
    run=$! # of Java itself, as exec_java replaces the background shell
    started="$started $run"
    while [ ! -e "$runs/killed/results.csv" ] || [ "$(wc -l < "$runs/killed/results.csv")" -lt 3 ]; do
        kill -0 "$run" || { echo "same: the run ended before it was killed: see $report/same-killed.txt"; return 1; }
        sleep .05
    done
    kill -9 "$run"
    wait "$run" || true
    started=
    yolofit train resume="$runs/killed/weights/last.safetensors" > "$report/same-resumed.txt" 2>&1
    figures "$runs/killed" > "$report/same-resumed.csv"
    identical "$report/same-one.csv" "$report/same-resumed.csv" "a killed and resumed run has the same losses" \
        || status=1
    return "$status"
}

busy() {
    many=$unpacked/many
    folder=$(dirname "$data")
    mkdir -p "$many/images/train" "$many/labels/train"
    for copy in 0 1 2 3 4 5 6 7 8 9; do
        for image in "$folder"/images/train/*; do
            name=$(basename "$image")
            cp "$image" "$many/images/train/${name%.*}_$copy.${name##*.}"
            cp "$folder/labels/train/${name%.*}.txt" "$many/labels/train/${name%.*}_$copy.txt"
        done
    done
    cp -r "$folder/images/val" "$many/images/"
    cp -r "$folder/labels/val" "$many/labels/"
    sed "s#^path:.*#path: $many#; /^test:/d" "$data" > "$many/data.yaml"
    for model in yolov8n yolov8s yolov8m; do
        sampled "$report/busy-$model.csv" yolofit train data="$many/data.yaml" model=$model imgsz=640 batch=64 \
            cache=ram workers=16 epochs=20 val=false plots=false project="$runs" name=busy \
            > "$report/busy-$model.txt" 2>&1
        # the samples of epochs 2 to 19, up to the last one at full load; five samples per second
        samples=$(awk -F, '$1 == 1 { first = $2 } $1 == 19 { print int(5 * ($2 - first)) }' "$runs/busy/results.csv")
        rm -r "$runs/busy"
        echo "busy: $model $(grep -o '[0-9.]* img/s' "$report/busy-$model.txt" | tail -n 2 | head -n 1)," \
            "$(awk -F, -v samples="$samples" '{ load[NR] = $2 } $2 >= 90 { last = NR }
            END { for (i = last - samples + 1; i <= last; i++) sum += load[i]
            printf "%.1f %% of the time in %d samples", sum / samples, samples }' "$report/busy-$model.csv")"
    done
}

memory() {
    status=0
    yolofit train data="$data" model=yolov8x imgsz=1280 batch=1024 plots=false project="$runs" \
        > "$report/no-fit.txt" 2>&1 || status=$?
    echo "a run that does not fit: exit status $status"
    cat "$report/no-fit.txt"
    yolofit plan model=yolov8s batch=64 device=0 > "$report/plan.txt"
    cat "$report/plan.txt"
}

for part; do
    echo "== $part"
    "$part" || echo "$part FAILED"
done
