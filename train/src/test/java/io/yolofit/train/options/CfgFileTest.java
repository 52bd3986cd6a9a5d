package io.yolofit.train.options;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.WORKERS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CfgFileTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("args.yaml"), text);
    }

    private static String resource(String name) throws IOException {
        try (var stream = CfgFileTest.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theArgsFileOfAReferenceRunLoadsWithoutANote() throws IOException {
        Path args = file(resource("reference-args.yaml"));
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("data=bccd.yaml", "cfg=" + args, "batch=8"));
        assertThat(options.get(IMGSZ)).isEqualTo(320);
        assertThat(options.get(WORKERS)).isEqualTo(4);
        assertThat(options.get(NAME)).isEqualTo("v8n320s0");
        assertThat(options.get(CONF)).isEqualTo(0.001);
        assertThat(options.get(FREEZE)).isEmpty();
        assertThat(options.get(DEVICE)).isEqualTo(DeviceChoice.gpu(0));
        assertThat(options.get(AMP)).isEqualTo(AmpChoice.TRUE);
        assertThat(options.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mps", "[-1, -1]"})
    void aDeviceOfAnotherMachineMeansAuto(String device) throws IOException {
        Path args = file("device: " + device + "\n");
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("model=m", "data=d", "cfg=" + args));
        assertThat(options.get(DEVICE)).isEqualTo(DeviceChoice.AUTO);
        assertThat(options.notes()).singleElement().asString().contains("args.yaml:1 device: ", "is read as auto");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0, 1]", "'0,1'", "cuda:0,1"})
    void severalDevicesOfAFileAreForTrainingOnly(String device) throws IOException {
        Path args = file("device: " + device + "\n");
        Options trained = OptionsParser.parse(Mode.TRAIN, List.of("model=m", "data=d", "cfg=" + args));
        assertThat(trained.get(DEVICE)).isEqualTo(new DeviceChoice.Gpus(List.of(0, 1)));
        assertThat(trained.notes()).isEmpty();
        Options validated = OptionsParser.parse(Mode.VAL, List.of("model=m", "data=d", "cfg=" + args));
        assertThat(validated.get(DEVICE)).isEqualTo(DeviceChoice.AUTO);
        assertThat(validated.notes()).singleElement().asString().contains("is read as auto: `val` runs on one device");
    }

    @Test
    void theCommandLineOverridesTheFileInAnyOrder() throws IOException {
        Path args = file("epochs: 7\nbatch: 2\n");
        Options options = OptionsParser.parse(Mode.TRAIN,
                List.of("epochs=9", "model=m", "data=d", "cfg=" + args));
        assertThat(options.get(EPOCHS)).isEqualTo(9);
        assertThat(options.get(BATCH)).isEqualTo(2);
        assertThat(options.origin(EPOCHS)).isEqualTo(Origin.COMMAND_LINE);
        assertThat(options.origin(BATCH)).isEqualTo(Origin.FILE);
        assertThat(options.origin(IMGSZ)).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void aFileMayContainOptionsOfOtherModes() throws IOException {
        Path args = file("half: true\nsource: a.jpg\nmode: predict\n");
        assertThat(OptionsParser.parse(Mode.TRAIN, List.of("model=m", "data=d", "cfg=" + args)).notes()).isEmpty();
    }

    @Test
    void errorsInAFileAreReportedWithTheirLineAndThoseOfTheCommandLine() throws IOException {
        Path args = file("epochs: 7\n# a comment\nbatch: none\nepoch: 3\nscale: {a: 1}\ncfg: other.yaml\n");
        assertThatThrownBy(() -> OptionsParser.parse(Mode.TRAIN, List.of("cfg=" + args, "lr0=2")))
                .isInstanceOf(OptionsException.class)
                .hasMessageContaining("7 problems")
                .hasMessageContaining(args + ":3 batch: none  expected an integer, 1 to 65536")
                .hasMessageContaining(args + ":4 epoch: 3  unknown option; did you mean epochs?")
                .hasMessageContaining(args + ":5  ")
                .hasMessageContaining(args + ":6 cfg: other.yaml")
                .hasMessageContaining("a cfg file cannot name another one")
                .hasMessageContaining("lr0=2")
                .hasMessageContaining("model=")
                .hasMessageContaining("data=");
    }

    @Test
    void missingAndMalformedFilesAreReportedByName() throws IOException {
        String missing = folder.resolve("none.yaml").toString();
        assertThatThrownBy(() -> OptionsParser.parse(Mode.PLAN, List.of("model=m", "cfg=" + missing)))
                .hasMessageContaining("cfg=" + missing).hasMessageContaining("no such file");
        assertThatThrownBy(() -> OptionsParser.fromYaml(Mode.PLAN, "a: [1\nb: 2\n", "x.yaml"))
                .hasMessageContaining("x.yaml:2").hasMessageContaining("is not valid YAML");
        assertThatThrownBy(() -> OptionsParser.fromYaml(Mode.PLAN, "- 1\n- 2\n", "x.yaml"))
                .hasMessageContaining("is not a list of `name: value` lines");
        assertThat(OptionsParser.fromYaml(Mode.PLAN, "# nothing\n", "x.yaml").get(BATCH)).isEqualTo(16);
        assertThatThrownBy(() -> OptionsParser.parse(Mode.PLAN, List.of("model=m", "cfg=" + folder)))
                .hasMessageContaining("cannot be read: it is a folder");
        Path latin = Files.write(folder.resolve("latin.yaml"), "name: \u00e9t\u00e9\n".getBytes(ISO_8859_1));
        assertThatThrownBy(() -> OptionsParser.parse(Mode.PLAN, List.of("model=m", "cfg=" + latin)))
                .hasMessageContaining("is not UTF-8 text: save it as UTF-8");
    }

    @Test
    void theFirstReleaseOfTheReferenceLoadsWithoutANote() throws IOException {
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("cfg=" + file(resource("reference-args-8.0.yaml"))));
        assertThat(options.notes()).isEmpty();
        assertThat(options.get(OptionTable.WEIGHT_DECAY)).isEqualTo(0.001);
        assertThat(options.get(OptionTable.OPTIMIZER)).isEqualTo(OptimizerChoice.SGD);
    }

    @Test
    void keysWithoutACounterpartAreNotedByNameWhereTheyDifferFromTheirDefault() throws IOException {
        Path args = file(resource("reference-args-8.3.yaml"));
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("cfg=" + args));
        assertThat(options.get(OptionTable.MULTI_SCALE)).isZero();
        assertThat(options.get(OptionTable.MODEL)).isEqualTo("E:/models/yolov8n.pt");
        assertThat(options.get(OptionTable.DATA)).isEqualTo("data/cells.yaml");
        assertThat(options.get(DEVICE)).isEqualTo(DeviceChoice.gpu(0));
        assertThat(options.notes()).hasSize(3).contains(
                args + ": ignored, not supported here: dropout=0.1, label_smoothing=0.15");
    }

    @Test
    void unknownKeysOfAWrittenFileAreNotedByName() throws IOException {
        Path args = file(resource("reference-args-8.4.yaml") + "epoch: 3\n");
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("cfg=" + args, "model=m", "data=d"));
        assertThat(options.notes()).containsExactly(
                args + ": ignored, not supported here: quantize=8",
                args + ": ignored, unknown here: a_key_of_tomorrow=3, epoch=3; did you mean epochs?");
    }

    @Test
    void oldSwitchesOfMultiScaleAreNumbers() throws IOException {
        assertThat(OptionsParser.fromYaml(Mode.TRAIN, "multi_scale: true\n", "a.yaml").get(OptionTable.MULTI_SCALE))
                .isEqualTo(0.5);
        assertThat(OptionsParser.fromYaml(Mode.TRAIN, "multi_scale: 0.25\n", "a.yaml").get(OptionTable.MULTI_SCALE))
                .isEqualTo(0.25);
    }

    @Test
    void optionsOfOtherCommandsAreNotedUnlessTheFileIsOfAnotherCommand() throws IOException {
        Path args = file("model: m\ndata: d\nhalf: true\nsave_txt: false\n");
        assertThat(OptionsParser.parse(Mode.TRAIN, List.of("cfg=" + args)).notes()).containsExactly(
                args + ": ignored, options of other commands: half=true (val, predict, export)");
    }

    @Test
    void theLastOfEqualKeysWinsWithANote() throws IOException {
        Path args = file("\ufeffepochs: 7\nepochs: 8\n");
        Options options = OptionsParser.parse(Mode.TRAIN, List.of("model=m", "data=d", "cfg=" + args));
        assertThat(options.get(EPOCHS)).isEqualTo(8);
        assertThat(options.notes()).singleElement().asString()
                .startsWith("epochs is given twice: " + args + ":2 epochs: 8 overrides " + args + ":1");
    }
}
