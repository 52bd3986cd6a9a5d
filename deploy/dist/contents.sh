# Sourced by package.sh and bench/gpu-host/bundle.sh: what a Java runtime and the native libraries are reduced to.
# For linux-x86_64.
# shellcheck shell=sh disable=SC2034 # used by the scripts that source this one

JAVA_MODULES=java.base,java.desktop,java.logging,java.management,java.naming,java.xml
JAVA_MODULES=$JAVA_MODULES,jdk.httpserver,jdk.management,jdk.unsupported
# Of JavaCPP, OpenBLAS and OpenCV: what io.yolofit.base.NativeBundle opens.
NATIVE_LIBRARIES="jnijavacpp
    jniopencv_core opencv_core jniopencv_imgproc opencv_imgproc jniopencv_imgcodecs opencv_imgcodecs
    openblas gfortran quadmath"
LIBTORCH_LIBRARIES="libgomp.so.1 libc10.so libtorch_cpu.so libjnitorch.so"

# Writes a Java runtime with JAVA_MODULES to the new folder $1.
make_runtime() {
    "$JAVA_HOME/bin/jlink" --add-modules "$JAVA_MODULES" --strip-debug --no-header-files --no-man-pages --output "$1"
}

# Extracts the NATIVE_LIBRARIES of the jar $1 into the folder $2.
extract_natives() {
    for name in $NATIVE_LIBRARIES; do
        unzip -qo "$1" "org/bytedeco/*/linux-x86_64/lib$name.so*" -d "$2" 2>/dev/null || true
    done
}

# Extracts the LIBTORCH_LIBRARIES of the jar $1 into the folder $2.
extract_libtorch() {
    for name in $LIBTORCH_LIBRARIES; do
        unzip -qo "$1" "org/bytedeco/pytorch/linux-x86_64/$name" -d "$2"
    done
}
