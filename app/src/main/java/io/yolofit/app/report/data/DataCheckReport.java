package io.yolofit.app.report.data;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import io.yolofit.data.check.DatasetCheck;
import io.yolofit.data.check.ObjectProfile;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.SplitScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The result of `yolofit check`.
///
/// @param data       the data set
/// @param passed     whether no finding is a failure
/// @param findings   of all checks
/// @param classes    names, by number
/// @param splits     with their objects
/// @param objects    sizes and numbers
/// @param duplicates images that look alike in different splits
public record DataCheckReport(String data, boolean passed, List<Line> findings, List<String> classes,
        List<Split> splits, Objects objects, List<Duplicate> duplicates) {
    /// @param level  `ok`, `warn` or `FAIL`
    /// @param advice empty if there is nothing to do
    /// @param files  all files of a finding about several, with what is wrong in each
    public record Line(String level, String topic, String finding, String advice, List<String> files) {
        /// Files that texts list; JSON has all.
        private static final int SHOWN = 10;

        /// The first files, and how many more there are.
        public List<String> shownFiles() {
            return files.size() <= SHOWN ? files : Stream.concat(files.stream().limit(SHOWN),
                    Stream.of("... and " + Units.count(files.size() - SHOWN) + " more; json=true lists all")).toList();
        }
    }

    /// @param problems of the scan, one line each
    public record Split(String name, int images, int backgrounds, int skipped, long objects, List<Integer> perClass,
            List<String> problems) {}

    /// Sides of objects in pixels, letterboxed.
    ///
    /// @param belowStride share of objects with a side below `stride`
    public record Objects(int imgsz, double side1, double side10, double side50, double side99, int stride,
            double belowStride, int mostPerImage, String mostPerImageIn) {}

    /// @param identical whether the files have the same content
    public record Duplicate(String firstSplit, String first, String secondSplit, String second, boolean identical) {}

    public static DataCheckReport of(Dataset dataset, DatasetCheck check) {
        ObjectProfile profile = check.objects();
        return new DataCheckReport(dataset.file().toString(), !check.failed(),
                check.findings().stream().map(finding -> new Line(finding.level().label(), finding.topic(),
                        finding.what(), finding.advice(), finding.files())).toList(),
                dataset.names(), check.scans().stream().map(DataCheckReport::split).toList(),
                new Objects(profile.imageSize(), tenths(profile.smallest()), tenths(profile.tenth()),
                        tenths(profile.median()), tenths(profile.largest()), ObjectProfile.STRIDE, profile.tooSmall(),
                        profile.mostObjects(), profile.mostObjectsIn() == null ? null
                        : profile.mostObjectsIn().path().toString()),
                check.duplicates().stream().map(pair -> new Duplicate(pair.firstSplit(), pair.first().path().toString(),
                        pair.secondSplit(), pair.second().path().toString(), pair.identical())).toList());
    }

    private static Split split(SplitScan scan) {
        return new Split(scan.split(), scan.images().size(), scan.backgrounds(), scan.skipped(), scan.instances(),
                Arrays.stream(scan.instancesPerClass()).boxed().toList(),
                scan.problems().stream().map(Problem::toString).toList());
    }

    private static double tenths(double value) {
        return Math.rint(10 * value) / 10;
    }

    /// The report as text.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(data);
        lines.add("");
        lines.addAll(table().lines());
        lines.add("");
        lines.add("at imgsz=%d: objects of %s px (1 %%), %s px (10 %%), %s px (half), %s px (99 %%); %s below %d px"
                .formatted(objects.imgsz, objects.side1, objects.side10, objects.side50, objects.side99,
                        Units.percent(objects.belowStride), objects.stride));
        lines.add("");
        for (Line finding : findings) {
            lines.add("%-4s  %s: %s".formatted(finding.level, finding.topic, finding.finding));
            finding.shownFiles().forEach(file -> lines.add("        " + file));
            if (!finding.advice.isEmpty()) {
                lines.add("      -> " + finding.advice);
            }
        }
        lines.add("");
        long failures = findings.stream().filter(finding -> finding.level.equals("FAIL")).count();
        long warnings = findings.stream().filter(finding -> finding.level.equals("warn")).count();
        lines.add((passed ? "passed" : "failed") + ": " + counted(failures, "failure") + ", "
                + counted(warnings, "warning"));
        return lines;
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /// Objects by class and split.
    TextTable table() {
        var table = new TextTable(Stream.concat(Stream.of(Column.left("class")),
                splits.stream().map(split -> Column.right(split.name))).toArray(Column[]::new));
        for (int i = 0; i < classes.size(); i++) {
            int category = i;
            table.row(Stream.concat(Stream.of(classes.get(i)), splits.stream().map(split ->
                    Units.count(split.perClass.get(category)))).toArray(String[]::new));
        }
        table.rule();
        table.row(row("objects", Split::objects));
        table.row(row("images", split -> split.images));
        table.row(row("of them backgrounds", split -> split.backgrounds));
        table.row(row("skipped", split -> split.skipped));
        return table;
    }

    /// A figure of a split.
    private interface Figure {
        long of(Split split);
    }

    private String[] row(String title, Figure figure) {
        return Stream.concat(Stream.of(title), splits.stream().map(split -> Units.count(figure.of(split))))
                .toArray(String[]::new);
    }
}
