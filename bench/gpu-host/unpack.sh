# Sourced by the other scripts: unpacks the archives of bundle.sh once, and finds CUDA's libraries. libtorch is on the
# class path if libtorch.sh has unpacked it.
#
# YOLOFIT_BUNDLE      folder of the archives; default: target/gpu-host of this clone
# YOLOFIT_CLASS_PATH  on a build machine: class path of the programs instead of the archives, with the Java of JAVA_HOME
# YOLOFIT_JAVA_OPTS   further JVM options; they override ours
#
# Sets: unpacked (folder), java (command), reference (folder, or empty if the bundle has none), LD_LIBRARY_PATH.

bundle=${YOLOFIT_BUNDLE:-$here/../../target/gpu-host}
unpacked=${TMPDIR:-/tmp}/yolofit-gpu-host

# Unpacks archive $1 into folder $2, unless the folder has the contents of the same archive already.
unpack() {
    [ -r "$1" ] || { echo "there is no $1: run bench/gpu-host/bundle.sh on the build machine" >&2; exit 1; }
    sum=$(cksum < "$1")
    [ -r "$2.cksum" ] && [ "$sum" = "$(cat "$2.cksum")" ] && return
    rm -rf "$2"
    mkdir -p "$2"
    tar -C "$2" -xJf "$1"
    echo "$sum" > "$2.cksum"
}

# Prints the library folders of NVIDIA's Python packages (cuDNN, NVRTC, ...), if installed, and of the CUDA toolkit.
cuda_libraries() {
    command -v python3 >/dev/null && python3 - <<'PYTHON'
import glob
import importlib.util
import os

spec = importlib.util.find_spec("nvidia")
for root in spec.submodule_search_locations if spec else []:
    for folder in sorted(glob.glob(os.path.join(root, "*", "lib"))):
        print(folder)
PYTHON
    nvcc=$(command -v nvcc) || nvcc=
    if [ -n "$nvcc" ]; then
        echo "$(dirname "$(dirname "$(readlink -f "$nvcc")")")/lib64"
    fi
}

java=$unpacked/base/runtime/bin/java
if [ -n "${YOLOFIT_CLASS_PATH:-}" ]; then
    java=${JAVA_HOME:?names the JDK}/bin/java
else
    unpack "$bundle/base.tar.xz" "$unpacked/base"
    unpack "$bundle/classes.tar.xz" "$unpacked/classes"
fi
reference=
if [ -r "$bundle/reference.tar.xz" ]; then
    unpack "$bundle/reference.tar.xz" "$unpacked/reference"
    reference=$unpacked/reference
fi
natives=$unpacked/base/natives/org/bytedeco
libraries=$(cuda_libraries | tr '\n' ':')
export LD_LIBRARY_PATH="$libraries$natives/openblas/linux-x86_64:$natives/opencv/linux-x86_64:${LD_LIBRARY_PATH:-}"

# Prints the class path of a program: our classes, then the libraries. $1: further folders of classes, each followed by
# a colon.
class_path() {
    path=$1
    [ -z "${YOLOFIT_CLASS_PATH:-}" ] || { echo "$path$YOLOFIT_CLASS_PATH"; return; }
    for module in bench app api train data engine-cuda engine-cpu engine zoo graph base testkit; do
        path=$path$unpacked/classes/$module:
    done
    if [ -d "$unpacked/libtorch" ]; then
        path=$path$unpacked/libtorch/natives:$unpacked/libtorch/lib/*:
    fi
    echo "$path$unpacked/base/natives:$unpacked/base/lib/*"
}

# The folders of the test classes, for class_path.
test_classes=
for module in api train engine-testing engine-cuda engine; do
    test_classes=$test_classes$unpacked/classes/$module-tests:
done

# Replaces the shell by Java with our options, so that the process keeps its PID. Arguments: class path, main class,
# arguments of the program. The variable `prefix` may hold a command that starts Java, such as `timeout 60`.
exec_java() {
    path=$1
    shift
    # shellcheck disable=SC2086 # prefix and YOLOFIT_JAVA_OPTS hold several words
    exec ${prefix:-} "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -XX:MaxRAMPercentage=25 -Xms64m -XX:+UseG1GC -Djava.awt.headless=true ${YOLOFIT_JAVA_OPTS:-} -cp "$path" "$@"
}

# Runs Java with our options and waits for it. Arguments as of exec_java.
run_java() {
    (exec_java "$@")
}
