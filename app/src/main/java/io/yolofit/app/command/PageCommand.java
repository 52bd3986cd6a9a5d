package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.PAGE;
import static io.yolofit.train.options.OptionTable.PROJECT;

import io.yolofit.app.console.Console;
import io.yolofit.app.live.RunsPage;
import io.yolofit.base.Troubleshooting;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.PageAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// `yolofit page`: serves a page that compares the runs of a folder, until it is interrupted.
public final class PageCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws IOException {
        Path project = Path.of(options.get(PROJECT));
        if (!Files.isDirectory(project)) {
            throw CommandException.usage("project=" + project + " is not a folder; it is the folder that contains the "
                    + "folders of runs, such as runs/detect");
        }
        PageAddress address = options.get(PAGE);
        if (!address.on()) {
            throw CommandException.usage("page=false serves nothing; leave it out, or give a port or host:port");
        }
        try (RunsPage page = RunsPage.open(address, project)) {
            console.line("runs of " + project + ": " + page.url() + " (Ctrl-C ends)");
            new CountDownLatch(1).await();
        } catch (BindException failure) {
            throw CommandException.usage("page=" + address.text() + " cannot be opened: " + failure.getMessage(),
                    Troubleshooting.PAGE);
        } catch (InterruptedException _) {
            console.line("stopped");
        }
        return ExitCode.OK;
    }
}
