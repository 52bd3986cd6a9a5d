package io.yolofit.app.report;

import java.util.ArrayList;
import java.util.List;

/// Advice for a data set and a device, printed by `yolofit advise`.
///
/// @param device  that the advice is for
/// @param lines   one for each topic
/// @param command that follows the advice
public record Advice(String device, List<Line> lines, String command) {
    /// One topic.
    ///
    /// @param reason why; empty if the advice itself says so
    public record Line(String topic, String advice, String reason) {
        private String text() {
            return advice + (reason.isEmpty() ? "" : ": " + reason);
        }
    }

    public Advice {
        lines = List.copyOf(lines);
    }

    /// The advice as text: one line for each topic, then the command.
    public List<String> text() {
        int width = lines.stream().mapToInt(line -> line.topic().length()).max().orElse(0);
        List<String> text = new ArrayList<>(lines.stream()
                .map(line -> line.topic + " ".repeat(width - line.topic.length() + 2) + line.text()).toList());
        text.add("");
        text.add(command);
        return text;
    }
}
