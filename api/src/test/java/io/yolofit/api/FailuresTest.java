package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.yolofit.base.YoloFitException;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.plan.search.NothingFitsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a program learns from a failure: what is wrong, where it is and what to do about it.
class FailuresTest {
    private static final TinyModel TINY = TinyModel.get();
    private static final Path NOWHERE = Path.of("nowhere.yaml").toAbsolutePath();

    private static Training training(String option, Object value) {
        return Training.of(TINY.recipe.folder(TINY.folder.resolve("runs"), "refused").with(option, value))
                .device(TinyModel.DEVICE);
    }

    private static Yolo model(String... options) {
        return Yolo.load(TINY.result.weights(), options);
    }

    private static Arguments failure(String where, String remedy, ThrowingCallable work) {
        return arguments(where, remedy, work);
    }

    static Stream<Arguments> failures() throws IOException {
        Path text = Files.writeString(TINY.folder.resolve("text.yaml"), "only text");
        Path broken = Files.writeString(TINY.folder.resolve("broken.yaml"), "rows: [{block: Conf, from: -1}]");
        Path damaged = Files.writeString(TINY.folder.resolve("damaged.safetensors"), "not tensors");
        Path onnx = TINY.folder.resolve("nowhere.onnx");
        Path output = Files.writeString(TINY.folder.resolve("exists.pt"), "");
        return Stream.of(
                failure("device=cpu,cpu", "give device=cpu", () -> training("epochs", 1).device("cpu,cpu").run()),
                failure("device=0,1", "such as device=0", () -> training("epochs", 1).device("0,1").run()),
                failure("device=gpu7", "give", () -> training("epochs", 1).device("gpu7").run()),
                failure(NOWHERE.toString(), "give a dataset YAML", () -> training("data", NOWHERE).run()),
                failure(text.toString(), "with these keys", () -> training("data", text).run()),
                failure("nowhere.txt", "give a dataset YAML", () -> training("data", "nowhere.txt").run()),
                failure("model=nowhere.yaml", "use one of", () -> training("model", "nowhere.yaml").run()),
                failure("yolov8", "use one of n, s", () -> training("model", "yolov8z").run()),
                failure("broken.yaml:1", "add {block: Detect", () -> training("model", broken).run()),
                failure("nowhere.pt", "give a file that exists", () -> training("model", "nowhere.pt").run()),
                failure("nowhere.pt", "give a file that exists", () -> training("pretrained", "nowhere.pt").run()),
                failure("pretrained=true", "pretrained=false", () -> training("pretrained", true).run()),
                failure("damaged.safetensors", "check that this is", () -> training("pretrained", damaged).run()),
                failure("freeze=99", "freeze the first n layers with freeze=n", () -> training("freeze", 99).run()),
                failure("classes=[7]", "give numbers from 0 to 2", () -> training("classes", 7).run()),
                failure("nowhere.yaml", "give an existing file", () -> Recipe.ofFile(Path.of("nowhere.yaml"))),
                failure("nowhere.pt", "give a file that exists", () -> Yolo.load(Path.of("nowhere.pt"))),
                failure("nowhere.onnx", "give an exported model", () -> Yolo.load(onnx)),
                failure("damaged.safetensors", "check that this is", () -> Yolo.load(damaged)),
                failure("model=yolov8n", "give a file", () -> Yolo.load(Path.of("yolov8n"))),
                failure("classes=[5]", "give numbers from 0 to 2", () -> model("classes=5")),
                failure("device=cpu,cpu", "give device=cpu", () -> model("device=cpu,cpu").predict(
                        TINY.tiledFile(1, 1))),
                failure("nowhere.jpg", "another image", () -> model().predict(Path.of("nowhere.jpg"))),
                failure(NOWHERE.toString(), "give a dataset YAML", () -> model().val(NOWHERE)),
                failure(TINY.data.toString(), "add 'test", () -> model().val(TINY.data, "split=test")),
                failure(output.toString(), "exist_ok=true", () -> model().export(output)),
                failure("format=", "give", () -> model().export(Path.of("model.trt"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aFailureHasItsPlaceAndItsRemedy(String where, String remedy, ThrowingCallable work) {
        YoloFitException failure = catchThrowableOfType(YoloFitException.class, work);
        assertThat(failure).isNotNull();
        assertThat(failure.what()).isNotEmpty();
        assertThat(failure.where()).contains(where);
        assertThat(failure.remedy()).contains(remedy);
    }

    @Test
    void aRunThatDoesNotFitHasAnExceptionOfItsOwn() {
        DoesNotFitException failure = catchThrowableOfType(DoesNotFitException.class,
                () -> training("memory", "1MB").run());
        assertThat(failure.what()).startsWith("the run needs ");
        assertThat(failure.where()).isEqualTo("memory=1MB");
        assertThat(failure.remedy()).matches("use .*|free some memory.*");
        assertThat(failure).hasCauseInstanceOf(NothingFitsException.class);
    }

    @Test
    void aDeviceThatIsFullHasTheSameException() {
        var full = new OutOfDeviceMemoryException("NVIDIA X (device 0)", 8 << 20, 1 << 20, 8 << 20, "process 7");
        DoesNotFitException failure = catchThrowableOfType(DoesNotFitException.class,
                () -> Failures.translated("", () -> {
                    throw full;
                }));
        assertThat(failure).hasCause(full).hasMessageContaining("process 7");
        assertThat(failure.where()).isEqualTo("NVIDIA X (device 0)");
        assertThat(failure.remedy()).isEqualTo("use a smaller batch or image size");
    }

    @Test
    void aMissingGpuHasItsPlaceAndItsRemedy() {
        assumeTrue(TinyModel.DEVICE.equals("cpu"), "a GPU is present");
        YoloFitException failure = catchThrowableOfType(YoloFitException.class,
                () -> training("epochs", 1).device("5").run());
        assertThat(failure.where()).isEqualTo("device=5");
        assertThat(failure.remedy()).isEqualTo("use device=cpu");
        assertThat(failure).hasMessageStartingWith("device=5: no GPU is usable on this machine: ");
    }

    @Test
    void allThatIsWrongWithARunIsReportedTogether() {
        YoloFitException failure = catchThrowableOfType(YoloFitException.class, () -> Training.of(TINY.recipe
                .with("data", NOWHERE).with("model", "nowhere.pt")).device("cpu,cpu").run());
        assertThat(failure).hasMessageStartingWith("3 problems:\n  ");
        assertThat(failure.where()).isEqualTo(NOWHERE + ", nowhere.pt, device=cpu,cpu");
        assertThat(failure.remedy()).contains("give a dataset YAML", "give a file that exists", "give device=cpu");
    }

    @Test
    void aMissingFileOfOptionsIsTheOnlyProblem() {
        YoloFitException failure = catchThrowableOfType(YoloFitException.class,
                () -> Recipe.ofFile(Path.of("nowhere.yaml")));
        assertThat(failure.what()).isEqualTo("no such file");
        assertThat(failure).hasMessageStartingWith("1 problem in the options of train:\n  cfg=nowhere.yaml  no such "
                + "file");
    }

    @Test
    void anInterruptedThreadIsTheReasonIfItCannotRead() {
        Thread.currentThread().interrupt();
        YoloFitException failure = catchThrowableOfType(YoloFitException.class, () -> model());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.what()).endsWith("the thread was interrupted");
        assertThat(failure.where()).isEqualTo(TINY.result.weights().toString());
        assertThat(failure.remedy()).isEqualTo("repeat it in a thread that is not interrupted");
    }

    @Test
    void anInterruptedThreadIsTheReasonIfItCannotValidate() {
        try (Yolo model = model()) {
            Thread.currentThread().interrupt();
            YoloFitException failure = catchThrowableOfType(YoloFitException.class, () -> model.val(TINY.data));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure).hasMessageContaining("the thread was interrupted");
        }
    }

    @Test
    void aFolderThatCannotBeCreatedIsNamed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        YoloFitException failure = catchThrowableOfType(YoloFitException.class,
                () -> training("project", file.resolve("runs")).run());
        assertThat(failure.where()).contains(file.toString());
        assertThat(failure.remedy()).isNotEmpty();
        assertThat(failure.getCause()).isInstanceOf(IOException.class).isNotInstanceOf(NotDirectoryException.class);
    }
}
