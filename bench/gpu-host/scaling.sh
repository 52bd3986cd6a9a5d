#!/bin/sh
# Speed, memory and losses of training on several GPUs of one host. Results appear in REPORT_FOLDER/scaling.txt as soon
# as they exist, everything else in scaling.log. A part that fails, or takes too long, does not stop the others.
#
# Usage: bench/gpu-host/scaling.sh REPORT_FOLDER DATA_YAML GPUS [part ...]        such as report bccd/data.yaml 0,1,2,3
#
#     tune        convolutions of all models, each on one GPU, several at the same time; the other parts need its cache
#     predicted   scaling as the planner predicts it
#     speed       RankBenchmark: one GPU, all independently, 2, 4, ... and all together, with and without sync_bn, with
#                 one and with eight gradient buckets; exposed sums; memory, planned and measured
#     endtoend    yolov8s with cache=ram on 8,192 images, on all GPUs and on one; memory and load by nvidia-smi
#     losses      50 steps on all GPUs against one with the same global batch, in exact fp32
#     links       NCCL's memory with four channels, which separates what a channel takes from what is fixed
#
# Default: all parts, in this order. Four GPUs take about 6 minutes; YOLOFIT_SECONDS (default: 420) ends the script.
# A trial without a GPU: YOLOFIT_ROWS=yolov8n:2:4 YOLOFIT_SIZE=64 YOLOFIT_IMAGES=64 scaling.sh report data.yaml cpu,cpu
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
. "$here/ranks.sh"
[ $# -gt 2 ] || { sed -n '2,18s/^# \{0,1\}//p' "$0" >&2; exit 2; }
report=$1
folder=$(cd "$(dirname "$2")" && pwd)
gpus=$3
shift 3
[ $# -gt 0 ] || set -- tune predicted speed endtoend losses links
mkdir -p "$report"
results=$report/scaling.txt
log=$report/scaling.log
rows=${YOLOFIT_ROWS:-yolov8s:64:60 yolov8x:32:30 yolov8n:64:60 yolov8s:16:80} # model, batch of a GPU, steps
size=${YOLOFIT_SIZE:-640}
images=${YOLOFIT_IMAGES:-8192}
count=$(echo "$gpus" | tr ',' '\n' | wc -l)
first=${gpus%%,*}
type=F16
[ "$first" != cpu ] || type=F32
data=$work/data$images

say() {
    echo "$*" | tee -a "$results"
}

# The first $1 GPUs, with $2 between them.
some() {
    echo "$gpus" | cut -d, -f"1-$1" | tr ',' "$2"
}

# The groups of RankBenchmark: one GPU, all independently, 2, 4, ... of them together, all together. For yolov8x ($1)
# also each GPU alone and each pair of neighbors.
groups() {
    found=$first
    if [ "$1" = yolov8x ]; then
        found=$(echo "$gpus" | tr ',' '/')
    fi
    found=$found/$(some "$count" +)
    together=2
    while [ "$together" -lt "$count" ]; do
        found=$found/$(some "$together" ,)
        [ "$1$together" != yolov8x2 ] || found=$found$(echo "$gpus" | tr ',' ' ' | xargs -n 2 | tail -n +2 |
            tr ' ' ',' | sed 's#^#/#' | tr -d '\n')
        together=$((2 * together))
    done
    echo "$found/$gpus"
}

# Every GPU tunes its share of the models, with a cache of its own, because programs that tune the same convolution at
# the same time may select different algorithms.
tune() {
    common=$XDG_CACHE_HOME
    number=0
    for gpu in $(echo "$gpus" | tr ',' ' '); do
        share=
        job=0
        for row in $rows losses:16 "losses:$((16 / count))"; do # the slices of one rank and of each of all
            [ $((job % count)) -ne "$number" ] || share="$share $row"
            job=$((job + 1))
        done
        cp -r "$common" "$common-$number"
        (
            export XDG_CACHE_HOME="$common-$number"
            for row in $share; do
                start=$(date +%s)
                tune_one "$row" "$gpu" > "$work/tune-$number.part" 2>&1 || say "tuning of $row FAILED: see $log"
                cat "$work/tune-$number.part" >> "$log"
                say "tuning of $row on $gpu: $(($(date +%s) - start)) s"
            done
            rm -f "$work/tune-$number.part"
        ) &
        number=$((number + 1))
    done
    wait
    join_caches
}

tune_one() {
    case $1 in
        losses:*) losses_of 1 "$2" "${1#*:}" ;;
        *) limited 150 io.yolofit.bench.RankBenchmark "$(echo "$1" | cut -d: -f1)" "$(echo "$1" | cut -d: -f2)" \
            "$size" 4 "$2" "$type" ;;
    esac
}

