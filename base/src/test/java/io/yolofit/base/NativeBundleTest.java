package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Loading itself is tested by `FirstRunTest` of `app`, which has the native libraries.
class NativeBundleTest {
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "JavaCPP loads the libraries on other systems than Linux")
    void aMissingJarIsReportedWithItsPlatform() {
        assertThatThrownBy(NativeBundle.OPENCV::load).isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessage("the class path has no /org/bytedeco/javacpp/" + Loader.getPlatform()
                        + "/libjnijavacpp.so: add javacpp's jar for this platform, with the classifier "
                        + Loader.getPlatform());
    }
}
