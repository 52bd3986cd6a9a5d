package io.yolofit.zoo.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads PyTorch checkpoints (`.pt`) of detectors as data: nothing in the file is executed. The rules are documented at
/// the package.
///
/// Supported are pickled modules and state dicts, alone or wrapped in a dict as `ema`, `model`, `state_dict` and the
/// like, also if `DataParallel` or `torch.compile` wrapped them first. Only these tensors are loaded, not those of the
/// optimizer.
public final class TorchFile {
    /// A way out for checkpoints that cannot be read, with a place for the model.
    static final String SAVE_TENSORS = "torch.save(%s.state_dict(), 'weights.pt'), for train model=yolov8n "
            + "pretrained=weights.pt or import model=weights.pt architecture=yolov8n";
    private static final int MAX_PICKLE_BYTES = 64 << 20;
    private static final int MAX_COPIES = 4;
    private static final int SHOWN_KEYS = 12;
    private static final int MAX_WRAPPERS = 4;
    private static final List<String> SOURCES = List.of("ema", "model", "state_dict", "ema_state_dict",
            "model_state_dict", "weights");
    /// Wrapped modules: `torch.nn.DataParallel` and `torch.compile`.
    private static final List<String> WRAPPED = List.of("module", "_orig_mod");

    private final Path file;
    private final TorchArchive archive;
    private final Map<?, ?> top;

    private TorchFile(Path file, TorchArchive archive, Map<?, ?> top) {
        this.file = file;
        this.archive = archive;
        this.top = top;
    }

    /// Reads the checkpoint in `file`, with its weights.
    /// Throws [WeightsException] if the file is missing, damaged, not a checkpoint, or contains anything but data.
    public static TorchCheckpoint read(Path file) {
        return read(file, PickleMachine.Limits.DEFAULT);
    }

    static TorchCheckpoint read(Path file, PickleMachine.Limits limits) {
        try (TorchArchive archive = TorchArchive.open(file)) {
            byte[] pickle = archive.read(archive.pickleName(), MAX_PICKLE_BYTES);
            Object root = new PickleMachine(new PickleInput(pickle, archive.place(archive.pickleName())), limits).run();
            Map<?, ?> top = switch (root) {
                case Map<?, ?> map -> map;
                case Pickled.Instance module when ModuleTree.isModule(module) -> Map.of("model", module);
                case null, default -> throw new WeightsException("the checkpoint is neither a dict nor a module",
                        file.toString(), "save a state dict: " + SAVE_TENSORS.formatted("model"));
            };
            return new TorchFile(file, archive, top).checkpoint();
        } catch (IOException failure) {
            throw WeightsException.unreadable(file, failure);
        }
    }

    private TorchCheckpoint checkpoint() throws IOException {
        String source = SOURCES.stream().filter(key -> isContainer(top.get(key))).findFirst().orElse("tensors");
        if (source.equals("tensors")) {
            SOURCES.stream().filter(key -> top.get(key) != null && !(top.get(key) instanceof TorchTensor)).findFirst()
                    .ifPresent(key -> {
                        throw error("'%s' is neither a module nor a dict of tensors".formatted(key));
                    });
        }
        Object model = unwrapped(source.equals("tensors") ? top : top.get(source));
        if (ModuleTree.isModule(model)) {
            return ofModule((Pickled.Instance) model, source);
        }
        return new TorchCheckpoint(load(tensors((Map<?, ?>) model, source)), source,
                Collections.emptySortedMap(), Map.of(), trainArgs(), integer(top.get("epoch")), OptionalInt.empty(),
                List.of(), Map.of());
    }

    private static boolean isContainer(Object value) {
        return value instanceof Map<?, ?> || ModuleTree.isModule(value);
    }

    /// The innermost module or dict of tensors of nested wrappers.
    private static Object unwrapped(Object container) {
        Object inner = container;
        for (int depth = 0; depth < MAX_WRAPPERS; depth++) {
            Map<?, ?> members = inner instanceof Pickled.Instance module ? module.dict("_modules") : (Map<?, ?>) inner;
            boolean wraps = inner instanceof Pickled.Instance ? members.size() == 1
                    : members.values().stream().noneMatch(TorchTensor.class::isInstance);
            Object next = !wraps ? null : Stream.concat(WRAPPED.stream(),
                    inner instanceof Pickled.Instance ? Stream.of() : SOURCES.stream())
                    .map(members::get).filter(TorchFile::isContainer).findFirst().orElse(null);
            if (next == null) {
                return inner;
            }
            inner = next;
        }
        return inner;
    }

