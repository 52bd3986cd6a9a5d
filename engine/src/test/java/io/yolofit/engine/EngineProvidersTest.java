package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// This module has no engine on its class path.
class EngineProvidersTest {
    @Test
    void aMissingEngineIsNamedWithItsArtifact() {
        assertThatThrownBy(EngineProviders::cpu).isInstanceOf(EngineException.NotOnClassPath.class)
                .hasMessage("the CPU engine is not on the class path: add the artifact io.yolofit:engine-cpu");
        assertThatThrownBy(EngineProviders::gpu).isInstanceOf(EngineException.NotOnClassPath.class)
                .hasMessage("the CUDA engine is not on the class path: add the artifact io.yolofit:engine-cuda");
    }

    @Test
    void withoutAnEngineForGpusNoGpuIsUsable() {
        Devices devices = EngineProviders.devices();
        assertThat(devices.usable()).isEmpty();
        assertThat(devices.whyNot()).contains("io.yolofit:engine-cuda");
    }
}
