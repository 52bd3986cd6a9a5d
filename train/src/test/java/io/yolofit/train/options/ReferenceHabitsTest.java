package io.yolofit.train.options;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.LINE_WIDTH;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.MULTI_SCALE;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SAVE_CROP;
import static io.yolofit.train.options.OptionTable.SAVE_JSON;
import static io.yolofit.train.options.OptionTable.SHOW_CONF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.yolofit.train.options.value.ImageSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Spellings and options that users of the reference type.
class ReferenceHabitsTest {
    private static Options parse(Mode mode, String... words) {
        var all = new ArrayList<>(List.of(words));
        if (!String.join(" ", words).contains("weights")) {
            all.add("model=m");
        }
        all.add(mode == Mode.PREDICT ? "source=a.jpg" : "data=d");
        return OptionsParser.parse(mode, all);
    }

    private static String errorOf(Mode mode, String... words) {
        return catchThrowableOfType(OptionsException.class, () -> parse(mode, words)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epochs = 3", "epochs= 3", "epochs =3", "--epochs 3", "--epochs=3", "epochs=3,",
        "epochs=3 , plots", "epochs = 3, plots=True,", "detect epochs=3", "epochs=3 detect train",
        "mode=train epochs=3", "--mode train --epochs = 3"})
    void everySpellingOfAnAssignmentIsAccepted(String words) {
        Options options = parse(Mode.TRAIN, words.split(" "));
        assertThat(options.get(EPOCHS)).isEqualTo(3);
        assertThat(options.notes()).isEmpty();
    }

