package io.yolofit.zoo.weights;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The constructors that a checkpoint's pickle may call. The list is closed: a call of any other name is an error.
///
/// Most listed names build a Java collection or a [TorchTensor]; the others, whose values are not needed (a device, a
/// path, a NumPy scalar), become inert instances. A table at the package documents the rules.
final class TorchConstructors {
    /// Modules of the interpreter and the operating system. Real checkpoints have no instances of their classes.
    private static final Set<String> SYSTEM_MODULES = Set.of("__builtin__", "builtins", "os", "posix", "nt", "sys",
            "io", "subprocess", "shutil", "socket", "importlib", "runpy", "pty", "ctypes", "pickle", "_pickle",
            "marshal", "code", "types", "functools", "operator", "multiprocessing", "threading", "asyncio", "torch.hub",
            "torch.jit");

    private final PickleInput in;

    TorchConstructors(PickleInput in) {
        this.in = in;
    }

    /// `symbol(*arguments)`, if the symbol is one of the listed constructors.
    Object call(Pickled.Symbol symbol, Pickled.Tuple arguments) {
        return switch (symbol.qualifiedName()) {
            case "collections.OrderedDict", "builtins.dict", "__builtin__.dict" -> dict(symbol, arguments);
            case "collections.defaultdict" -> new LinkedHashMap<>();
            case "builtins.list", "__builtin__.list" -> new ArrayList<>(elements(symbol, arguments));
            case "builtins.tuple", "__builtin__.tuple" -> new Pickled.Tuple(elements(symbol, arguments));
            case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" ->
                    set(symbol, arguments);
            case "torch.Size" -> new Pickled.Tuple(elements(symbol, arguments));
            case "_codecs.encode" -> encode(arguments);
            case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" ->
                    TorchTensor.rebuild(arguments, in);
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
                    parameter(arguments);
            case "torch.device", "types.SimpleNamespace", "ultralytics.utils.IterableSimpleNamespace",
                 "ultralytics.yolo.utils.IterableSimpleNamespace", "numpy.dtype", "numpy.core.multiarray.scalar",
                 "numpy._core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
                 "numpy._core.multiarray._reconstruct", "pathlib.PosixPath", "pathlib.WindowsPath",
                 "pathlib._local.PosixPath", "pathlib._local.WindowsPath" -> new Pickled.Instance(symbol, arguments);
            default -> throw in.refused("the pickle calls " + symbol
                    + ", which is not one of the constructors of data known here; nothing was run");
        };
    }

    /// `symbol.__new__(symbol, *arguments)`: inert, unless the symbol belongs to the system.
    Object instance(Pickled.Symbol symbol, Pickled.Tuple arguments) {
        if (symbol.qualifiedName().equals("collections.OrderedDict")) {
            return dict(symbol, arguments);
        }
        String module = symbol.module();
        for (String system : SYSTEM_MODULES) {
            if (module.equals(system) || module.startsWith(system + ".")) {
                throw in.refused(("the pickle makes an instance of %s, which belongs to the system and not into a "
                        + "checkpoint; nothing was run").formatted(symbol));
            }
        }
        return new Pickled.Instance(symbol, arguments);
    }

    /// Keeps `state` as the attributes of an inert instance. The attributes of a dict (`_metadata`) are not kept.
    void build(Object target, Object state) {
        if (target instanceof Pickled.Instance instance) {
            if (state instanceof Map<?, ?> attributes) {
                putAttributes(instance, attributes);
            } else if (state instanceof Pickled.Tuple both && both.size() == 2 && both.get(1) instanceof Map<?, ?> slots
                    && (both.get(0) == null || both.get(0) instanceof Map<?, ?>)) {
                if (both.get(0) instanceof Map<?, ?> attributes) {
                    putAttributes(instance, attributes);
                }
                putAttributes(instance, slots);
            } else {
                instance.state().put(Pickled.Instance.OTHER_STATE, state);
            }
        } else if (!(target instanceof Map<?, ?> && state instanceof Map<?, ?>)) {
            throw in.refused("the pickle sets the state of something that is neither an instance nor a dict");
        }
    }

    private void putAttributes(Pickled.Instance instance, Map<?, ?> attributes) {
        attributes.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw in.damaged("an instance of " + instance.type() + " gets an attribute whose name is no text");
            }
            instance.state().put(name, value);
        });
    }

    /// Requires a hashable value, for a dict's key or a set's element: anything but a list, dict or set, as in Python.
    Object requireKey(Object value) {
        if (value instanceof List<?> || value instanceof Map<?, ?> || value instanceof Set<?>) {
            throw in.damaged("a list, dict or set is used as a key");
        }
        return value;
    }

    private Map<Object, Object> dict(Pickled.Symbol symbol, Pickled.Tuple arguments) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        for (Object pair : elements(symbol, arguments)) {
            List<?> items = pair instanceof Pickled.Tuple tuple ? tuple.items()
                    : pair instanceof List<?> list ? list : List.of();
            if (items.size() != 2) {
                throw in.damaged("the arguments of " + symbol + " are not pairs");
            }
            dict.put(requireKey(items.get(0)), items.get(1));
        }
        return dict;
    }

    private Set<Object> set(Pickled.Symbol symbol, Pickled.Tuple arguments) {
        Set<Object> set = new LinkedHashSet<>();
        elements(symbol, arguments).forEach(value -> set.add(requireKey(value)));
        return set;
    }

    /// The elements of a constructor's only argument, a list, tuple or set; none if there is no argument.
    private List<Object> elements(Pickled.Symbol symbol, Pickled.Tuple arguments) {
        if (arguments.size() == 0) {
            return List.of();
        }
        if (arguments.size() == 1) {
            switch (arguments.get(0)) {
                case Pickled.Tuple tuple -> {
                    return tuple.items();
                }
                case List<?> list -> {
                    return new ArrayList<>(list);
                }
                case Set<?> set -> {
                    return new ArrayList<>(set);
                }
                case null, default -> { }
            }
        }
        throw in.damaged("%s takes one list, tuple or set, but gets %d arguments or something else".formatted(
                symbol, arguments.size()));
    }

    /// Python 3 writes bytes in protocol 2 as text, one character per byte.
    private byte[] encode(Pickled.Tuple arguments) {
        if (arguments.size() == 2 && arguments.get(0) instanceof String text && "latin1".equals(arguments.get(1))) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
        throw in.refused("the pickle calls _codecs.encode with something else than a text and 'latin1'");
    }

    /// The tensor of a parameter; `requires_grad` is ignored.
    private TorchTensor parameter(Pickled.Tuple arguments) {
        if (arguments.size() >= 1 && arguments.get(0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw in.damaged("a parameter is made of something that is no tensor");
    }
}
