package io.yolofit.graph;

import io.yolofit.base.Failure;
import io.yolofit.base.YoloFitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A model that cannot be built. The message gives the problem with both numbers, the operands, the place and a fix.
public final class ModelException extends YoloFitException {
    private static final long serialVersionUID = 1L;

    private ModelException(Failure failure) {
        super(failure);
    }

    /// Starts an error about an op or a block.
    public static Builder because(String subject, String format, Object... arguments) {
        return new Builder(subject + ": " + String.format(Locale.ROOT, format, arguments));
    }

    /// Collects the lines of the message.
    public static final class Builder {
        private final List<String> lines = new ArrayList<>();
        private final String headline;
        private String where = "";
        private String remedy = "";

        private Builder(String headline) {
            this.headline = headline;
            lines.add(headline);
        }

        public Builder operand(String name, Object value) {
            return line(name, value);
        }

        public Builder at(Object place) {
            where = String.valueOf(place);
            return line("at", place);
        }

        /// What to do, as an imperative sentence.
        public Builder remedy(String sentence) {
            remedy = sentence;
            return line("fix", sentence);
        }

        private Builder line(String key, Object value) {
            lines.add(String.format(Locale.ROOT, "    %-4s%s", key, value));
            return this;
        }

        public ModelException build() {
            return new ModelException(new Failure(String.join(System.lineSeparator(), lines), headline, where, remedy));
        }
    }
}
