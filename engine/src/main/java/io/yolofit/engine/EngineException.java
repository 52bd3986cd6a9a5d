package io.yolofit.engine;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import java.util.Locale;

/// A program cannot be compiled or run. The message names the engine, the op, its operands and the reason.
public sealed class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The device does not compute in an element type that was requested.
    public static final class UnsupportedType extends EngineException {
        private static final long serialVersionUID = 1L;

        public UnsupportedType(String message) {
            super(message);
        }
    }

    /// The artifact of an engine is not on the class path.
    public static final class NotOnClassPath extends EngineException {
        private static final long serialVersionUID = 1L;

        private final String problem;
        private final String remedy;

        /// @param engine   its name for users: `CPU`
        /// @param artifact group and name in Maven's notation
        NotOnClassPath(String engine, String artifact) {
            super("the " + engine + " engine is not on the class path: add the artifact " + artifact);
            problem = "the " + engine + " engine is not on the class path";
            remedy = "add the artifact " + artifact;
        }

        /// What is wrong.
        public String problem() {
            return problem;
        }

        /// What to do about it; names the artifact.
        public String remedy() {
            return remedy;
        }
    }

    public EngineException(String message) {
        super(message);
    }

    private EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /// A kernel that failed.
    public static EngineException in(String engine, Node node, Throwable cause) {
        StringBuilder message = new StringBuilder(engine).append(": ").append(node.op().text()).append(" of ")
                .append(node.name()).append(" failed: ").append(cause.getMessage());
        for (Value input : node.inputs()) {
            message.append(System.lineSeparator())
                    .append(String.format(Locale.ROOT, "    %-28s %s", input.type(), input.name()));
        }
        return new EngineException(message.toString(), cause);
    }
}
