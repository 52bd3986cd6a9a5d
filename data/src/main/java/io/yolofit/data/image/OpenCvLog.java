package io.yolofit.data.image;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/// Turns off OpenCV's log, which goes to stderr and names no file: every failure of a decoder becomes an
/// [ImageException] instead. A level that the user set with `OPENCV_LOG_LEVEL` is kept.
///
/// JavaCPP has no method for `cv::utils::logging::setLogLevel`, so it is called by its symbol, after OpenCV is loaded.
/// Where compilers mangle names in another way (Windows), the log stays on.
final class OpenCvLog {
    private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";
    private static final int SILENT = 0;

    private OpenCvLog() {
    }

    @SuppressWarnings("restricted") // the symbol takes and returns an int
    static void silence() {
        if (System.getenv("OPENCV_LOG_LEVEL") != null) {
            return;
        }
        SymbolLookup.loaderLookup().find(SET_LOG_LEVEL).ifPresent(symbol -> {
            FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            try {
                int previous = (int) Linker.nativeLinker().downcallHandle(symbol, type).invokeExact(SILENT);
                assert previous >= 0 : previous;
            } catch (Throwable e) { // a method handle declares Throwable
                throw new IllegalStateException("OpenCV's log level cannot be set", e);
            }
        });
    }
}
