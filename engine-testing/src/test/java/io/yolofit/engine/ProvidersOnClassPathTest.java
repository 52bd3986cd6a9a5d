package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.testing.Engines;
import org.junit.jupiter.api.Test;

class ProvidersOnClassPathTest {
    @Test
    void bothEnginesAreFoundByTheirNames() {
        assertThat(EngineProviders.cpu().name()).isEqualTo("cpu");
        assertThat(EngineProviders.gpu().name()).isEqualTo("cuda");
        assertThat(EngineProviders.gpu().whyNot().isEmpty()).isEqualTo(!EngineProviders.devices().usable().isEmpty());
    }

    @Test
    void theProviderOfTheCpuEngineOpensIt() {
        Engines.assumeCpu();
        EngineProvider provider = EngineProviders.cpu();
        assertThat(provider.whyNot()).isEmpty();
        try (Engine engine = provider.open(EngineSettings.cpu(Communicator.alone(), 2))) {
            assertThat(engine.name()).isEqualTo("cpu");
            assertThat(engine.description()).startsWith("CPU, 2 threads");
            assertThat(engine.mixedPrecision()).isEqualTo(provider.mixedPrecision());
        }
    }
}
