#!/bin/sh
# Packs everything that tests and benchmarks need on a GPU host without a JDK, Maven or a network connection:
#
#     target/gpu-host/base.tar.xz        a Java runtime and the libraries; packed again if a pom or a script changes
#     target/gpu-host/classes.tar.xz     our classes, and the test classes of the engines, the trainer and the API
#     target/gpu-host/reference.tar.xz   golden tensors and trajectories, if YOLOFIT_REFERENCE names their folder
#
# and, if YOLOFIT_LIBTORCH is not empty, target/gpu-host-libtorch/libtorch.tar.xz (56 MiB): libtorch, which only
# comparisons with the CPU engine need. It is for a transfer of its own, see libtorch.sh.
#
# For linux-x86_64. Of OpenCV and OpenBLAS, only the native libraries are included that the data module needs.
# run-tests.sh, run.sh and the other scripts unpack and use the archives.
#
# Usage: [YOLOFIT_REFERENCE=FOLDER] [YOLOFIT_LIBTORCH=1] bench/gpu-host/bundle.sh [options for Maven, such as -o]
set -eu

LIMIT_MIB=50 # one transfer to the host carries the archives and the repository
MODULES="testkit base graph zoo engine engine-cpu engine-cuda data train api app bench"
TEST_MODULES="engine engine-cuda engine-testing train api"
REFERENCE_FOLDERS="golden trajectory" # of YOLOFIT_REFERENCE, as far as the tests on a GPU host read it

say() {
    echo "bundle: $*" >&2
}

root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/deploy/dist/contents.sh"
bundle=$root/target/gpu-host
libtorch=$root/target/gpu-host-libtorch/libtorch.tar.xz
tree=$root/target/gpu-host.tree
[ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/jlink" ] || {
    say "JAVA_HOME is '${JAVA_HOME:-}'; set it to a JDK 25, whose jlink makes the runtime image."
    exit 1
}

# The value of a property of the root pom.
property() {
    sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml" | head -n 1
}

maven() {
    (cd "$root" && ./mvnw -q -B -ntp "$@" >&2)
}

# Copies the libraries of the app from the class path that its build wrote: jars of classes unchanged, of jars of native
# libraries only those that are used.
copy_libraries() {
    mkdir -p "$tree/base/lib" "$tree/base/natives"
    tr ':' '\n' < "$root/app/target/classpath.txt" | while read -r jar || [ -n "$jar" ]; do
        case $jar in
            */pytorch-* | */onnxruntime-*) ;;
            *-linux-x86_64.jar) extract_natives "$jar" "$tree/base/natives" ;;
            *) cp "$jar" "$tree/base/lib" ;;
        esac
    done
    junit=org.junit.platform:junit-platform-console-standalone:$(property junit.version)
    assertj=org.assertj:assertj-core:$(property assertj.version)
    for artifact in "$junit" "$assertj"; do
        maven "$@" -N dependency:copy -Dartifact="$artifact" -DoutputDirectory="$tree/base/lib"
    done
}

make_base() {
    rm -rf "$tree/base"
    mkdir -p "$tree/base"
    make_runtime "$tree/base/runtime"
    copy_libraries "$@"
    say "packing the runtime and the libraries ..."
    tar -C "$tree/base" -cf - . | xz -T0 -6 > "$bundle/base.tar.xz"
}

make_classes() {
    rm -rf "$tree/classes"
    for module in $MODULES; do
        mkdir -p "$tree/classes/$module"
        cp -R "$root/$module/target/classes/." "$tree/classes/$module"
    done
    for module in $TEST_MODULES; do
        cp -R "$root/$module/target/test-classes" "$tree/classes/$module-tests"
    done
    tar -C "$tree/classes" -cf - . | xz -T0 -6 > "$bundle/classes.tar.xz"
}

make_reference() {
    rm -f "$bundle/reference.tar.xz"
    [ -n "${YOLOFIT_REFERENCE:-}" ] || return 0
    for folder in $REFERENCE_FOLDERS; do
        [ -d "$YOLOFIT_REFERENCE/$folder" ] || {
            say "YOLOFIT_REFERENCE=$YOLOFIT_REFERENCE has no folder $folder; name the folder that contains it."
            exit 1
        }
    done
    # shellcheck disable=SC2086 # several folders
    tar -C "$YOLOFIT_REFERENCE" -cf - $REFERENCE_FOLDERS | xz -T0 -6 > "$bundle/reference.tar.xz"
}

# Packed once for each version: it takes minutes.
make_libtorch() {
    [ -n "${YOLOFIT_LIBTORCH:-}" ] || return 0
    version=$(tr ':' '\n' < "$root/app/target/classpath.txt" | sed -n 's:.*/\(pytorch-.*\)-linux-x86_64.jar$:\1:p')
    [ "$(cat "$tree/libtorch/version" 2>/dev/null)" = "$version" ] && [ -e "$libtorch" ] && return 0
    rm -rf "$tree/libtorch" "$(dirname "$libtorch")"
    mkdir -p "$tree/libtorch/lib" "$tree/libtorch/natives" "$(dirname "$libtorch")"
    tr ':' '\n' < "$root/app/target/classpath.txt" | grep '/pytorch-' | while read -r jar; do
        case $jar in
            *-linux-x86_64.jar) extract_libtorch "$jar" "$tree/libtorch/natives" ;;
            *) cp "$jar" "$tree/libtorch/lib" ;;
        esac
    done
    echo "$version" > "$tree/libtorch/version"
    say "packing libtorch ..."
    tar -C "$tree/libtorch" -cf - . | xz -T0 -6 > "$libtorch"
}

say "building ..."
maven "$@" -pl bench -am test-compile
mkdir -p "$bundle"
base=$bundle/base.tar.xz
contents=$root/deploy/dist/contents.sh
if [ ! -e "$base" ] || [ -n "$(find "$root/pom.xml" "$root"/*/pom.xml "$contents" "$0" -newer "$base")" ]; then
    make_base "$@"
fi
make_classes
make_reference
make_libtorch
du -h "$bundle"/*.tar.xz
bytes=$(cat "$bundle"/*.tar.xz | wc -c)
mib=$((bytes / 1048576 + 1))
echo "$bytes bytes compressed, under $mib MiB of at most $LIMIT_MIB"
[ "$mib" -le "$LIMIT_MIB" ] || { say "that is too large for one transfer."; exit 1; }
