#!/bin/sh
# Packs everything that tests and benchmarks need on a GPU host without a JDK, Maven or a network connection:
#
#     target/gpu-host/base.tar.xz      a Java runtime and the libraries; packed again when a pom or this script changes
#     target/gpu-host/classes.tar.xz   our classes, and those of the engine's tests
#
# For linux-x86_64. libtorch is not included, because the CUDA engine does not load it. Of OpenCV and OpenBLAS, only the
# native libraries are included that the data module needs. run-tests.sh and run.sh unpack and use the two archives.
#
# Usage: bench/gpu-host/bundle.sh [options for Maven, such as -o]
set -eu

LIMIT_MIB=45 # one transfer to the host carries the archives and the repository
MODULES="graph zoo engine data train app bench"
JAVA_MODULES=java.base,java.desktop,java.logging,java.management,java.naming,java.xml,jdk.management,jdk.unsupported
NATIVE_LIBRARIES="jnijavacpp
    jniopencv_core opencv_core jniopencv_imgproc opencv_imgproc jniopencv_imgcodecs opencv_imgcodecs
    jniopenblas_nolapack jniopenblas openblas gfortran quadmath"

say() {
    echo "bundle: $*" >&2
}

root=$(cd "$(dirname "$0")/../.." && pwd)
bundle=$root/target/gpu-host
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

# Extracts the NATIVE_LIBRARIES of the jar $1 into the folder $2.
extract_natives() {
    for name in $NATIVE_LIBRARIES; do
        unzip -qo "$1" "org/bytedeco/*/linux-x86_64/lib$name.so*" -d "$2" 2>/dev/null || true
    done
}

# Copies the libraries of the app from the class path that its build wrote: jars of classes unchanged, of jars of native
# libraries only those that are used.
copy_libraries() {
    mkdir -p "$tree/base/lib" "$tree/base/natives"
    tr ':' '\n' < "$root/app/target/classpath.txt" | while read -r jar || [ -n "$jar" ]; do
        case $jar in
            */pytorch-*) ;;
            *-linux-x86_64.jar) extract_natives "$jar" "$tree/base/natives" ;;
            *) cp "$jar" "$tree/base/lib" ;;
        esac
    done
    # the name under which JavaCPP loads it; JavaCPP creates this link itself only when it unpacks a jar
    ln -s libopenblas.so.0 "$tree/base/natives/org/bytedeco/openblas/linux-x86_64/libopenblas_nolapack.so.0"
    junit=org.junit.platform:junit-platform-console-standalone:$(property junit.version)
    assertj=org.assertj:assertj-core:$(property assertj.version)
    for artifact in "$junit" "$assertj"; do
        maven "$@" -N dependency:copy -Dartifact="$artifact" -DoutputDirectory="$tree/base/lib"
    done
}

make_base() {
    rm -rf "$tree/base"
    mkdir -p "$tree/base"
    "$JAVA_HOME/bin/jlink" --add-modules "$JAVA_MODULES" --strip-debug --no-header-files --no-man-pages \
        --output "$tree/base/runtime"
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
    cp -R "$root/engine/target/test-classes" "$tree/classes/engine-tests"
    tar -C "$tree/classes" -cf - . | xz -T0 -6 > "$bundle/classes.tar.xz"
}

say "building ..."
maven "$@" -pl bench -am test-compile
mkdir -p "$bundle"
base=$bundle/base.tar.xz
if [ ! -e "$base" ] || [ -n "$(find "$root/pom.xml" "$root"/*/pom.xml "$0" -newer "$base")" ]; then
    make_base "$@"
fi
make_classes
du -h "$base" "$bundle/classes.tar.xz"
bytes=$(cat "$base" "$bundle/classes.tar.xz" | wc -c)
mib=$((bytes / 1048576 + 1))
echo "$bytes bytes compressed, under $mib MiB of at most $LIMIT_MIB"
[ "$mib" -le "$LIMIT_MIB" ] || { say "that is too large for one transfer."; exit 1; }
