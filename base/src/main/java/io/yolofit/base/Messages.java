package io.yolofit.base;

import java.util.function.Consumer;

/// Receives lines for the user, in order.
public interface Messages {
    /// A line of information.
    void line(String text);

    /// A warning, without the word itself.
    void warn(String text);

    /// Separate receivers of lines and of warnings.
    static Messages of(Consumer<String> lines, Consumer<String> warnings) {
        return new Messages() {
            @Override
            public void line(String text) {
                lines.accept(text);
            }

            @Override
            public void warn(String text) {
                warnings.accept(text);
            }
        };
    }
}
