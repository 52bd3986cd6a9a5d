package io.yolofit.engine;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import java.util.Locale;

/// A program cannot be compiled or run. The message names the engine, the op, its operands and the reason.
public sealed class EngineException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    /// The device does not compute in an element type that was requested.
    public static final class UnsupportedType extends EngineException {
        private static final long serialVersionUID = 1L;

        /// @param where the option, as given
        public UnsupportedType(String what, String where, String remedy) {
            super(Failure.at(where, what, remedy), null);
        }
    }

    /// The artifact of an engine is not on the class path.
    public static final class NotOnClassPath extends EngineException {
        private static final long serialVersionUID = 1L;

        /// @param engine   its name for users: `CPU`
        /// @param artifact group and name in Maven's notation
        NotOnClassPath(String engine, String artifact) {
            super(Failure.naming("device=", "the " + engine + " engine is not on the class path: add the artifact "
                    + artifact, "add the artifact " + artifact), null);
        }
    }

    public EngineException(String message) {
        super(message, "", "");
    }

    private EngineException(Failure failure, Throwable cause) {
        super(failure, cause);
    }

    /// A kernel that failed.
    public static EngineException in(String engine, Node node, Throwable cause) {
        StringBuilder message = new StringBuilder(engine).append(": ").append(node.op().text()).append(" of ")
                .append(node.name()).append(" failed: ").append(cause.getMessage());
        for (Value input : node.inputs()) {
            message.append(System.lineSeparator())
                    .append(String.format(Locale.ROOT, "    %-28s %s", input.type(), input.name()));
        }
        return new EngineException(Failure.naming(node.name(), message.toString(), ""), cause);
    }
}
