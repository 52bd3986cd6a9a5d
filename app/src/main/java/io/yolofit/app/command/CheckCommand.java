package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.REPORT;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.page.CheckPage;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.data.DataCheckReport;
import io.yolofit.data.check.DatasetCheck;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// `yolofit check`: looks for mistakes in a data set before it is trained on. Fails if a finding is a failure; warnings
/// pass.
public final class CheckCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws IOException, InterruptedException {
        Console log = options.get(JSON) ? console.onErrors() : console;
        Optional<Path> page = options.find(REPORT).map(Path::of);
        if (page.isPresent() && !page.get().toString().endsWith(".html")) {
            throw CommandException.usage("report=" + page.get() + ": the file name must end with .html");
        }
        Dataset dataset = DataSource.load(Path.of(options.get(DATA)), log::line);
        DatasetCheck check = DatasetCheck.of(dataset, options.get(IMGSZ), ScanOptions.defaults(), progress(log));
        DataCheckReport report = DataCheckReport.of(dataset, check);
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
        } else {
            report.lines().forEach(console::line);
        }
        if (page.isPresent()) {
            CheckPage.write(page.get(), report, check);
            log.line("page: " + page.get());
        }
        return report.passed() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /// A live line; it is removed when all images are compared.
    private static DatasetCheck.Progress progress(Console log) {
        CountProgress[] line = new CountProgress[1];
        return (images, all) -> {
            if (line[0] == null) {
                line[0] = new CountProgress(log, "comparing", all, "images", System::nanoTime);
            }
            line[0].at(images);
            if (images == all) {
                line[0].close();
            }
        };
    }
}
