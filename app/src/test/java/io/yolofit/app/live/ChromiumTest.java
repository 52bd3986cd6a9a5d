package io.yolofit.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.event.TrainingEvent.Ended;
import io.yolofit.train.event.TrainingEvent.EpochEnded;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Reason;
import io.yolofit.train.event.TrainingEvent.Step;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of a run that is over, from published events, in headless Chromium.
class ChromiumTest {
    @TempDir
    private Path folder;

    @Test
    void thePageOfARunShowsItsHistory() throws IOException, InterruptedException {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("val_batch0_pred.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        Files.writeString(run.resolve("resources.csv"), "epoch,bound,waited_share,wait_ms,step_ms,own_bytes\n"
                + "1,data-bound,0.4200,42.00,100.00,1073741824\n");
        var feed = new Feed(new RunHistory(run, System::nanoTime, () -> 1L << 30));
        LossItems losses = LossItems.of(1.25, 2.5, 3.75);
        var rates = new Rates(0.01, 0.01, 0.1);
        feed.planned("a device <b>", 2L << 30);
        feed.line("a line of the <i>log</i>");
        feed.on(new Step(1, 1, 2, 4, losses, losses, rates));
        feed.on(new Step(1, 2, 2, 4, losses, losses, rates));
        feed.on(new EpochEnded(1, losses, Optional.empty(), rates, 12, true));
        feed.on(new Ended(1, 1, 0.5, 12, Reason.FINISHED, "all epochs are done"));
        feed.close(); // readers get the history, then the end
        try (Browser browser = Browser.open(folder);
                PageServer server = PageServer.open(PageAddress.LOCAL, new RunSite(feed, new RunPictures(run)))) {
            browser.show(400, 900, true);
            browser.go(server.url());
            browser.await("document.querySelector('#state')?.textContent === 'finished'");
            browser.await("document.querySelector('#pictures img')");
            assertThat(browser.value("document.body.innerHTML")).contains("all epochs are done", "a device &lt;b&gt;",
                    "a line of the &lt;i&gt;log&lt;/i&gt;", "dfl <b>3.75</b>", "lr/pg2 <b>0.100</b>",
                    "planned <b>2.00</b>", "Epoch 1 was data-bound: 42 %", "picture/val_batch0_pred.svg",
                    "yolofit train cfg=" + run.resolve("args.yaml"));
            assertThat(browser.overflows()).isFalse();
            assertThat(browser.messages()).isEmpty();
        }
    }
}