    @Test
    void anEmptyValueDoesNotConsumeTheNextOption() {
        Options options = parse(Mode.TRAIN, "project=", "exist_ok", "name=", "plots=false");
        assertThat(options.get(PROJECT)).isEqualTo("runs/detect");
        assertThat(options.get(NAME)).isEqualTo("train");
        assertThat(options.get(PLOTS)).isFalse();
        assertThat(options.get(OptionTable.EXIST_OK)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classes=[0, 2]   | 0,2
            classes = [0, 2] | 0,2
            --classes [0, 2] | 0,2
            classes=0,2,     | 0,2
            classes=(0,2)    | 0,2
            classes=1        | 1
            """)
    void listsMayContainBlanksAndBrackets(String words, String numbers) {
        assertThat(parse(Mode.TRAIN, words.split(" ")).get(CLASSES))
                .isEqualTo(Arrays.stream(numbers.split(",")).map(Integer::valueOf).toList());
    }

    @Test
    void weightsIsAnotherNameOfModel() {
        assertThat(parse(Mode.VAL, "--weights", "best.pt").get(MODEL)).isEqualTo("best.pt");
        assertThat(catchThrowableOfType(OptionsException.class, () -> OptionsParser.parse(Mode.TRAIN,
                List.of("model=yolov8n", "--weights", "best.pt", "data=d"))).getMessage())
                .contains("--weights best.pt  is another name of model=, which is given too: give one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dropout=0.0", "dropout=0", "compile=False", "profile=False", "verbose=True", "exist_ok",
        "val=True", "augment=False", "dnn=False", "agnostic_nms=False", "half=False", "stream=False", "task=detect",
        "save_json=False", "save_crop=False", "show=False", "tracker=botsort.yaml", "workspace=None", "opset=",
        "line_thickness=3", "hide_labels=False", "split=val", "source=None", "line_width=None", "conf=0.25",
        "pretrained=True", "vid_stride=1", "embed=None", "format=torchscript"})
    void optionsAtTheirDefaultAreAcceptedInEveryMode(String word) {
        for (Mode mode : List.of(Mode.TRAIN, Mode.VAL, Mode.PREDICT)) {
            assertThat(parse(mode, word).notes()).as(mode.word()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dropout=0.1      | is not supported; only its default is accepted, dropout=0.0
            compile=True     | is not supported; only its default is accepted, compile=false
            compile          | write name=value
            show=True        | is not supported; only its default is accepted, show=false
            half=True        | belongs to val, predict, export, not to train
            save_crop=True   | belongs to predict, not to train
            save_json        | belongs to val, not to train
            hide_labels=True | is a name of older releases: use show_labels=false
            line_thickness=2 | is a name of older releases: use line_width=
            task=segment     | only task=detect is supported
            segment          | only task=detect is supported
            val              | the command is train
            optimizer=MuSGD  | MuSGD is not implemented; supported: auto, SGD, Adam, AdamW, RMSProp
            optimizer=nadam  | NAdam is not implemented; supported: auto, SGD, Adam, AdamW, RMSProp
            imgsz=480,640    | expected an integer, 32 to 8192
            """)
    void otherValuesAreRefusedWithTheReason(String word, String message) {
        if (word.equals("save_json") || !word.contains("=") && word.equals("val")) {
            assertThat(errorOf(Mode.TRAIN, word.equals("val") ? "mode=val" : "save_json=True")).contains(message);
        } else {
            assertThat(errorOf(Mode.TRAIN, word)).contains(word).contains(message);
        }
    }

    @Test
    void devicesThatAreNoChoiceAreRefusedWithTheReason() {
        for (String mixed : List.of("cpu,0", "0,cpu,1", "[cuda:0, cpu]")) {
            assertThatThrownBy(() -> parse(Mode.TRAIN, "device=" + mixed)).hasMessageContaining("a run is on the CPU "
                    + "or on GPUs, not on both; give device=cpu, or the GPUs alone")
                    .hasMessageNotContaining("did you mean");
        }
        assertThatThrownBy(() -> parse(Mode.TRAIN, "device=1,1")).hasMessageContaining("names a device twice");
        assertThatThrownBy(() -> parse(Mode.TRAIN, "device=gpu0")).hasMessageContaining("a GPU is given by its index");
    }

    @Test
    void devicesOfPyTorchAreAccepted() {
        assertThat(parse(Mode.TRAIN, "device=cuda").get(DEVICE)).isEqualTo(DeviceChoice.gpu(0));
        assertThat(parse(Mode.VAL, "device=cuda:0").get(DEVICE)).isEqualTo(DeviceChoice.gpu(0));
        assertThat(parse(Mode.TRAIN, "device=-1").get(DEVICE)).isEqualTo(DeviceChoice.AUTO);
        assertThat(parse(Mode.TRAIN, "--device", "-1").get(DEVICE)).isEqualTo(DeviceChoice.AUTO);
    }

    @Test
    void inferenceTakesHeightAndWidth() {
        assertThat(parse(Mode.PREDICT, "imgsz=480,640").get(INFERENCE_SIZE)).isEqualTo(new ImageSize(480, 640));
        assertThat(parse(Mode.VAL, "imgsz=[480, 640]").get(INFERENCE_SIZE)).isEqualTo(new ImageSize(480, 640));
        assertThat(parse(Mode.VAL, "imgsz=320").get(INFERENCE_SIZE)).isEqualTo(ImageSize.square(320));
        assertThat(errorOf(Mode.PREDICT, "imgsz=1,2,3")).contains("expected an integer, 32 to 8192, or height,width");
    }

    @Test
    void predictHasTheOptionsOfDrawingAndBatches() {
        Options options = parse(Mode.PREDICT, "batch=16", "save_crop=True", "line_width=2", "show_conf=False");
        assertThat(options.get(BATCH)).isEqualTo(16);
        assertThat(options.get(SAVE_CROP)).isTrue();
        assertThat(options.get(LINE_WIDTH)).isEqualTo(2);
        assertThat(options.get(SHOW_CONF)).isFalse();
        assertThat(parse(Mode.PREDICT).get(BATCH)).isEqualTo(1);
        assertThat(parse(Mode.PREDICT).find(LINE_WIDTH)).isEmpty();
        assertThat(parse(Mode.VAL, "save_json=True").get(SAVE_JSON)).isTrue();
        assertThat(parse(Mode.TRAIN, "multi_scale=True").get(MULTI_SCALE)).isEqualTo(0.5);
    }

    @Test
    void backslashesAreReadAsSlashesUnlessAFileHasThatName(@TempDir Path folder) throws IOException {
        Options options = OptionsParser.parse(Mode.TRAIN,
                List.of("model=weights\\best.pt", "data=d", "project=runs\\mine", "name=a\\b"));
        assertThat(options.get(MODEL)).isEqualTo("weights/best.pt");
        assertThat(options.get(PROJECT)).isEqualTo("runs/mine");
        assertThat(options.get(NAME)).isEqualTo("a/b");
        assertThat(options.notes()).contains("model=weights\\best.pt: read as weights/best.pt");
        Path odd = Files.createFile(folder.resolve("a\\b.pt"));
        assertThat(OptionsParser.parse(Mode.TRAIN, List.of("model=" + odd, "data=d")).get(MODEL))
                .isEqualTo(odd.toString());
    }
}
