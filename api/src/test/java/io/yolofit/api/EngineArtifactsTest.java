package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.demo.DemoDataset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs with one engine on their class path, or none. A loaded class of the other engine would end them with a
/// linkage error.
class EngineArtifactsTest {
    private static final List<String> NO_CPU = List.of("engine-cpu", "pytorch");
    private static final List<String> NO_CUDA = List.of("engine-cuda");

    @TempDir
    private Path folder;

    private String train(List<String> without, String device) throws Exception {
        Path data = DemoDataset.create(folder.resolve("shapes " + device), 8, 4, 64, 1);
        return TrainingProgram.run(without, data.toString(), device, folder.resolve("runs").toString());
    }

    @Test
    void aDeviceWithoutItsEngineIsRefusedWithTheArtifactToAdd() throws Exception {
        assertThat(train(NO_CPU, "cpu")).isEqualToNormalizingNewlines("""
                what=the CPU engine is not on the class path
                remedy=add the artifact io.yolofit:engine-cpu
                """);
        assertThat(train(NO_CUDA, "0")).isEqualToNormalizingNewlines("""
                what=no GPU is usable on this machine: the CUDA engine is not on the class path: add the artifact \
                io.yolofit:engine-cuda
                remedy=use device=cpu
                """);
    }

    @Test
    void theCpuEngineTrainsWithoutTheCudaEngine() throws Exception {
        assertThat(train(NO_CUDA, "cpu")).contains("epochs=1");
    }
}