predicted() {
    for row in $rows; do
        batch=$(echo "$row" | cut -d: -f2)
        limited 60 io.yolofit.app.Main plan "model=$(echo "$row" | cut -d: -f1)" "batch=$batch" "nbs=$batch" \
            "imgsz=$size" optimizer=SGD gpus=h200 ranks=1,2,4,8 2>> "$log" | sed -n '1p;/^gpus/,/^$/p' \
            >> "$results"
    done
}

speed() {
    for row in $rows; do
        model=$(echo "$row" | cut -d: -f1)
        limited 240 io.yolofit.bench.RankBenchmark "$model" "$(echo "$row" | cut -d: -f2)" "$size" \
            "$(echo "$row" | cut -d: -f3)" "$(groups "$model")" "$type" >> "$results" 2>> "$log" ||
            say "speed: $row ended with status $?: see $log"
    done
}

# Samples memory and utilization of all GPUs into file $1.
sample() {
    command -v nvidia-smi > /dev/null || return 0
    nvidia-smi --query-gpu=index,memory.used,utilization.gpu --format=csv,noheader,nounits -lms 100 > "$1" &
    sampler=$!
}

# Trains on devices $1 with $2 images in a batch, and prints its epochs and the load of each GPU.
train_all() {
    sampler=
    samples=$work/samples.part
    sample "$samples"
    status=0
    limited 90 io.yolofit.app.Main train "data=$data/data.yaml" model=yolov8s "imgsz=$size" "batch=$2" "device=$1" \
        cache=ram "workers=$(nproc)" epochs=8 close_mosaic=0 val=false plots=false "project=$work/runs" \
        name=endtoend exist_ok=true > "$work/train.part" 2>&1 || status=$?
    [ -z "$sampler" ] || kill "$sampler"
    cat "$work/train.part" >> "$log"
    say "endtoend: device=$1 batch=$2, status $status"
    grep -E '^epoch|^Data loading|^memory of|data-bound' "$work/train.part" | grep -v ETA | tee -a "$results" || true
    sed -n '/^Planned and measured/,$p' "$work/runs/endtoend/memory.txt" >> "$results" || true
    [ ! -s "$samples" ] || awk -F', *' '$2 > most[$1] { most[$1] = $2 } { n[$1]++; if ($3 >= 50) busy[$1]++ } END {
        for (gpu in n) printf "    GPU %s: at most %d MiB in use; at least half busy in %d of %d samples\n", gpu,
            most[gpu], busy[gpu], n[gpu] }' "$samples" | sort | tee -a "$results"
    rm -f "$work"/*.part
    return "$status"
}

endtoend() {
    batch=$(echo "$rows" | cut -d: -f2)
    train_all "$gpus" $((batch * count))
    train_all "$first" "$batch"
}

# Losses of $1 steps on groups of devices $2 with a global batch of $3.
losses_of() {
    limited 150 io.yolofit.bench.RankLosses "$1" "$2" model=yolov8n "data=$data/data.yaml" "batch=$3" \
        "imgsz=$((size / 2))" amp=false tf32=false
}

losses() {
    losses_of 50 "$first/$gpus" 16 >> "$results" 2>> "$log"
}

links() {
    NCCL_MIN_NCHANNELS=4 NCCL_MAX_NCHANNELS=4 limited 60 io.yolofit.bench.RankBenchmark \
        "$(echo "$rows" | cut -d: -f1)" 16 "$size" 8 "$(some 1 ,)/$(some 2 ,)/$gpus" "$type" > "$work/links.part" \
        2>> "$log"
    { echo "with four channels:" && grep -E 'device=|rank ' "$work/links.part"; } | tee -a "$results"
    rm -f "$work/links.part"
}

start=$(date +%s)
[ "$first" = cpu ] || nvidia-smi --query-gpu=index,name,memory.total,clocks.max.sm,power.limit --format=csv \
    >> "$results"
copies "$data" "$images" "$folder"
for part; do
    say "== $part (after $(($(date +%s) - start)) s)"
    "$part" || say "$part FAILED: see $log"
done
say "== end (after $(($(date +%s) - start)) s)"
