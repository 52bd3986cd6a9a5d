package io.yolofit.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.engine.State;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.NonFinite;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.model.StateWeights;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A copy of a run's state in host memory. Writing it needs no engine, so a background thread can do it while the run
/// continues.
///
/// @param layout  layout of the flat buffers
/// @param names   class names
/// @param average flat buffer of the EMA weights
/// @param file    of the same length, for writing
/// @param buffers the run's flat buffers, by the engine's names
/// @param options the run's `args.yaml`
/// @param part    the completed part of the current epoch
public record Snapshot(Model model, StateLayout layout, List<String> names, float[] average, float[] file,
        Map<String, float[]> buffers, Progress progress, String options, EpochPart part) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> CHECKED = Set.of("parameters", "statistics", "moment0", "moment1");

    /// Host memory of snapshots. Its arrays are allocated once and reused: a run would otherwise leave several times
    /// the size of its model on the heap after every epoch.
    public static final class Memory {
        private final Map<String, float[]> arrays = new HashMap<>();

        /// For the averaged weights in the layout of files.
        private float[] file(int length) {
            return arrays.computeIfAbsent("file", _ -> new float[length]);
        }

        private float[] copy(State state, String buffer) {
            float[] array = arrays.computeIfAbsent(buffer, name -> new float[state.count(name)]);
            state.read(buffer, 0, array);
            return array;
        }
    }

    /// Copies all state that a resume needs, each buffer once; the engine may be used as soon as this method returns.
    ///
    /// @param memory of this run; the snapshot before in the same memory is overwritten
    public static Snapshot of(CompiledModel compiled, List<String> names, Progress progress, String options,
            Memory memory) {
        State state = compiled.engine().state();
        Map<String, float[]> buffers = new LinkedHashMap<>();
        Checkpoint.BUFFERS.stream().filter(state::has)
                .forEach(buffer -> buffers.put(buffer, memory.copy(state, buffer)));
        float[] average = memory.copy(state, "ema");
        return new Snapshot(compiled.model(), compiled.layout(), List.copyOf(names), average,
                memory.file(average.length), buffers, progress, options, EpochPart.NONE);
    }

    /// The same state within an epoch.
    public Snapshot within(EpochPart epoch) {
        return new Snapshot(model, layout, names, average, file, buffers, progress, options, epoch);
    }

    /// Non-finite values in the averaged or trained weights, the statistics or the optimizer's moments. Accumulated
    /// gradients are not searched: an update that they make non-finite is skipped.
    public Optional<NonFinite> nonFinite() {
        Map<String, float[]> flat = new LinkedHashMap<>(buffers);
        flat.keySet().retainAll(CHECKED);
        flat.put("ema", average);
        return NonFinite.in(flat).map(inBuffer -> {
            Map<String, float[]> byTensor = CompiledModel.averageByName(layout, average);
            return NonFinite.in(byTensor).orElse(inBuffer);
        });
    }

    /// Writes files in order, each atomically.
    ///
    /// @param models   files with the EMA weights only
    /// @param complete file with the complete state; written last, so that a run resumed from its previous version
    ///                 rewrites the others
    /// @throws WeightsException if a file cannot be written; the files before it are complete
    public void write(List<Path> models, Path complete) {
        Map<String, String> metadata = new LinkedHashMap<>(ModelFile.metadata(model, names));
        metadata.put(Checkpoint.PROGRESS, json(progress));
        metadata.put(Checkpoint.OPTIONS, options);
        if (part.batches() > 0) {
            metadata.put(Checkpoint.PART, json(part));
        }
        Weights averaged = StateWeights.write(model, average, offsets(), file, metadata);
        models.forEach(file -> SafetensorsFile.write(file, averaged));
        LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>(averaged.tensors());
        buffers.forEach((buffer, values) -> tensors.put(Checkpoint.PREFIX + buffer,
                TensorData.over(values, values.length)));
        SafetensorsFile.write(complete, new Weights(tensors, metadata));
    }

    /// Index of each tensor's first element in the average.
    private Map<String, Integer> offsets() {
        Map<String, Integer> offsets = new HashMap<>();
        layout.parameters().values().forEach(slot -> offsets.put(slot.name(), Math.toIntExact(slot.offset())));
        layout.statistics().values().forEach(slot -> offsets.put(slot.name(),
                Math.toIntExact(layout.parameterCount() + slot.offset())));
        return offsets;
    }

    private static String json(Object progress) {
        try {
            return JSON.writeValueAsString(progress);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("progress cannot be written: " + progress, e);
        }
    }
}
