package io.yolofit.app.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartTest {
    private static final Path FILE = Path.of("last.safetensors");

    private static Checkpoint checkpoint() {
        var tensors = new LinkedHashMap<String, TensorData>();
        tensors.put("w", TensorData.of(new float[] {1, 2}, 2));
        var file = new ModelFile(Model.of(ArchitectureCatalog.known("yolov8n"), 1), List.of("a"),
                Map.of("w", new float[] {1, 2}), new Weights(tensors, Map.of("key", "value")));
        return new Checkpoint(file, Map.of("parameters", new float[] {1, 2}), Progress.start(), "epochs: 3");
    }

    @Test
    void tensorsOfACheckpointAreReleasedOnceAllRanksHaveThem() {
        Checkpoint read = checkpoint();
        var start = new TrainingRun.Start(FILE, read);
        start.awaitedBy(2);
        List<Checkpoint> restored = new ArrayList<>();
        start.resume((checkpoint, _) -> restored.add(checkpoint));
        assertThat(start.checkpoint()).isSameAs(read);
        start.resume((checkpoint, _) -> restored.add(checkpoint));
        assertThat(restored).containsExactly(read, read);

        Checkpoint left = start.checkpoint();
        assertThat(left.buffers()).isEmpty();
        assertThat(left.model().values()).isEmpty();
        assertThat(left.model().weights().names()).isEmpty();
        assertThat(left.progress()).isEqualTo(read.progress());
        assertThat(left.options()).isEqualTo("epochs: 3");
        assertThat(left.model().names()).containsExactly("a");
    }
}
