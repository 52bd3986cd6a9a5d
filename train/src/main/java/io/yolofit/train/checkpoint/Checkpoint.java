package io.yolofit.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.yolofit.engine.State;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.NonFinite;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A checkpoint that was read from a file; [Snapshot] writes it. Writing is atomic: if the process dies or the disk is
/// full, the previous file stays intact.
///
/// @param model   model file with the EMA weights
/// @param buffers flat buffers by the engine's names; empty if the file is a finished model without training state
/// @param options the run's `args.yaml`
/// @param part    the completed part of the epoch after those of the progress
public record Checkpoint(ModelFile model, Map<String, float[]> buffers, Progress progress, String options,
        EpochPart part) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    static final String PREFIX = "train.";
    static final String PROGRESS = "yolofit.progress";
    static final String OPTIONS = "yolofit.options";
    /// Present if the run was stopped within an epoch.
    static final String PART = "yolofit.epoch";
    /// Names of the flat buffers, in file order.
    static final List<String> BUFFERS = List.of("parameters", "statistics", "moment0", "moment1", "gradients",
            "scaler");

    /// A checkpoint between two epochs.
    public Checkpoint(ModelFile model, Map<String, float[]> buffers, Progress progress, String options) {
        this(model, buffers, progress, options, EpochPart.NONE);
    }

    /// Reads a checkpoint.
    ///
    /// @throws WeightsException if the file is damaged or not a checkpoint
    public static Checkpoint read(Path file) {
        ModelFile model = ModelFile.read(file);
        Map<String, String> metadata = model.weights().metadata();
        if (!metadata.containsKey(PROGRESS) || !metadata.containsKey(OPTIONS)) {
            throw new WeightsException("a model, but not a checkpoint: no '" + PROGRESS + "' in its metadata",
                    file.toString(), "give the last.safetensors of the run to resume");
        }
        Map<String, float[]> buffers = new LinkedHashMap<>();
        for (String buffer : BUFFERS) {
            if (model.weights().has(PREFIX + buffer)) {
                buffers.put(buffer, model.weights().get(PREFIX + buffer).toFloats());
            }
        }
        return new Checkpoint(model, buffers, read(Progress.class, PROGRESS, metadata, file), metadata.get(OPTIONS),
                metadata.containsKey(PART) ? read(EpochPart.class, PART, metadata, file) : EpochPart.NONE);
    }

    private static <T> T read(Class<T> type, String key, Map<String, String> metadata, Path file) {
        String reason = "it is empty";
        try {
            T value = JSON.readValue(metadata.get(key), type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException e) {
            reason = e.getOriginalMessage();
        }
        throw new WeightsException("'" + key + "' cannot be read: " + reason, file.toString(),
                "give another copy: the file's metadata is damaged");
    }

    /// The same without tensors: progress and options only.
    public Checkpoint withoutTensors() {
        return new Checkpoint(model.withoutTensors(), Map.of(), progress, options, part);
    }

    /// Whether training can resume from the file; false for a finished model.
    public boolean hasTrainingState() {
        return buffers.containsKey("parameters");
    }

    /// Writes the checkpoint's state to the engine.
    ///
    /// @throws WeightsException if the checkpoint has no training state, or that of another model or other frozen rows
    public void restore(CompiledModel compiled, Path file) {
        if (!hasTrainingState()) {
            throw new WeightsException("no training state: this is a finished model", file.toString(),
                    "give the last.safetensors of the run, or model=" + file + " to start a new run from it");
        }
        NonFinite.in(buffers).or(() -> NonFinite.in(model.values())).ifPresent(found -> {
            throw new WeightsException(found + ", so the run has diverged", file.toString(),
                    "resume an earlier checkpoint of the run, or start a new run with a lower lr0");
        });
        State state = compiled.engine().state();
        for (String buffer : BUFFERS) {
            int given = buffers.containsKey(buffer) ? buffers.get(buffer).length : 0;
            int needed = state.has(buffer) ? state.count(buffer) : 0;
            if (given != needed) {
                throw new WeightsException("'" + buffer + "' has " + given + " elements, but this run has " + needed,
                        file.toString(), "give the options of the original run (optimizer, freeze, amp, batch and nbs"
                        + " determine its state)");
            }
        }
        buffers.forEach((name, values) -> state.write(name, 0, values));
        compiled.writeAverage(model.values());
    }
}
