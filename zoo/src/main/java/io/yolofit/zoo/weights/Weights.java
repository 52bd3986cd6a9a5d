package io.yolofit.zoo.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Named tensors in order, with metadata. Immutable.
///
/// Names are those of checkpoints (`model.0.conv.weight`): any non-empty text but `__metadata__`, which is reserved.
public record Weights(SequencedMap<String, TensorData> tensors, Map<String, String> metadata) {
    static final String METADATA_KEY = "__metadata__";
    private static final String BATCH_COUNT_SUFFIX = "num_batches_tracked";
    private static final Pattern WRAPPERS = Pattern.compile("^(?:(?:module|model|ema|_orig_mod)\\.)*(?=\\d+\\.)");
    private static final int SUGGESTIONS = 3;

    public Weights {
        tensors.forEach((name, tensor) -> {
            if (name == null || name.isEmpty() || name.equals(METADATA_KEY) || tensor == null) {
                throw new IllegalArgumentException("tensor '" + name + "' needs a name other than '' and "
                        + METADATA_KEY + ", and data");
            }
        });
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /// Tensors without metadata.
    public Weights(SequencedMap<String, TensorData> tensors) {
        this(tensors, Map.of());
    }

    /// The names in order.
    public SequencedSet<String> names() {
        return tensors.sequencedKeySet();
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// The tensor with a name.
    ///
    /// @throws NoSuchElementException that lists names with the same ending if there is none
    public TensorData get(String name) {
        TensorData tensor = tensors.get(name);
        if (tensor == null) {
            String ending = name.substring(name.indexOf('.') + 1);
            List<String> near = tensors.keySet().stream()
                    .filter(key -> key.endsWith(ending)).limit(SUGGESTIONS).toList();
            throw new NoSuchElementException("no tensor '%s' among %d%s".formatted(
                    name, tensors.size(), near.isEmpty() ? "" : "; there is " + String.join(", ", near)));
        }
        return tensor;
    }

    /// Elements of all tensors together.
    public long elementCount() {
        return tensors.values().stream().mapToLong(TensorData::elementCount).sum();
    }

    /// Bytes of all tensors together.
    public long byteSize() {
        return tensors.values().stream().mapToLong(TensorData::byteSize).sum();
    }

    /// The tensors whose names pass the filter, in the same order, with the same metadata.
    public Weights select(Predicate<String> filter) {
        SequencedMap<String, TensorData> kept = new LinkedHashMap<>(tensors);
        kept.keySet().removeIf(filter.negate());
        return new Weights(kept, metadata);
    }

    /// Without the batch counters of batch norms, which YoloFit does not use.
    public Weights withoutBatchCounts() {
        return select(name -> !name.equals(BATCH_COUNT_SUFFIX) && !name.endsWith("." + BATCH_COUNT_SUFFIX));
    }

    /// The tensors with the names of checkpoints (`model.0.conv.weight`): wrappers add prefixes such as `module.` or
    /// `_orig_mod.`, and a list of layers alone lacks `model.`. Other names, and all names if two would become equal,
    /// are not changed.
    public Weights unwrapped() {
        SequencedMap<String, TensorData> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> renamed.putIfAbsent(WRAPPERS.matcher(name).replaceFirst("model."), tensor));
        return renamed.size() == tensors.size() ? new Weights(renamed, metadata) : this;
    }

    /// The same with all floating-point tensors in F16, rounded to nearest even.
    public Weights half() {
        SequencedMap<String, TensorData> halved = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> halved.put(name, tensor.half()));
        return new Weights(halved, metadata);
    }

    /// The same tensors with other metadata.
    public Weights withMetadata(Map<String, String> other) {
        return new Weights(tensors, other);
    }
}
