package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.command.ExitCode;
import io.yolofit.zoo.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches of one image whose deepest map has one pixel: a channel then has no unbiased variance.
class OneImageBatchTest {
    @TempDir
    private Path folder;

    /// Eight images in batches of seven; the largest stride equals the image size.
    @Test
    void lossesAndSavedStatisticsStayFinite() throws IOException {
        TinyProject project = new TinyProject(folder);
        TinyProject.Ended trained = project.train("imgsz=32", "batch=7", "epochs=2");
        assertThat(trained.code()).as(trained.err()).isEqualTo(ExitCode.OK);
        assertThat(Files.readString(project.path("runs/train/results.csv"))).doesNotContainIgnoringCase("nan");
        ModelFile.read(project.path("runs/train/weights/last.safetensors")).values().forEach((name, values) -> {
            for (float value : values) {
                assertThat(value).as(name).isFinite();
            }
        });
    }
}
