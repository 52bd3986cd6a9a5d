package io.yolofit.app.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The last row of `resources.csv` of a run.
final class Resources {
    private Resources() {}

    /// Values by column; empty without a complete row.
    static Map<String, String> last(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        List<String> lines = Files.readAllLines(file);
        List<String> columns = cells(lines.isEmpty() ? "" : lines.getFirst());
        List<String> values = cells(lines.size() < 2 ? "" : lines.getLast());
        Map<String, String> row = new LinkedHashMap<>();
        for (int at = 0; at < columns.size() && values.size() == columns.size(); at++) {
            row.put(columns.get(at), values.get(at));
        }
        return row;
    }

    private static List<String> cells(String line) {
        return Arrays.asList(line.split(",", -1));
    }
}
