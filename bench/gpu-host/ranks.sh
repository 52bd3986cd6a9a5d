# Sourced by scaling.sh and rank-failures.sh, after unpack.sh.
#
# YOLOFIT_SECONDS   time for the whole script; programs that would take longer are stopped, later ones left out
#
# Sets: work (folder of this script's own files), path (class path), XDG_CACHE_HOME (unless the user has set it).

work=$unpacked/ranks
path=$(class_path "")
export XDG_CACHE_HOME="${XDG_CACHE_HOME:-$unpacked/cache}"
end=$(($(date +%s) + ${YOLOFIT_SECONDS:-420}))
mkdir -p "$work" "$XDG_CACHE_HOME"

# Prints the seconds that are left, or fails if there are none.
left() {
    seconds=$((end - $(date +%s)))
    [ "$seconds" -gt 0 ] && echo "$seconds"
}

# Runs a command of Java (class and arguments) for at most $1 seconds, and no longer than the script.
limited() {
    seconds=$(left) || { echo "left out, as the time of the script is over: $2"; return 1; }
    [ "$seconds" -le "$1" ] || seconds=$1
    shift
    (
        prefix="timeout -k 5 $seconds"
        exec_java "$path" "$@"
    )
}

# Makes a dataset of $2 training images in folder $1: copies of those of the dataset in folder $3, as hard links where
# possible, and 64 images for validation.
copies() {
    [ ! -e "$1/data.yaml" ] || return 0
    rm -rf "$1"
    mkdir -p "$1/images/train" "$1/labels/train" "$1/images/val" "$1/labels/val"
    python3 - "$@" << 'PYTHON'
import os
import shutil
import sys

target, count, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def put(old, new):
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


for part, wanted in (("train", count), ("val", 64)):
    folder = os.path.join(source, "images", part)
    names = sorted(os.listdir(folder))
    for number in range(wanted if part == "train" else min(wanted, len(names))):
        name = names[number % len(names)]
        stem, extension = os.path.splitext(name)
        copy = "%s_%d" % (stem, number // len(names))
        put(os.path.join(folder, name), os.path.join(target, "images", part, copy + extension))
        put(os.path.join(source, "labels", part, stem + ".txt"), os.path.join(target, "labels", part, copy + ".txt"))
PYTHON
    sed "s#^path:.*#path: $1#; /^test:/d" "$3/data.yaml" > "$1/data.yaml.part"
    mv "$1/data.yaml.part" "$1/data.yaml"
}

# Adds the caches of programs that tuned at the same time, each in a folder XDG_CACHE_HOME-*, to the common one.
join_caches() {
    for from in "$XDG_CACHE_HOME"-*; do
        [ -d "$from" ] || continue
        (cd "$from" && find . -type f) | while read -r file; do
            mkdir -p "$(dirname "$XDG_CACHE_HOME/$file")"
            case $file in
                */convolutions*/*.txt) cat "$from/$file" >> "$XDG_CACHE_HOME/$file" ;;
                *) [ -e "$XDG_CACHE_HOME/$file" ] || cp "$from/$file" "$XDG_CACHE_HOME/$file" ;;
            esac
        done
        rm -rf "$from"
    done
}