    private TorchCheckpoint ofModule(Pickled.Instance model, String source) throws IOException {
        ModuleTree tree = new ModuleTree(model, file.toString());
        Map<String, Object> yaml = PlainValues.map(model.state().get("yaml"), file + ", yaml of the model");
        SortedMap<Integer, String> names = names(model.state().get("names"));
        OptionalInt classCount = yaml.get("nc") == null && !names.isEmpty() ? OptionalInt.of(names.size())
                : integer(yaml.get("nc"));
        return new TorchCheckpoint(load(tree.tensors()), source, names, yaml, trainArgs(), integer(top.get("epoch")),
                classCount, strides(model.state().get("stride")), Collections.unmodifiableMap(tree.classes()));
    }

    private SequencedMap<String, TorchTensor> tensors(Map<?, ?> dict, String source) {
        SequencedMap<String, TorchTensor> tensors = new LinkedHashMap<>();
        dict.forEach((key, value) -> {
            if (!(key instanceof String name) || name.isEmpty() || !(value instanceof TorchTensor tensor)) {
                throw error("%s is not a dict of tensors: '%s' is no tensor with a name; the checkpoint's keys are %s"
                        .formatted(source.equals("tensors") ? "the checkpoint" : source, shown(key), shownKeys()));
            }
            tensors.put(name, tensor);
        });
        if (tensors.isEmpty()) {
            throw error("the checkpoint has no tensors; its keys are " + shownKeys());
        }
        return tensors;
    }

    private Weights load(SequencedMap<String, TorchTensor> tensors) throws IOException {
        requireFewCopies(tensors);
        SequencedMap<String, TensorData> loaded = new LinkedHashMap<>();
        for (Map.Entry<String, TorchTensor> named : tensors.entrySet()) {
            if (named.getKey().equals(Weights.METADATA_KEY)) {
                throw error("a tensor is called " + Weights.METADATA_KEY);
            }
            loaded.put(named.getKey(), named.getValue().read(archive.storage(named.getValue().storage())));
        }
        Map<String, String> texts = new LinkedHashMap<>();
        top.forEach((key, value) -> {
            if (key instanceof String name && value instanceof String text) {
                texts.put(name, text);
            }
        });
        return new Weights(loaded, texts).unwrapped();
    }

    /// Non-contiguous tensors are copied. A hostile file could view one storage many times, so copies are bounded.
    private void requireFewCopies(SequencedMap<String, TorchTensor> tensors) {
        long copied = 0;
        for (TorchTensor tensor : tensors.values()) {
            copied += tensor.isContiguous() ? 0 : tensor.byteSize();
            if (copied > archive.size() * MAX_COPIES) {
                throw error("tensors that are not contiguous would take over %d bytes, %d times the file".formatted(
                        copied, MAX_COPIES));
            }
        }
    }

    private SortedMap<Integer, String> names(Object value) {
        SortedMap<Integer, String> names = new TreeMap<>();
        if (value instanceof List<?> list) {
            list.forEach(name -> names.put(names.size(), className(name)));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, name) -> {
                if (!(key instanceof Long index) || index < 0 || index > Integer.MAX_VALUE) {
                    throw error("a class has the number '" + shown(key) + "'");
                }
                names.put(index.intValue(), className(name));
            });
        }
        return Collections.unmodifiableSortedMap(names);
    }

    private String className(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw error("a class has a name that is no text: " + shown(name));
    }

    private Map<String, Object> trainArgs() {
        String key = top.containsKey("train_args") ? "train_args" : "opt";
        return PlainValues.map(top.get(key), file + ", " + key);
    }

    private static OptionalInt integer(Object value) {
        return value instanceof Long number && number == number.intValue()
                ? OptionalInt.of(number.intValue()) : OptionalInt.empty();
    }

    private List<Double> strides(Object value) throws IOException {
        List<Double> strides = new ArrayList<>();
        if (value instanceof TorchTensor tensor) {
            for (float stride : tensor.read(archive.storage(tensor.storage())).toFloats()) {
                strides.add((double) stride);
            }
        }
        return Collections.unmodifiableList(strides);
    }

    private String shownKeys() {
        return String.join(", ", top.keySet().stream().limit(SHOWN_KEYS).map(TorchFile::shown).toList());
    }

    /// A key for an error message: only text and numbers, whose size is bounded.
    private static String shown(Object key) {
        return key instanceof String || key instanceof Number ? key.toString() : "(something else)";
    }

    private WeightsException error(String problem) {
        return new WeightsException(problem, file.toString(),
                "check that this is a detector's checkpoint, or save a state dict: " + SAVE_TENSORS.formatted("model"));
    }
}
