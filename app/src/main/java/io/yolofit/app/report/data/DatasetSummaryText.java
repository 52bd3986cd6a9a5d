package io.yolofit.app.report.data;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A dataset summary as two tables and one line per problem.
public final class DatasetSummaryText {
    private DatasetSummaryText() {}

    public static List<String> lines(DatasetSummary data) {
        var lines = new ArrayList<String>();
        lines.add(data.file());
        lines.add("");
        var splits = new TextTable(Column.left("split"), Column.right("images"), Column.right("backgrounds"),
                Column.right("skipped"), Column.right("objects"));
        for (DatasetSummary.Split split : data.splits()) {
            splits.row(split.name(), Units.count(split.images()), Units.count(split.backgrounds()),
                    Units.count(split.skipped()), Units.count(split.objects()));
        }
        lines.addAll(splits.lines());
        lines.add("");
        lines.addAll(classes(data).lines());
        for (DatasetSummary.Split split : data.splits()) {
            if (!split.problems().isEmpty()) {
                lines.add("");
                lines.add("Problems of split " + split.name());
                split.problems().forEach(problem -> lines.add("  " + problem));
            }
        }
        return lines;
    }

    private static TextTable classes(DatasetSummary data) {
        Column[] columns = Stream.concat(Stream.of(Column.right(""), Column.left("class")),
                data.splits().stream().map(split -> Column.right(split.name()))).toArray(Column[]::new);
        var table = new TextTable(columns);
        for (int number = 0; number < data.classes().size(); number++) {
            int one = number;
            table.row(Stream.concat(Stream.of(Integer.toString(number), data.classes().get(number)),
                    data.splits().stream().map(split -> Units.count(split.perClass().get(one))))
                    .toArray(String[]::new));
        }
        return table;
    }
}
