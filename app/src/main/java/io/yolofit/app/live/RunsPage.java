package io.yolofit.app.live;

import io.yolofit.train.options.value.PageAddress;
import java.io.IOException;
import java.nio.file.Path;

/// The page that compares the runs of a folder.
public final class RunsPage implements AutoCloseable {
    private final PageServer server;

    private RunsPage(PageServer server) {
        this.server = server;
    }

    /// @param project folder of runs, which exists
    /// @throws IOException if the address cannot be used
    public static RunsPage open(PageAddress address, Path project) throws IOException {
        return new RunsPage(PageServer.open(address, new RunList(project)));
    }

    /// The address for a browser.
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
    }
}
