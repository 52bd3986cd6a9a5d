package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.base.YoloFitException;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.event.TrainingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private final TinyModel tiny = TinyModel.get();

    private <T> List<T> events(Class<T> type) {
        return tiny.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void aRunReturnsMetricsWeightsAndMemory() throws IOException {
        TrainingResult result = tiny.result;
        assertThat(result.ended().epochs()).isEqualTo(60);
        assertThat(result.ended().reason()).isEqualTo(TrainingEvent.Reason.FINISHED);
        assertThat(result.metrics().orElseThrow().images()).isEqualTo(8);
        assertThat(result.metrics().orElseThrow().map50()).isGreaterThan(0.2);
        assertThat(result.weights()).isEqualTo(result.best().orElseThrow()).exists();
        assertThat(result.memory().planned()).isEqualTo(result.plan().memory().total()).isPositive();
        assertThat(result.memory().measured().isEmpty()).isEqualTo(TinyModel.DEVICE.equals("cpu"));
        assertThat(ResultsCsv.read(result.folder().resolve("results.csv"))).hasSize(60);
    }

    @Test
    void aListenerGetsTheEventsOfTheRun() {
        assertThat(events(TrainingEvent.Started.class)).hasSize(1);
        assertThat(events(TrainingEvent.Step.class)).hasSize(60 * 4);
        assertThat(events(TrainingEvent.EpochEnded.class)).hasSize(60);
        assertThat(events(TrainingEvent.Saved.class)).hasSize(60);
        assertThat(events(TrainingEvent.Warning.class)).isEmpty();
        assertThat(tiny.events.getLast()).isEqualTo(tiny.result.ended());
    }

    @Test
    void theArgumentsOfTheRunRepeatIt() {
        Recipe repeated = Recipe.ofFile(tiny.result.folder().resolve("args.yaml"));
        assertThat(repeated.get(io.yolofit.train.options.OptionTable.EPOCHS)).contains(60);
    }

    @Test
    void aConditionStopsTheRun() {
        int[] steps = {0};
        Recipe stopped = tiny.recipe.folder(tiny.folder.resolve("runs"), "stopped");
        TrainingResult result = Training.of(stopped).device(TinyModel.DEVICE).stopWhen(() -> ++steps[0] > 6).run();
        assertThat(result.ended().reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
        assertThat(result.ended().epochs()).isEqualTo(1);
        assertThat(result.metrics()).isEmpty();
        assertThat(result.last()).isPresent();
    }

    @Test
    void aConditionThatThrowsStopsTheRunAndKeepsItsState() throws IOException {
        List<TrainingEvent> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        int[] polled = {0};
        var mistake = new ArithmeticException("division by zero");
        Training training = Training.of(tiny.recipe.folder(tiny.folder.resolve("runs"), "condition"))
                .device(TinyModel.DEVICE).listen(seen::add).stopWhen(() -> {
                    if (++polled[0] == 6) {
                        throw mistake;
                    }
                    return false;
                });
        Throwable failure = catchThrowable(training::run);
        Path last = tiny.folder.resolve("runs/condition/weights/last.safetensors");
        assertThat(failure).isInstanceOf(IllegalStateException.class).hasCause(mistake).hasMessage(
                "the condition of stopWhen failed: " + mistake + "; the run was stopped, and " + last
                        + " has its state");
        assertThat(polled[0]).isEqualTo(6);
        assertThat(Checkpoint.read(last).hasTrainingState()).isTrue();
        assertThat(seen).filteredOn(TrainingEvent.Warning.class::isInstance).singleElement().asString()
                .contains("the condition of stopWhen failed, which stops the run: " + mistake);
        assertThat(seen.getLast()).isInstanceOfSatisfying(TrainingEvent.Ended.class, ended -> {
            assertThat(ended.reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
            assertThat(ended.epochs()).isEqualTo(1);
        });
        Recipe next = tiny.recipe.epochs(1).folder(tiny.folder.resolve("runs"), "condition").with("exist_ok", true);
        assertThat(Training.of(next).device(TinyModel.DEVICE).run().ended().epochs()).isEqualTo(1); // is not locked
    }

    @Test
    void anInterruptStopsTheRunAndKeepsItsState() throws InterruptedException {
        Recipe recipe = tiny.recipe.folder(tiny.folder.resolve("runs"), "interrupted");
        var begun = new CountDownLatch(1);
        var result = new CompletableFuture<TrainingResult>();
        var isInterrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                result.complete(Training.of(recipe).device(TinyModel.DEVICE).listen(event -> {
                    if (event instanceof TrainingEvent.Step step && step.epoch() == 2) {
                        begun.countDown();
                    }
                }).run());
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
            isInterrupted.set(Thread.currentThread().isInterrupted());
        });
        begun.await();
        caller.interrupt();
        caller.join();
        TrainingResult stopped = result.join();
        assertThat(isInterrupted).isTrue();
        assertThat(stopped.ended().reason()).isEqualTo(TrainingEvent.Reason.STOPPED);
        assertThat(stopped.ended().epochs()).isBetween(1, 59);
        assertThat(stopped.ended().why()).startsWith("stopped in epoch ");
        assertThat(Checkpoint.read(stopped.last().orElseThrow()).hasTrainingState()).isTrue();
    }

    @Test
    void aThreadThatIsInterruptedBeforeTheRunStopsAfterAStep() {
        Recipe recipe = tiny.recipe.folder(tiny.folder.resolve("runs"), "interrupted-before");
        Thread.currentThread().interrupt();
        TrainingResult stopped = Training.of(recipe).device(TinyModel.DEVICE).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped.ended().why()).isEqualTo("stopped in epoch 1");
    }

    @Test
    void aFolderIsUsedByOneTrainingAtATime() {
        Recipe recipe = tiny.recipe.epochs(2).folder(tiny.folder.resolve("runs"), "shared").with("exist_ok", true);
        var refusal = new AtomicReference<Throwable>();
        TrainingResult result = Training.of(recipe).device(TinyModel.DEVICE).stopWhen(() -> {
            if (refusal.get() == null) {
                refusal.set(catchThrowable(() -> Training.of(recipe).device("cpu").run()));
            }
            return false;
        }).run();
        assertThat(refusal.get()).isInstanceOfSatisfying(YoloFitException.class, failure -> {
            assertThat(failure.what()).isEqualTo("this process is training in this folder");
            assertThat(failure.where()).isEqualTo(result.folder().toString());
            assertThat(failure.remedy()).isEqualTo("wait until it ends, or give another name= or project=");
        });
        assertThat(result.ended().epochs()).isEqualTo(2);
        assertThat(Training.of(recipe.epochs(1)).device(TinyModel.DEVICE).run().ended().epochs()).isEqualTo(1);
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheRun() {
        List<TrainingEvent> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        TrainingResult result = Training.of(tiny.recipe.epochs(1).folder(tiny.folder.resolve("runs"), "failing"))
                .device(TinyModel.DEVICE).listen(_ -> {
                    throw new IllegalStateException("wrong");
                }).listen(seen::add).run();
        assertThat(result.ended().epochs()).isEqualTo(1);
        assertThat(seen).filteredOn(TrainingEvent.Warning.class::isInstance).hasSize(1).first().asString()
                .contains("listener 1 failed and gets no more events");
    }

    @Test
    void optionsOfAFileThatOnlyTheCommandHonorsAreReported(@TempDir Path folder) throws IOException {
        List<TrainingEvent> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        String command = tiny.recipe.epochs(1).folder(tiny.folder.resolve("runs"), "command").options().toYaml();
        Path file = Files.writeString(folder.resolve("args.yaml"), command.replaceFirst("(?m)^page: \\S+", "page: 8080")
                .replace("tensorboard: false", "tensorboard: true"));
        Training.of(Recipe.ofFile(file)).device(TinyModel.DEVICE).listen(seen::add).run();
        assertThat(seen).filteredOn(TrainingEvent.Warning.class::isInstance)
                .extracting(event -> ((TrainingEvent.Warning) event).line().replaceFirst(":.*", ""))
                .containsExactly("page=8080 has no effect", "tensorboard=true has no effect");
    }

    @Test
    void failuresNameWhatWhereAndRemedy() {
        Recipe nowhere = Recipe.of("yolov8n", Path.of("nowhere.yaml"));
        assertThatThrownBy(() -> Training.of(nowhere).device(TinyModel.DEVICE).run())
                .isInstanceOf(YoloFitException.class).hasMessageContaining("nowhere.yaml");
        assertThatThrownBy(() -> Training.of(tiny.recipe.with("freeze", 99)).device(TinyModel.DEVICE).run())
                .isInstanceOfSatisfying(YoloFitException.class, failure -> {
                    assertThat(failure.where()).isEqualTo("freeze=99");
                    assertThat(failure.what()).contains("layers 0 to");
                });
    }
}
