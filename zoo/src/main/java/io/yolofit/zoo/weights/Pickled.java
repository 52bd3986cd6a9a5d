package io.yolofit.zoo.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Pickled values without a Java counterpart. All others map to Java: `None` to null, numbers to Boolean, Long,
/// BigInteger or Double, text to String, bytes to byte[]; lists, dicts and sets to collections in insertion order.
///
/// All but [Symbol] are equal by identity only: a hostile pickle can nest values into each other or into themselves,
/// and comparing or hashing them by content might never end.
sealed interface Pickled {

    /// A dotted Python name. It is inert: [TorchConstructors] decides whether anything may be built from it.
    record Symbol(String module, String name) implements Pickled {
        String qualifiedName() {
            return module + "." + name;
        }

        /// The name without its module: `Conv2d` of `torch.nn.modules.conv.Conv2d`.
        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }

        @Override
        public String toString() {
            return qualifiedName();
        }
    }

    /// A Python tuple.
    final class Tuple implements Pickled {
        private final List<Object> items;

        Tuple(List<Object> items) {
            this.items = Collections.unmodifiableList(new ArrayList<>(items));
        }

        List<Object> items() {
            return items;
        }

        int size() {
            return items.size();
        }

        Object get(int index) {
            return items.get(index);
        }
    }

    /// An inert instance of a class that is only a name: its constructor arguments and its state.
    final class Instance implements Pickled {
        /// Key under which a state that is not a dict is kept.
        static final String OTHER_STATE = "__setstate__";

        private final Symbol type;
        private final Tuple arguments;
        private final SequencedMap<String, Object> state = new LinkedHashMap<>();

        Instance(Symbol type, Tuple arguments) {
            this.type = type;
            this.arguments = arguments;
        }

        Symbol type() {
            return type;
        }

        Tuple arguments() {
            return arguments;
        }

        /// The instance's attributes.
        SequencedMap<String, Object> state() {
            return state;
        }

        /// The attribute of that name if it is a dict, otherwise null.
        Map<?, ?> dict(String attribute) {
            return state.get(attribute) instanceof Map<?, ?> map ? map : null;
        }
    }
}
