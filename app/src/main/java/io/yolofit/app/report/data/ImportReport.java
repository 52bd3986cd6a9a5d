package io.yolofit.app.report.data;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.formats.Tally;
import io.yolofit.data.importing.DatasetImport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// What `yolofit import data=` has read, kept and dropped.
///
/// @param source      the annotations
/// @param format      of the source
/// @param output      the written folder
/// @param division    how the images were split
/// @param classes     names, by number
/// @param images      of the source
/// @param annotations of the source
/// @param clipped     kept boxes that were cut at the border of their image
/// @param splits      of the data set
/// @param notes       one line each
public record ImportReport(String source, String format, String output, String division, List<String> classes,
        Account images, Account annotations, long clipped, List<Split> splits, List<String> notes) {
    /// Numbers that add up: what was read is what was kept and dropped.
    public record Account(long read, long kept, List<Dropped> dropped) {}

    /// @param reason  in words
    /// @param example the first one, with its place
    public record Dropped(String reason, long count, String example) {}

    /// @param backgrounds images without objects
    /// @param perClass    objects of each class
    public record Split(String name, int images, int backgrounds, long objects, List<Integer> perClass) {}

    /// @param source an import whose images were checked
    /// @param output the folder to write
    /// @throws IllegalStateException if the account does not add up
    public static ImportReport of(DatasetImport source, String output) {
        Collection<SplitScan> scans = source.scans().values();
        Tally tally = source.tally();
        long images = scans.stream().mapToLong(scan -> scan.images().size()).sum();
        long objects = scans.stream().mapToLong(SplitScan::instances).sum();
        if (images != tally.imagesKept() || objects != tally.annotationsKept()) {
            throw new IllegalStateException("the account of the import is wrong: %d images, %d objects, but %d and %d"
                    .formatted(images, objects, tally.imagesKept(), tally.annotationsKept()));
        }
        return new ImportReport(source.dataset().file().toString(), source.format().title(), output, source.splits(),
                source.dataset().names(), new Account(tally.imagesRead(), images, dropped(tally.droppedImages())),
                new Account(tally.annotationsRead(), objects, dropped(tally.droppedAnnotations())), tally.clipped(),
                scans.stream().map(scan -> new Split(scan.split(), scan.images().size(), scan.backgrounds(),
                        scan.instances(), Arrays.stream(scan.instancesPerClass()).boxed().toList())).toList(),
                source.notes());
    }

    private static List<Dropped> dropped(List<Tally.Dropped> all) {
        return all.stream().map(drop -> new Dropped(drop.reason().text(), drop.count(), drop.example())).toList();
    }

    /// The report as text.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("%s: %s, %s".formatted(source, format, division));
        lines.add("");
        lines.addAll(account("images", images));
        lines.addAll(account("annotations", annotations));
        if (clipped > 0) {
            lines.add(Units.count(clipped) + " of the kept boxes reached beyond their image and were clipped");
        }
        notes.forEach(note -> lines.add("note: " + note));
        lines.add("");
        var table = new TextTable(Stream.concat(Stream.of(Column.left("class")),
                splits.stream().map(split -> Column.right(split.name()))).toArray(Column[]::new));
        for (int i = 0; i < classes.size(); i++) {
            int category = i;
            table.row(Stream.concat(Stream.of(classes.get(i)), splits.stream().map(split ->
                    Units.count(split.perClass().get(category)))).toArray(String[]::new));
        }
        table.rule();
        table.row(row("objects", Split::objects));
        table.row(row("images", split -> split.images()));
        table.row(row("of them backgrounds", split -> split.backgrounds()));
        lines.addAll(table.lines());
        return lines;
    }

    /// A figure of a split.
    private interface Figure {
        long of(Split split);
    }

    private String[] row(String title, Figure figure) {
        return Stream.concat(Stream.of(title), splits.stream().map(split -> Units.count(figure.of(split))))
                .toArray(String[]::new);
    }

    private static List<String> account(String noun, Account account) {
        var lines = new ArrayList<String>();
        long dropped = account.dropped.stream().mapToLong(Dropped::count).sum();
        lines.add("%s: %s read = %s kept + %s dropped".formatted(noun, Units.count(account.read),
                Units.count(account.kept), Units.count(dropped)));
        account.dropped.forEach(drop -> lines.add("  %s: %s, such as %s".formatted(Units.count(drop.count), drop.reason,
                drop.example)));
        return lines;
    }
}
