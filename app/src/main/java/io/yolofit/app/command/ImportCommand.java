package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.ANNOTATIONS;
import static io.yolofit.train.options.OptionTable.ARCHITECTURE;
import static io.yolofit.train.options.OptionTable.DIFFICULT;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMAGES;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.LINK;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAMES;
import static io.yolofit.train.options.OptionTable.RATIO;
import static io.yolofit.train.options.OptionTable.RESULT;
import static io.yolofit.train.options.OptionTable.SEED;

import io.yolofit.api.model.ModelImport;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.ModelFileSummary;
import io.yolofit.app.report.data.ImportReport;
import io.yolofit.base.ShellWord;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.importing.DatasetFolder;
import io.yolofit.data.importing.DatasetImport;
import io.yolofit.data.importing.ImportRequest;
import io.yolofit.data.importing.SplitShares;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// `yolofit import`: converts annotations of another format to a data set, or a PyTorch checkpoint to safetensors.
public final class ImportCommand implements Command {
    private static final List<Option<?>> OF_MODELS = List.of(MODEL, ARCHITECTURE);
    private static final List<Option<?>> OF_DATA = List.of(IMAGES, RATIO, SEED, NAMES, DIFFICULT, LINK, JSON);

    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        boolean data = options.find(ANNOTATIONS).isPresent();
        DataOptions.refuse(options, data ? OF_MODELS : OF_DATA, data ? "data=" : "model=");
        return data ? importData(options, console) : importModel(options, console);
    }

    private static ExitCode importData(Options options, Console console) throws IOException {
        Path output = DataOptions.output(options);
        var place = new DatasetFolder.Place(output, options.get(LINK), options.get(EXIST_OK));
        DatasetFolder.requireFree(place, Path.of(options.get(ANNOTATIONS)));
        DatasetImport read = DatasetImport.checked(new ImportRequest(Path.of(options.get(ANNOTATIONS)),
                options.find(IMAGES).map(Path::of),
                options.find(RATIO).map(ratio -> new SplitShares(ratio.train(), ratio.val(), ratio.test())),
                options.get(SEED), options.get(DIFFICULT), DataOptions.names(options)), ScanOptions.defaults());
        ImportReport report = ImportReport.of(read, output.toString());
        DatasetFolder.write(read, JsonText.of(report) + "\n", place);
        (options.get(JSON) ? List.of(JsonText.of(report)) : report.lines()).forEach(console::line);
        if (!options.get(JSON)) {
            console.line("");
            console.line("written to " + output + "; `yolofit check "
                    + ShellWord.of("data=" + output.resolve("data.yaml")) + "` looks for mistakes");
        }
        return ExitCode.OK;
    }

    private static ExitCode importModel(Options options, Console console) throws IOException {
        ModelImport read = ModelImport.of(options, console);
        ModelImport.Written written = read.write();
        ModelFileSummary.lines(options.get(MODEL), read.model(), written.trainedWith()).forEach(console::line);
        console.line("written to " + written.file() + " (" + Units.bytes(written.bytes()) + ")"
                + (options.find(RESULT).isPresent() ? "" : ", next to its input; output= names another file"));
        return ExitCode.OK;
    }
}
