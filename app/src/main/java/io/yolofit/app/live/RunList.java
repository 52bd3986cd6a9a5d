package io.yolofit.app.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The runs of a folder, finished and running: `/` (a page that compares them) and `/runs` (JSON, read from their
/// `results.csv` at every request).
record RunList(Path project) implements Site {
    private static final int MOST_RUNS = 200;
    private static final int MOST_ROWS = 400;
    private static final int MILLIS = 1000;

    @Override
    public Answer find(String name) throws IOException {
        return switch (name) {
            case "" -> Site.page("runs.html");
            case "runs" -> new Body("application/json", json());
            default -> new Nothing();
        };
    }

    private byte[] json() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode().put("folder", project.toString());
        ArrayNode columns = root.putArray("columns");
        ResultsCsv.COLUMNS.stream().skip(2).forEach(columns::add);
        ArrayNode list = root.putArray("runs");
        for (Path run : runs()) {
            describe(run, list.addObject());
        }
        return mapper.writeValueAsBytes(root);
    }

    /// Folders with `results.csv`, the one that was written last first.
    private List<Path> runs() throws IOException {
        try (Stream<Path> folders = Files.list(project)) {
            return folders.filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                            && Files.isRegularFile(folder.resolve("results.csv"), LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparingLong((Path folder) -> folder.resolve("results.csv").toFile()
                            .lastModified()).reversed().thenComparing(Comparator.naturalOrder()))
                    .limit(MOST_RUNS).toList();
        }
    }

    private static void describe(Path run, ObjectNode node) {
        Path file = run.resolve("results.csv");
        node.put("name", run.getFileName().toString());
        node.put("finished", Files.exists(run.resolve("results.json")));
        node.put("age", Math.max(0, System.currentTimeMillis() - file.toFile().lastModified()) / MILLIS);
        ArrayNode rows = node.putArray("rows");
        try {
            List<ResultsRow> all = ResultsCsv.read(file);
            int stride = Math.max(1, Math.ceilDiv(all.size(), MOST_ROWS));
            for (int at = 0; at < all.size(); at++) {
                if (at % stride == 0 || at == all.size() - 1) {
                    row(all.get(at), rows.addArray());
                }
            }
        } catch (IOException failure) {
            node.put("problem", failure.getMessage());
        }
    }

    /// Epoch, seconds, and the values of the columns; null for those that are not finite.
    private static void row(ResultsRow row, ArrayNode node) {
        node.add(row.epoch()).add(row.time());
        Stream.of(row.train().named().values().stream(), Stream.of(row.metrics().precision(), row.metrics().recall(),
                        row.metrics().map50(), row.metrics().map50To95()), row.val().named().values().stream(),
                row.learning().stream()).flatMap(values -> values).forEach(value -> {
                    if (Double.isFinite(value)) {
                        node.add(value);
                    } else {
                        node.addNull();
                    }
                });
    }
}
