package io.yolofit.train.event;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.batch.Batch;
import io.yolofit.engine.testing.Engines;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.trainer.Recorder;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.train.trainer.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The events of a whole run.
class RunEventsTest {
    @TempDir
    Path folder;

    private final List<TrainingEvent> seen = new ArrayList<>();
    private boolean stopsAtEnd;

    private Trainer.Outcome run(Options options, int stopAfter) throws IOException {
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Path weights = folder.resolve("weights");
        try (var events = new TrainingEvents(() -> count(TrainingEvent.Step.class) >= stopAfter)
                .direct("recorder", seen::add);
                TinyRun run = TinyRun.of(Engines.list().getFirst(), dataset, options, weights,
                        new Forwarding(events))) {
            Trainer.Outcome trained = run.trainer().run();
            return trained.stopped() ? trained : run.trainer().finish(trained, () -> stopsAtEnd);
        }
    }

    /// Passes on what a trainer reports.
    private static final class Forwarding extends Recorder {
        private final TrainingEvents events;

        Forwarding(TrainingEvents events) {
            this.events = events;
        }

        @Override
        public void started(Trainer trainer, int epochs) {
            events.started(trainer, epochs);
        }

        @Override
        public boolean isStopRequested() {
            return events.isStopRequested();
        }

        @Override
        public void step(StepReport report, Batch batch) {
            events.step(report, batch);
        }

        @Override
        public void epoch(EpochReport report) {
            events.epoch(report);
        }

        @Override
        public Validator.Observer validationObserver(int epoch) {
            return events.validationObserver(epoch);
        }

        @Override
        public void saved(int epochs, List<Path> files) {
            events.saved(epochs, files);
        }

        @Override
        public void note(String line) {
            events.note(line);
        }

        @Override
        public void trained(Trainer.Outcome outcome) {
            events.trained(outcome);
        }

        @Override
        public Validator.Observer finalValidationObserver() {
            return events.finalValidationObserver();
        }

        @Override
        public void measured(Optional<Path> weights, Optional<Validation> validation, OptionalLong memory) {
            events.measured(weights, validation, memory);
        }

        @Override
        public void ended(Trainer.Outcome outcome) {
            events.ended(outcome);
        }
    }

    private long count(Class<? extends TrainingEvent> type) {
        return seen.stream().filter(type::isInstance).count();
    }

    private <T> List<T> all(Class<T> type) {
        return seen.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void aRunStartsStepsValidatesEndsItsEpochsSavesAndEnds() throws IOException {
        Trainer.Outcome outcome = run(TinyRun.options().with(EPOCHS, 2), Integer.MAX_VALUE);

        List<String> order = seen.stream().filter(event -> !(event instanceof TrainingEvent.Note)
                && !(event instanceof TrainingEvent.Saved)).map(event -> event.getClass().getSimpleName()).toList();
        List<String> epoch = List.of("Step", "Step", "Step", "Step", "Validated", "EpochEnded");
        List<String> expected = new ArrayList<>(List.of("Started"));
        expected.addAll(epoch);
        expected.addAll(epoch);
        expected.addAll(List.of("Trained", "Measured", "Ended"));
        assertThat(order).isEqualTo(expected);
        assertThat(all(TrainingEvent.Saved.class)).extracting(TrainingEvent.Saved::epoch).containsExactly(1, 2);
        assertThat(all(TrainingEvent.Saved.class).getFirst().files()).allMatch(file -> file.toFile().exists());
        TrainingEvent.Started started = all(TrainingEvent.Started.class).getFirst();
        assertThat(started.plan().arenaBytes()).isPositive();
        assertThat(started.names()).hasSize(3);
        assertThat(started.completed()).isZero();
        assertThat(started.recipe().get(EPOCHS)).isEqualTo(2);
        TrainingEvent.Ended ended = all(TrainingEvent.Ended.class).getFirst();
        assertThat(ended.reason()).isEqualTo(TrainingEvent.Reason.FINISHED);
        assertThat(ended.why()).isEqualTo(outcome.why());
        TrainingEvent.Trained trained = all(TrainingEvent.Trained.class).getFirst();
        assertThat(trained.why()).isEqualTo(outcome.why());
        assertThat(trained.bestEpoch()).isEqualTo(ended.bestEpoch());
        TrainingEvent.Measured measured = all(TrainingEvent.Measured.class).getFirst();
        assertThat(measured.weights()).contains(folder.resolve("weights/best.safetensors"));
        assertThat(measured.validation().orElseThrow().metrics().map()).isEqualTo(ended.bestFitness());
        assertThat(measured.memory().isPresent()).isEqualTo(Engines.list().getFirst().equals("cuda"));
    }

    @Test
    void aRunThatIsStoppedInItsFinalValidationHasNoResult() throws IOException {
        stopsAtEnd = true;
        Trainer.Outcome outcome = run(TinyRun.options().with(EPOCHS, 1), Integer.MAX_VALUE);

        assertThat(outcome.stopped()).isTrue();
        assertThat(all(TrainingEvent.Trained.class)).hasSize(1);
        assertThat(all(TrainingEvent.Measured.class)).isEmpty();
        assertThat(all(TrainingEvent.Ended.class).getFirst().reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
        assertThat(seen.getLast()).isInstanceOf(TrainingEvent.Ended.class);
    }

    @Test
    void lossesAndRatesHaveNames() throws IOException {
        run(TinyRun.options().with(EPOCHS, 1).with(VAL_EACH_EPOCH, false), Integer.MAX_VALUE);

        TrainingEvent.Step last = all(TrainingEvent.Step.class).getLast();
        assertThat(last.losses().named().keySet()).containsExactly("box", "cls", "dfl");
        assertThat(last.rates().named().keySet()).containsExactly("lr/pg0", "lr/pg1", "lr/pg2");
        assertThat(last.rates()).isEqualTo(all(TrainingEvent.EpochEnded.class).getFirst().rates());
        assertThat(last.rates().weights()).isLessThan(TinyRun.options().get(LR0));
        assertThat(last.batch()).isEqualTo(last.batches()).isEqualTo(4);
    }

    @Test
    void aStoppedRunSaysSo() throws IOException {
        Trainer.Outcome outcome = run(TinyRun.options().with(EPOCHS, 3), 6);

        assertThat(outcome.stopped()).isTrue();
        TrainingEvent.Ended ended = all(TrainingEvent.Ended.class).getFirst();
        assertThat(ended.reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
        assertThat(ended.epochs()).isEqualTo(1);
        assertThat(ended.bestEpoch()).isEqualTo(1);
        assertThat(seen.getLast()).isSameAs(ended);
    }

    @Test
    void aRunThatIsStoppedInItsFirstEpochHasNoBestOne() throws IOException {
        run(TinyRun.options().with(EPOCHS, 3), 2);

        TrainingEvent.Ended ended = all(TrainingEvent.Ended.class).getFirst();
        assertThat(ended.reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
        assertThat(ended.epochs()).isZero();
        assertThat(ended.bestEpoch()).isZero();
        assertThat(ended.bestFitness()).isNegative();
    }
}
