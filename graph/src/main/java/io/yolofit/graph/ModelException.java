package io.yolofit.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A model that cannot be built. The message gives the problem with both numbers, the operands, the place and a fix.
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ModelException(String message) {
        super(message);
    }

    /// Starts an error about an op or a block.
    public static Builder because(String subject, String format, Object... arguments) {
        return new Builder(subject + ": " + String.format(Locale.ROOT, format, arguments));
    }

    /// Collects the lines of the message.
    public static final class Builder {
        private final List<String> lines = new ArrayList<>();

        private Builder(String headline) {
            lines.add(headline);
        }

        public Builder operand(String name, Object value) {
            return line(name, value);
        }

        public Builder at(Object where) {
            return line("at", where);
        }

        public Builder attempt(String wayOut) {
            return line("try", wayOut);
        }

        private Builder line(String key, Object value) {
            lines.add(String.format(Locale.ROOT, "    %-4s%s", key, value));
            return this;
        }

        public ModelException build() {
            return new ModelException(String.join(System.lineSeparator(), lines));
        }
    }
}
