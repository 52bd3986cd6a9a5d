package io.yolofit.app.command;

import io.yolofit.api.model.ModelExport;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.train.options.Options;
import java.io.IOException;

/// `yolofit export`: writes a trained model for other programs. No native library is needed.
///
/// @param version of the program, for the metadata of files
public record ExportCommand(String version) implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        ModelExport.Written written = ModelExport.of(options, version, console).write();
        console.line("written to " + written.file() + " (" + Units.bytes(written.bytes()) + "): "
                + written.contents());
        return ExitCode.OK;
    }
}
