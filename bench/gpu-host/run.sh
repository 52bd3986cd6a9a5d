#!/bin/sh
# Runs a program of the bundle on a machine without a JDK, such as bench/gpu-host/run.sh io.yolofit.app.Main doctor
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
[ $# -gt 0 ] || { echo "usage: $0 MAIN_CLASS [argument ...]" >&2; exit 2; }
exec_java "$(class_path "")" "$@"
