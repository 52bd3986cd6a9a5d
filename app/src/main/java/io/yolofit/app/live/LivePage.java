package io.yolofit.app.live;

import io.yolofit.app.console.Console;
import io.yolofit.base.Troubleshooting;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.options.value.PageAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The page of a run while it trains, if one is requested. It is a queued listener of the run, which never waits for it
/// and never ends because of it.
public final class LivePage implements AutoCloseable {
    private final Optional<Feed> feed;
    private final Optional<PageServer> server;

    private LivePage(Optional<Feed> feed, Optional<PageServer> server) {
        this.feed = feed;
        this.server = server;
    }

    /// Opens the page and prints its address. A page that cannot be opened is a warning.
    ///
    /// @param folder  of the run
    /// @param memory  bytes that the run holds on its device at present; called from another thread
    /// @param console whose lines the page shows
    public static LivePage of(PageAddress address, Path folder, LongSupplier memory, Console console) {
        if (!address.on()) {
            return new LivePage(Optional.empty(), Optional.empty());
        }
        var feed = new Feed(new RunHistory(folder, System::nanoTime, memory));
        try {
            PageServer server = PageServer.open(address, new RunSite(feed, new RunPictures(folder)));
            console.copyTo(feed::line);
            console.line("page of this run: " + server.url());
            return new LivePage(Optional.of(feed), Optional.of(server));
        } catch (IOException failure) {
            feed.close();
            console.warn("page=" + address.text() + " cannot be opened: " + failure.getMessage() + "; the run goes on "
                    + "without it. " + Troubleshooting.PAGE.line());
            return new LivePage(Optional.empty(), Optional.empty());
        }
    }

    /// Adds the page to the listeners of the run.
    public TrainingEvents listen(TrainingEvents events) {
        feed.ifPresent(one -> events.listen("the page", one));
        return events;
    }

    /// @param device description of the device
    /// @param bytes  planned memory of the run on it
    public void planned(String device, long bytes) {
        feed.ifPresent(one -> one.planned(device, bytes));
    }

    /// Delivers what is left to the readers, for two seconds at most, and closes all connections.
    @Override
    public void close() {
        feed.ifPresent(Feed::close);
        server.ifPresent(PageServer::close);
    }
}
