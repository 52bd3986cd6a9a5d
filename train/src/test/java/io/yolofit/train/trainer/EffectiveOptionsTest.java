package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.LR0;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveOptionsTest {
    @TempDir
    private static Path folder;
    private static Path dataset;

    @BeforeAll
    static void makeDataset() throws IOException {
        Engines.assumeCpu();
        dataset = TinyRun.dataset(folder);
    }

    private static Options effective(String... words) {
        List<String> all = new ArrayList<>(List.of("model=tiny", "data=" + dataset, "imgsz=64"));
        all.addAll(List.of(words));
        Options options = OptionsParser.parse(Mode.TRAIN, all);
        TrainingImages images = TrainingImages.scan(Dataset.load(dataset), options, 64, 16, line -> { });
        try (Engine engine = Engines.open(Engines.CPU, 1)) {
            return EffectiveOptions.of(options, 3, images, engine, Target.of(engine));
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            batch=16                            | batch=16 (all 14 training images are one batch)
            batch=24                            | weight_decay=0.0005 (0.0005625 for 72 images per update)
            epochs=10                           | close_mosaic=10 (all epochs are among the last: no mosaic, mixup, \
            cutmix and copy_paste; close_mosaic=0 keeps them to the end)
            rect=true                           | rect=true (rectangular batches have no mosaic, mixup, cutmix and \
            copy_paste)
            balanced=true rect=true             | balanced=true (no effect: rectangular batches are ordered by aspect
            balanced=true single_cls=true       | balanced=true (no effect: all objects have one class)
            copy_paste=0.5                      | copy_paste=0.5 (no effect: no label is a polygon)
            batch=4                             | warmup_epochs=3.0 (at least 100 iterations; an epoch has 4)
            warmup_epochs=0 warmup_bias_lr=0.1  | warmup_bias_lr=0.1 (no effect: warmup_epochs=0)
            warmup_momentum=0.5                 | warmup_momentum=0.5 (no effect: the momentum of AdamW
            val=false patience=3                | patience=3 (no effect: val=false)
            save=false                          | save=false (only the last epoch is saved)
            save=false save_period=2            | save_period=2 (no effect: save=false)
            amp=true                            | amp=true
            device=auto                         | device=auto (cpu
            tf32=false                          | tf32=false (no effect: only GPUs have it)
            """)
    void explainsAValueWithAnotherEffectThanItsNumber(String words, String line) {
        assertThat(effective(words.split(" "))).satisfies(options -> assertThat(options.explanations())
                .anyMatch(explanation -> explanation.startsWith(line)));
    }

    @Test
    void doesNotExplainValuesThatAreUsedAsGiven() {
        List<String> lines = effective("optimizer=SGD", "amp=false", "recompute=off", "device=cpu", "batch=8", "nbs=8",
                "warmup_epochs=50", "mosaic=1", "balanced=true").explanations();

        assertThat(lines).isEmpty();
    }

    @Test
    void theSetupOfARunHasTheResolvedOptions() throws IOException {
        try (TinyRun run = TinyRun.of(Engines.CPU, dataset, TinyRun.options(), folder.resolve("weights"))) {
            assertThat(run.setup().options().get(LR0)).isEqualTo(0.001429);
            assertThat(run.recorder().notes())
                    .anyMatch(note -> note.strip().startsWith("lr0=0.001429 (optimizer=auto"));
        }
    }
}
