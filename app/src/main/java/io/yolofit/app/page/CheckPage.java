package io.yolofit.app.page;

import static io.yolofit.app.page.PageTables.tile;
import static io.yolofit.app.page.PageTemplate.escaped;

import io.yolofit.app.console.Units;
import io.yolofit.app.report.data.DataCheckReport;
import io.yolofit.data.check.DatasetCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The check of a data set as one HTML page with pictures, without external resources.
public final class CheckPage {
    private CheckPage() {}

    /// Writes the page; its folder is created if needed.
    public static void write(Path file, DataCheckReport report, DatasetCheck check) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Files.writeString(file, PageTemplate.filled(PageTemplate.CHECK, Map.of(
                "title", escaped(title(Path.of(report.data()))),
                "data", escaped(report.data()),
                "figures", figures(report),
                "findings", findings(report),
                "classes", classes(report),
                "pictures", pictures(new SamplePictures(check).all()),
                "problems", problems(report))));
    }

    /// The file with its folder: most are called `data.yaml`.
    private static String title(Path data) {
        return (data.getNameCount() > 1 ? data.subpath(data.getNameCount() - 2, data.getNameCount()) : data).toString();
    }

    private static String figures(DataCheckReport report) {
        long images = report.splits().stream().mapToLong(DataCheckReport.Split::images).sum();
        long objects = report.splits().stream().mapToLong(DataCheckReport.Split::objects).sum();
        return tile(report.passed() ? "passed" : "failed", "", "the check")
                + tile(Units.count(images), "", "images") + tile(Units.count(objects), "", "objects")
                + tile(Units.fixed(report.objects().side50(), 0), "px", "median object at imgsz="
                + report.objects().imgsz()) + tile(Units.percent(report.objects().belowStride()), "",
                "of the objects below " + report.objects().stride() + " px")
                + tile(String.valueOf(report.objects().mostPerImage()), "", "objects at most in an image");
    }

    private static String findings(DataCheckReport report) {
        var html = new StringBuilder();
        for (DataCheckReport.Line line : report.findings()) {
            html.append("<li class='").append(line.level().toLowerCase(Locale.ROOT)).append("'><b>")
                    .append(escaped(line.level())).append("</b><div><strong>").append(escaped(line.topic()))
                    .append("</strong> ").append(escaped(line.finding()));
            if (!line.files().isEmpty()) {
                html.append("<pre>").append(escaped(String.join("\n", line.shownFiles()))).append("</pre>");
            }
            if (!line.advice().isEmpty()) {
                html.append("<p>").append(escaped(line.advice())).append("</p>");
            }
            html.append("</div></li>");
        }
        return html.toString();
    }

    /// Objects by class and split, with bars relative to the most frequent class of the split.
    private static String classes(DataCheckReport report) {
        var html = new StringBuilder("<thead><tr><th>class</th>");
        report.splits().forEach(split -> html.append("<th>").append(escaped(split.name())).append("</th>"));
        html.append("</tr></thead><tbody>");
        for (int i = 0; i < report.classes().size(); i++) {
            html.append("<tr><td>").append(escaped(report.classes().get(i))).append("</td>");
            for (DataCheckReport.Split split : report.splits()) {
                int count = split.perClass().get(i);
                int most = Math.max(1, split.perClass().stream().max(Integer::compare).orElse(1));
                html.append("<td><i style='width:").append(PageTemplate.number(100.0 * count / most))
                        .append("%'></i><span>").append(Units.count(count)).append("</span></td>");
            }
            html.append("</tr>");
        }
        return html.append("</tbody>").toString();
    }

    private static String pictures(Map<String, List<SamplePictures.Picture>> groups) {
        var html = new StringBuilder();
        groups.forEach((heading, pictures) -> {
            html.append("<section><h2>").append(escaped(heading)).append("</h2><div class='pictures'>");
            pictures.forEach(picture -> html.append("<figure><img alt='' src='").append(picture.url())
                    .append("'><figcaption>").append(escaped(picture.caption())).append("</figcaption></figure>"));
            html.append("</div></section>");
        });
        return html.toString();
    }

    private static String problems(DataCheckReport report) {
        List<String> lines = report.splits().stream().flatMap(split -> split.problems().stream()).toList();
        int most = 1000;
        return lines.isEmpty() ? "" : "<section><h2>Files</h2><pre>" + escaped(String.join("\n",
                lines.subList(0, Math.min(most, lines.size())))) + (lines.size() > most ? "\n... and "
                + (lines.size() - most) + " more" : "") + "</pre></section>";
    }
}
