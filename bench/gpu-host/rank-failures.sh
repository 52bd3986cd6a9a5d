#!/bin/sh
# What happens to two processes on two GPUs, under torchrun's variables, if one of them is killed, hangs or gets a
# signal. Results appear in REPORT_FOLDER/rank-failures.txt as soon as they exist, the output of all processes in
# rank-failures.log. A scenario that fails does not stop the others.
#
# Usage: bench/gpu-host/rank-failures.sh REPORT_FOLDER DATA_YAML GPU_A GPU_B [scenario ...]
#
#     killed     kill -9 of rank 1: rank 0 ends with an error that names it, and both resume
#     hangs      SIGSTOP of rank 1: the watchdog of rank 0 ends it (rank_timeout=3)
#     signaled   SIGTERM to rank 0 in mid-epoch: both save and end with 143; resumed, they have the losses of a run
#                that was not interrupted
#
#     early      SIGTERM to rank 0 while both tune convolutions, with an empty cache: both end with 143 within seconds
#
# Default: all scenarios, after the convolutions were tuned on GPU_A. About 2 minutes on two GPUs; YOLOFIT_SECONDS
# (default: 420) ends the script. A trial without a GPU: YOLOFIT_SIZE=32 rank-failures.sh report data.yaml cpu cpu
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
. "$here/ranks.sh"
[ $# -gt 3 ] || { sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2; }
report=$1
folder=$(cd "$(dirname "$2")" && pwd)
devices=$3,$4
[ "$3" != cpu ] || devices=cpu
first=$3
shift 4
[ $# -gt 0 ] || set -- killed hangs signaled early
mkdir -p "$report"
results=$report/rank-failures.txt
log=$report/rank-failures.log
size=${YOLOFIT_SIZE:-320}
images=1024
[ "$first" != cpu ] || images=96
data=$work/data$images
runs=$work/runs
port=29610
started=
trap 'for pid in $started; do kill -9 "$pid" 2> /dev/null || true; done' EXIT
trap 'exit 130' INT TERM

say() {
    echo "$*" | tee -a "$results"
}

now() {
    date +%s.%N
}

since() {
    echo "$1 $(now)" | awk '{ printf "%.1f s", $2 - $1 }'
}

# Starts rank $1 of run $2 with options; sets pid. Its output is in $work/<run>-<rank>.txt, its exit status in .status.
start_rank() {
    rank=$1
    file=$work/$2-$1
    shift 2
    rm -f "$file".*
    (
        (
            export RANK="$rank" LOCAL_RANK="$rank" WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT="$port"
            exec_java "$path" io.yolofit.app.Main train "device=$devices" "$@"
        ) > "$file.txt" 2>&1 &
        echo $! > "$file.pid.part" # of Java itself, as exec_java replaces the shell
        mv "$file.pid.part" "$file.pid"
        status=0
        wait $! || status=$?
        echo "$status" > "$file.status"
    ) &
    while [ ! -e "$file.pid" ]; do sleep .02; done
    pid=$(cat "$file.pid")
    started="$started $pid"
}

# Starts both ranks of run $1 with options; sets pid0 and pid1.
start_ranks() {
    run=$1
    shift
    port=$((port + 1))
    start_rank 0 "$run" "$@"
    pid0=$pid
    start_rank 1 "$run" "$@"
    pid1=$pid
}

# Starts a training from its beginning: name, options.
train() {
    name=$1
    shift
    rm -rf "${runs:?}/$name"
    start_ranks "$name" "data=$data/data.yaml" model=yolov8n "imgsz=$size" batch=16 workers=2 plots=false patience=0 \
        "project=$runs" "name=$name" "$@"
}

# Waits until run $1 has finished $2 epochs, for at most $3 seconds.
await_epochs() {
    tries=$(($3 * 20))
    while [ "$(epochs_of "$1")" -lt "$2" ]; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ] || [ -e "$work/$1-0.status" ] || [ -e "$work/$1-1.status" ]; then
            say "$1: FAILED to finish epoch $2: $(tail -n 1 "$work/$1-0.txt")"
            return 1
        fi
        sleep .05
    done
}

epochs_of() {
    if [ -e "$runs/$1/results.csv" ]; then
        tail -n +2 "$runs/$1/results.csv" | wc -l
    else
        echo 0
    fi
}

# Waits for the end of rank $2 of run $1, for at most $3 seconds; sets status.
await_end() {
    tries=$(($3 * 20))
    while [ ! -e "$work/$1-$2.status" ]; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            say "$1: rank $2 did NOT end within $3 s"
            status=none
            return 1
        fi
        sleep .05
    done
    sleep .05
    status=$(cat "$work/$1-$2.status")
}

# Appends the output of both ranks of run $1 to the log, and ends what is left of it.
finish() {
    kill -9 "$pid0" "$pid1" 2> /dev/null || true
    for rank in 0 1; do
        { echo "== $1, rank $rank" && grep -v ETA "$work/$1-$rank.txt"; } >> "$log"
    done
}

# Resumes run $1 on both ranks up to epoch $2, as run $1-resumed.
resume() {
    start_ranks "$1-resumed" "resume=$runs/$1/weights/last.safetensors" "epochs=$2"
    resumed=0
    await_end "$1-resumed" 0 90 || resumed=1
    [ "$status" = 0 ] || resumed=1
    finish "$1-resumed"
    where=$(grep -hE '^resuming (in|after) epoch' "$work/$1-resumed-0.txt" | head -n 1)
    say "$1: resumed on both ranks, status of rank 0 $status; $where; $(epochs_of "$1") epochs of $2"
    return "$resumed"
}

message() {
    grep -h '^error' "$work/$1-0.txt" | head -n 3 | sed "s/^/    /" | tee -a "$results"
}

tune() {
    begin=$(now)
    limited 150 io.yolofit.app.Main train "data=$data/data.yaml" model=yolov8n "imgsz=$size" batch=8 epochs=1 \
        "device=$first" fraction=.1 plots=false "project=$runs" name=tune exist_ok=true >> "$log" 2>&1 ||
        say "tuning FAILED: see $log"
    say "tuned on $first in $(since "$begin")"
}

killed() {
    train killed epochs=100000 val=false rank_timeout=20
    await_epochs killed 2 90 || { finish killed; return 1; }
    begin=$(now)
    kill -9 "$pid1"
    await_end killed 0 80 || { finish killed; return 1; }
    say "killed: kill -9 of rank 1 after epoch $(epochs_of killed): rank 0 ended with $status after $(since "$begin")"
    message killed
    finish killed
    resume killed $(($(epochs_of killed) + 2))
}

hangs() {
    train hangs epochs=100000 val=false rank_timeout=3
    await_epochs hangs 2 90 || { finish hangs; return 1; }
    begin=$(now)
    kill -STOP "$pid1"
    await_end hangs 0 120 || { finish hangs; return 1; }
    say "hangs: SIGSTOP of rank 1 after epoch $(epochs_of hangs): rank 0 ended with $status after $(since "$begin")"
    message hangs
    finish hangs
}

signaled() {
    train whole epochs=5
    await_end whole 0 120 || { finish whole; return 1; }
    finish whole
    train signaled epochs=5
    await_epochs signaled 2 90 || { finish signaled; return 1; }
    sleep .2
    begin=$(now)
    kill -TERM "$pid0"
    await_end signaled 1 60 || true
    other=$status
    await_end signaled 0 60 || { finish signaled; return 1; }
    say "signaled: SIGTERM to rank 0 after epoch $(epochs_of signaled): rank 0 ended with $status, rank 1 with $other" \
        "after $(since "$begin")"
    grep -h '^stopped' "$work/signaled-0.txt" | sed 's/^/    /' | tee -a "$results"
    finish signaled
    resume signaled 5 || return 1
    for name in whole signaled; do
        cut -d, -f1,3- "$runs/$name/results.csv" > "$work/$name.csv"
    done
    if cmp "$work/whole.csv" "$work/signaled.csv"; then
        say "signaled: losses and metrics of all epochs are those of a run that was not interrupted"
    else
        say "signaled: NOT the same losses and metrics: epochs of both runs without and with a signal"
        cut -d, -f1-5 "$work/whole.csv" | paste - "$work/signaled.csv" >> "$results"
    fi
}

early() {
    cache=$XDG_CACHE_HOME
    XDG_CACHE_HOME=$cache-early
    train early epochs=5
    XDG_CACHE_HOME=$cache
    tries=600
    while ! grep -q '^val:' "$work/early-0.txt" && [ "$tries" -gt 0 ] && [ ! -e "$work/early-0.status" ]; do
        tries=$((tries - 1))
        sleep .05
    done
    sleep .5
    begin=$(now)
    kill -TERM "$pid0"
    await_end early 0 30 || { finish early; return 1; }
    say "early: SIGTERM to rank 0 before the first step: it ended with $status after $(since "$begin")"
    tail -n 1 "$work/early-0.txt" | sed 's/^/    /' | tee -a "$results"
    await_end early 1 120 || { finish early; return 1; }
    say "early: rank 1 ended with $status after $(since "$begin")"
    tail -n 1 "$work/early-1.txt" | sed 's/^/    /' | tee -a "$results"
    [ ! -e "$runs/early" ] || say "early: there IS a run folder: $(ls "$runs/early")"
    finish early
    rm -rf "$cache-early"
}

copies "$data" "$images" "$folder"
mkdir -p "$runs"
tune
for scenario; do
    left > /dev/null || { say "$scenario left out, as the time of the script is over"; continue; }
    say "== $scenario"
    begin_all=$(now)
    "$scenario" || say "$scenario FAILED: see $log"
    say "$scenario took $(since "$begin_all")"
done
