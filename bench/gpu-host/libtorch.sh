#!/bin/sh
# Unpacks libtorch.tar.xz of bundle.sh, for comparisons with the CPU engine. For a transfer of its own, before the one
# with the other archives: it does not need them.
#
# Usage: bench/gpu-host/libtorch.sh ARCHIVE
set -eu
[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=${TMPDIR:-/tmp}/yolofit-gpu-host/libtorch
rm -rf "$folder"
mkdir -p "$folder"
tar -C "$folder" -xJf "$1"
echo "$(cat "$folder/version") is unpacked in $folder"
