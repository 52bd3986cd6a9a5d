#!/bin/sh
# Makes self-contained packages for linux-x86_64 of the jars in */target, as folders and as archives:
#
#     target/dist/yolofit-VERSION-linux-x86_64-cpu            with libtorch; needs no CUDA
#     target/dist/yolofit-VERSION-linux-x86_64-cuda           without libtorch; CUDA's libraries come from the system
#     target/dist/yolofit-VERSION-linux-x86_64-*.tar.gz
#
# A package holds bin/yolofit, a Java runtime, our jars and the libraries, an archive of loaded classes for a fast start
# (valid while the jars keep their size and modification time), completion scripts for bash and zsh, and the licenses.
#
# Usage: ./mvnw -Pdist package, which runs it with JAVA_HOME set to a JDK 25
set -eu

MODULES="app api train data engine-cuda engine-cpu engine zoo graph base"

say() {
    echo "dist: $*" >&2
}

root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/deploy/dist/contents.sh"
[ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/jlink" ] || {
    say "JAVA_HOME is '${JAVA_HOME:-}'; set it to a JDK 25, whose jlink makes the runtime image."
    exit 1
}
[ "$(uname -sm)" = "Linux x86_64" ] || {
    say "packages are made on linux-x86_64 only; this is $(uname -sm). Elsewhere use a clone and ./yolofit."
    exit 1
}
for tool in unzip tar gzip; do
    command -v "$tool" >/dev/null || { say "there is no command $tool; install it."; exit 1; }
done
version=$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' "$root/pom.xml" | head -n 1)
dist=$root/target/dist
shared=$dist/.shared

# Copies the jar $1 to the library folder $2, without native libraries of other systems.
copy_library() {
    mkdir -p "$2"
    cp -p "$1" "$2"
    case $1 in
        */onnxruntime-*)
            rm -rf "$shared/onnxruntime"
            mkdir -p "$shared/onnxruntime"
            unzip -qo "$1" -x 'ai/onnxruntime/native/osx*' 'ai/onnxruntime/native/win*' \
                'ai/onnxruntime/native/linux-aarch64/*' -d "$shared/onnxruntime"
            "$JAVA_HOME/bin/jar" --create --file "$2/$(basename "$1")" \
                --manifest "$shared/onnxruntime/META-INF/MANIFEST.MF" -C "$shared/onnxruntime" . ;;
    esac
}

# What both variants have: runtime, lib, natives; libtorch and its jar apart.
make_shared() {
    make_runtime "$shared/runtime"
    mkdir -p "$shared/lib" "$shared/natives" "$shared/libtorch/lib" "$shared/libtorch/natives"
    for module in $MODULES; do
        cp -p "$root/$module/target/"*"-$version.jar" "$shared/lib"
    done
    for jar in $(tr ':' '\n' < "$root/app/target/classpath.txt"); do
        case $jar in
            */pytorch-*-linux-x86_64.jar) extract_libtorch "$jar" "$shared/libtorch/natives" ;;
            */pytorch-*) copy_library "$jar" "$shared/libtorch/lib" ;;
            *-linux-x86_64.jar) extract_natives "$jar" "$shared/natives" ;;
            *) copy_library "$jar" "$shared/lib" ;;
        esac
    done
}

# Makes the variant $1 of the shared parts, and of the further folders that follow: each has lib and natives.
make_variant() {
    name=yolofit-$version-linux-x86_64-$1
    shift
    package=$dist/$name
    mkdir -p "$package/bin" "$package/completion"
    cp -a "$shared/runtime" "$shared/lib" "$package"
    for part; do
        cp -a "$part/lib" "$package"
    done
    (cd "$package/lib" && ls ./*.jar | sed 's:^\./::') > "$package/lib/classpath.txt"
    cp -p "$root/yolofit" "$package/bin/yolofit"
    cp -p "$root/LICENSE" "$root/NOTICE" "$package"
    record_classes "$package"
    for part in "$shared" "$@"; do
        cp -a "$part/natives" "$package"
    done
    "$package/bin/yolofit" --completion=bash > "$package/completion/yolofit.bash"
    "$package/bin/yolofit" --completion=zsh > "$package/completion/_yolofit"
    tar -C "$dist" --owner=0 --group=0 -czf "$dist/$name.tar.gz" "$name"
}

# Records the classes that planning and the search for runs that fit load, and their linked form: of a run that does not
# fit, which the command reports with exit code 1. The package has no folder of native libraries yet: Java records
# classes of jars only, and takes further folders at the end of the class path later.
record_classes() {
    status=0
    YOLOFIT_JAVA_OPTS="-XX:AOTCacheOutput=$1/lib/yolofit.aot -XX:TieredStopAtLevel=4 -Xlog:aot*=error" \
        "$1/bin/yolofit" plan model=yolov8s batch=64 memory=1GB > "$dist/record.log" 2>&1 || status=$?
    [ "$status" = 1 ] && [ -s "$1/lib/yolofit.aot" ] || {
        say "the archive of classes could not be made:"
        cat "$dist/record.log" >&2
        exit 1
    }
    rm -f "$dist/record.log"
}

rm -rf "$dist"
mkdir -p "$shared"
make_shared
make_variant cpu "$shared/libtorch"
make_variant cuda
rm -rf "$shared"
echo "Packages in $dist (MiB):"
(cd "$dist" && du -sm -- *)
