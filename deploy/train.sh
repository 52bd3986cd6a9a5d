#!/bin/sh
# Trains, or resumes if the run has a checkpoint: what a scheduler repeats after a stop or a failure.
#
# Usage: deploy/train.sh PROJECT NAME [option=value ...]
#     YOLOFIT=FOLDER/yolofit names the program, if it is not on the path
set -eu
[ $# -ge 2 ] || { echo "usage: $0 PROJECT NAME [option=value ...]" >&2; exit 2; }
project=$1
name=$2
shift 2
last=$project/$name/weights/last.safetensors
if [ -e "$last" ]; then
    exec "${YOLOFIT:-yolofit}" train "resume=$last"
fi
exec "${YOLOFIT:-yolofit}" train "project=$project" "name=$name" exist_ok=true "$@"
