package io.yolofit.zoo.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// Walks a pickled `nn.Module` as data and collects the contents of its `state_dict()`: parameters and persistent
/// buffers by dotted path, each module's own before its children's. Also collects the class of every module.
final class ModuleTree {
    /// Limits for hostile trees, in which modules share or contain each other.
    private static final int MAX_MODULES = 20_000;
    private static final int MAX_TENSORS = 50_000;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAME_LENGTH = 200;

    private final String place;
    private final SequencedMap<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final SequencedMap<String, String> classes = new LinkedHashMap<>();

    /// `place` names the file, for errors.
    ModuleTree(Pickled.Instance root, String place) {
        this.place = place;
        visit("", root, 0);
    }

    static boolean isModule(Object value) {
        return value instanceof Pickled.Instance instance && instance.dict("_modules") != null
                && instance.dict("_parameters") != null && instance.dict("_buffers") != null;
    }

    /// Parameters and buffers, in the order of a state dict.
    SequencedMap<String, TorchTensor> tensors() {
        return tensors;
    }

    /// Qualified class name by path; the root's path is "".
    SequencedMap<String, String> classes() {
        return classes;
    }

    private void visit(String path, Pickled.Instance module, int depth) {
        if (depth > MAX_DEPTH || classes.size() >= MAX_MODULES) {
            throw error("the modules nest without end: depth %d, %d modules so far".formatted(
                    depth, classes.size()), path);
        }
        classes.put(path, module.type().qualifiedName());
        String prefix = path.isEmpty() ? "" : path + ".";
        collect(prefix, module.dict("_parameters"), Set.of());
        collect(prefix, module.dict("_buffers"),
                module.state().get("_non_persistent_buffers_set") instanceof Set<?> names ? names : Set.of());
        for (Map.Entry<?, ?> child : module.dict("_modules").entrySet()) {
            String childPath = prefix + name(child.getKey(), path);
            if (isModule(child.getValue())) {
                visit(childPath, (Pickled.Instance) child.getValue(), depth + 1);
            } else if (child.getValue() != null) {
                throw error("a child is not a module", childPath);
            }
        }
    }

    private void collect(String prefix, Map<?, ?> members, Set<?> omitted) {
        members.forEach((key, value) -> {
            String path = prefix + name(key, prefix);
            if (value instanceof TorchTensor tensor) {
                if (!omitted.contains(key) && tensors.put(path, tensor) != null) {
                    throw error("two tensors have this name", path);
                }
                if (tensors.size() > MAX_TENSORS) {
                    throw error("the modules have more than %d tensors".formatted(MAX_TENSORS), path);
                }
            } else if (value != null) {
                throw error("a parameter or buffer is not a tensor", path);
            }
        });
    }

    private String name(Object key, String path) {
        if (key instanceof String name && !name.isEmpty() && name.length() <= MAX_NAME_LENGTH) {
            return name;
        }
        throw error("a module has a member whose name is not of 1 to %d characters".formatted(MAX_NAME_LENGTH), path);
    }

    private WeightsException error(String problem, String path) {
        return new WeightsException(problem, "%s, module '%s'".formatted(place, path),
                "copy or download the checkpoint again: it is damaged, or not a checkpoint");
    }
}
