package io.yolofit.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.engine.State;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A run at one moment, copied out of its engine: writing it needs the engine no more, so that another thread may do
/// it while the run goes on.
///
/// @param layout  of the flat buffers
/// @param names   of the classes
/// @param average flat
/// @param buffers flat buffers by the engine's names, those that the run has
/// @param options the run's `args.yaml`
public record Snapshot(Model model, StateLayout layout, List<String> names, float[] average,
        Map<String, float[]> buffers, Progress progress, String options) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Reads everything that is needed to go on, each buffer once; the engine may be used again when this returns.
    public static Snapshot of(CompiledModel compiled, List<String> names, Progress progress, String options) {
        State state = compiled.engine().state();
        Map<String, float[]> buffers = new LinkedHashMap<>();
        Checkpoint.BUFFERS.stream().filter(state::has).forEach(buffer -> buffers.put(buffer, state.read(buffer)));
        return new Snapshot(compiled.model(), compiled.layout(), List.copyOf(names), state.read("ema"), buffers,
                progress, options);
    }

    /// Writes files, one after the other, each atomically.
    ///
    /// @param models   get the averaged weights only
    /// @param complete gets everything, last: whoever goes on from the file before writes the others again
    /// @throws WeightsException if one cannot be written; those before it are written
    public void write(List<Path> models, Path complete) {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model, names));
        metadata.put(Checkpoint.PROGRESS, json(progress));
        metadata.put(Checkpoint.OPTIONS, options);
        Weights averaged = StateWeights.write(model, CompiledModel.averageByName(layout, average), metadata);
        models.forEach(file -> SafetensorsFile.write(file, averaged));
        LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>(averaged.tensors());
        buffers.forEach((buffer, values) -> tensors.put(Checkpoint.PREFIX + buffer,
                TensorData.of(values, values.length)));
        SafetensorsFile.write(complete, new Weights(tensors, metadata));
    }

    private static String json(Progress progress) {
        try {
            return JSON.writeValueAsString(progress);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("progress cannot be written: " + progress, e);
        }
    }
}
