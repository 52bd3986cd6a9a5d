#!/bin/sh
# Unpacks target/gpu-host-libtorch/libtorch.tar.xz of bundle.sh, for comparisons with the CPU engine. It needs none of
# the other archives, which may arrive in a second transfer: target/gpu-host, for hypotheses.sh.
#
# Usage: bench/gpu-host/libtorch.sh ARCHIVE
set -eu
[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=${TMPDIR:-/tmp}/yolofit-gpu-host/libtorch
rm -rf "$folder"
mkdir -p "$folder"
tar -C "$folder" -xJf "$1"
echo "$(cat "$folder/version") is unpacked in $folder"
