package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.FORMAT;
import static io.yolofit.train.options.OptionTable.LINK;

import io.yolofit.api.model.ModelExport;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.importing.CocoExport;
import io.yolofit.data.importing.DataSource;
import io.yolofit.data.importing.DatasetFolder;
import io.yolofit.train.options.FormatChoice;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `yolofit export`: writes a trained model, or a data set, for other programs. No native library is needed for models.
///
/// @param version of the program, for the metadata of files
public record ExportCommand(String version) implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        boolean data = options.find(DATA).isPresent();
        DataOptions.refuse(options, data ? ModelExport.OPTIONS : List.of(LINK), data ? "data=" : "model=");
        return data ? exportData(options, console) : exportModel(options, console);
    }

    private ExitCode exportModel(Options options, Console console) throws IOException {
        if (options.get(FORMAT) == FormatChoice.COCO) {
            throw CommandException.usage("format=coco is for a data set: give data= instead of model=");
        }
        ModelExport.Written written = ModelExport.of(options, version, console).write();
        console.line("written to " + written.file() + " (" + Units.bytes(written.bytes()) + "): "
                + written.contents());
        return ExitCode.OK;
    }

    private static ExitCode exportData(Options options, Console console) throws IOException {
        if (options.isGiven(FORMAT) && options.get(FORMAT) != FormatChoice.COCO) {
            throw CommandException.usage("format=" + options.get(FORMAT).word() + " is for models; a data set is "
                    + "written as format=coco");
        }
        var place = new DatasetFolder.Place(DataOptions.output(options), options.get(LINK), options.get(EXIST_OK));
        DatasetFolder.requireFree(place, Path.of(options.get(DATA)));
        Dataset dataset = DataSource.load(Path.of(options.get(DATA)), console::line);
        dataset.missing().values().forEach(why -> console.warn(why.message()));
        Map<String, SplitScan> scans = new LinkedHashMap<>();
        for (String name : List.of("train", "val", "test")) {
            if (dataset.hasSplit(name)) {
                SplitScan scan = dataset.split(name).scan(ScanOptions.defaults());
                scan.requireLabels();
                scan.problems().forEach(problem -> console.line(problem.toString()));
                console.line(scan.summary());
                scans.put(name, scan);
            }
        }
        CocoExport.write(scans, dataset.file(), place);
        console.line("written to " + place.folder() + ": annotations/" + scans.keySet().stream()
                .map(split -> "instances_" + split + ".json").collect(Collectors.joining(", ")) + ", and the images");
        return ExitCode.OK;
    }
}
