package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.command.ExitCode;
import io.yolofit.app.console.Console;
import io.yolofit.app.live.Browser;
import io.yolofit.app.live.RunsPage;
import io.yolofit.train.options.value.PageAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real training runs on the CPU, watched in headless Chromium: while they train, when they are over, and compared.
///
/// `-Dyolofit.screenshots=<folder>` saves pictures of the pages.
class LivePageTest {
    @TempDir
    private Path folder;

    /// The output of a run, whose thread waits when it prints a line.
    private static final class HeldOutput extends PrintStream {
        private final CountDownLatch released = new CountDownLatch(1);
        private final ByteArrayOutputStream bytes;
        private final String line;

        HeldOutput(String line) {
            this(line, new ByteArrayOutputStream());
        }

        private HeldOutput(String line, ByteArrayOutputStream bytes) {
            super(bytes, true, StandardCharsets.UTF_8);
            this.line = line;
            this.bytes = bytes;
        }

        @Override
        public void println(String text) {
            super.println(text);
            try {
                if (text.startsWith(line) && !released.await(5, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("nobody released the run");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        void release() {
            released.countDown();
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            release();
            super.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void pictures(Browser browser, String name) throws IOException, InterruptedException {
        String target = System.getProperty("yolofit.screenshots");
        if (target != null) {
            browser.pictures(Path.of(target), name);
        }
    }

    /// The run is held at the end of its third epoch until the browser has looked at it.
    @Test
    void thePageShowsARunWhileItTrainsAndWhenItIsOver() throws IOException, InterruptedException {
        TinyProject project = new TinyProject(folder);
        int port = freePort();
        try (Browser browser = Browser.open(folder); var held = new HeldOutput("epoch 3/6")) {
            browser.show(1280, 900, false);
            var run = CompletableFuture.supplyAsync(() -> new Main(Main.commands(), new Console(held, held, false, 160))
                    .run(project.trainWords("page=" + port, "epochs=6", "plots=true", "name=watched")));
            goWhenServed(browser, "http://localhost:" + port + "/", run);
            browser.await("epochs.length === 2 && status.epoch === 3 && status.batch === status.batches");
            pictures(browser, "running");
            assertThat(browser.text("#state")).isIn("training", "validating");
            assertThat(browser.text("#about")).contains("tiny", "64 px", "batch 4");
            assertThat(browser.text("#tiles")).contains("3 / 6", "remaining", "images/s", "planned memory");
            assertThat(browser.text("#train")).contains("box", "cls", "dfl");
            assertThat(browser.text("#log")).contains("run folder: ", "epoch 2/6");
            assertThat(browser.text("#pictures")).contains("val_batch0_pred.jpg", "train_batch0.jpg");
            assertThat(run).isNotDone();
            held.release();
            browser.await("document.querySelector('#state').textContent === 'finished'");
            assertThat(run.join()).as(held.text()).isEqualTo(ExitCode.OK);
            assertThat(held.text()).contains("page of this run: http://localhost:" + port + "/");

            browser.await("document.querySelector('#log').textContent.includes('results are in')");
            browser.await("[...document.images].every(image => image.complete)");
            assertThat(browser.text("#metrics")).contains("mAP50", "precision");
            assertThat(browser.text("#val")).contains("box");
            assertThat(browser.text("#memory")).contains("measured", "planned");
            assertThat(browser.text("#verdict")).contains("of the training time waited for images");
            assertThat(browser.text("#command")).isEqualTo("yolofit train cfg="
                    + folder.resolve("runs/watched/args.yaml"));
            assertThat(browser.text("#pictures")).contains("val_batch0_pred.jpg", "confusion_matrix.png",
                    "results.png");
            assertThat(browser.value("[...document.images].filter(image => !image.naturalWidth).length"))
                    .as("pictures that were not loaded before the server ended").isEqualTo("0");
            browser.show(400, 900, true);
            assertThat(browser.overflows()).isFalse();
            assertThat(browser.messages()).isEmpty();
            pictures(browser, "finished");
        }
    }

    /// Loads the page as soon as the run serves it; before that, the address is not reachable.
    private static void goWhenServed(Browser browser, String url, CompletableFuture<ExitCode> run)
            throws IOException, InterruptedException {
        while (!run.isDone()) {
            try (var _ = new Socket("localhost", URI.create(url).getPort())) {
                browser.go(url);
                return;
            } catch (ConnectException _) {
                Thread.sleep(20);
            }
        }
        throw new AssertionError("the run ended without a page: " + run.join());
    }

    @Test
    void thePageOfAFolderComparesItsRuns() throws IOException, InterruptedException {
        TinyProject project = new TinyProject(folder);
        for (String run : new String[] {"first", "second"}) {
            assertThat(project.train("epochs=4", "name=" + run, "lr0=" + (run.equals("first") ? 0.01 : 0.002)).code())
                    .isEqualTo(ExitCode.OK);
        }
        try (Browser browser = Browser.open(folder);
                RunsPage page = RunsPage.open(PageAddress.LOCAL, folder.resolve("runs"))) {
            browser.show(1280, 900, false);
            browser.go(page.url());
            browser.await("document.querySelectorAll('#rows tr').length === 2");
            assertThat(browser.text("#rows")).contains("first", "second", "finished");
            assertThat(browser.text("#plot2")).contains("first", "second");
            pictures(browser, "comparing");
            browser.value("document.querySelector('#rows input').click()");
            browser.await("!document.querySelector('#plot2').innerText.includes('second')");
            browser.show(400, 900, true);
            assertThat(browser.overflows()).isFalse();
            assertThat(browser.messages()).isEmpty();
        }
    }
}
