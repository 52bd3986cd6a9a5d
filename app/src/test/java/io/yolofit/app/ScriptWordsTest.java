package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptWordsTest {
    private static List<String> words(String line) {
        return List.of(line.split(" ")).stream().map(word -> word.equals("''") ? "" : word).toList();
    }

    private static Options parsed(String line) {
        ScriptWords script = ScriptWords.of(words(line)).orElseThrow();
        return OptionsParser.parse(script.mode(), script.words(), words(line).getFirst());
    }

    @Test
    void aCommandLineOfYolov9sAuthorsIsUnderstood() {
        Options options = parsed("train_dual.py --workers 8 --device 0 --batch 64 --data data.yaml --img 640 "
                + "--cfg models/detect/yolov9-s.yaml --weights '' --name yolov9-s-batch64 --hyp hyp.scratch-high.yaml "
                + "--min-items 0 --epochs 20 --close-mosaic 12");
        assertThat(options.mode()).isEqualTo(Mode.TRAIN);
        assertThat(options.get(OptionTable.MODEL)).isEqualTo("models/detect/yolov9-s.yaml");
        assertThat(options.get(OptionTable.PRETRAINED).on()).isFalse();
        assertThat(options.get(OptionTable.BATCH)).isEqualTo(64);
        assertThat(options.get(OptionTable.SCALE)).isEqualTo(.9);
        assertThat(options.get(OptionTable.CLOSE_MOSAIC)).isEqualTo(12);
        assertThat(options.notes()).containsExactly("train_dual.py: the same command in this program's names: "
                + "yolofit train model=models/detect/yolov9-s.yaml workers=8 device=0 batch=64 data=data.yaml imgsz=640"
                + " name=yolov9-s-batch64 hyp=hyp.scratch-high.yaml epochs=20 close_mosaic=12");
    }

    @Test
    void aCommandLineOfYolov5sAuthorsIsUnderstood() {
        Options options = parsed("train.py --img 640 --batch 16 --epochs 3 --data coco128.yaml --weights yolov5s.pt "
                + "--accumulate 4 --noval --nosave --cache");
        assertThat(options.get(OptionTable.MODEL)).isEqualTo("yolov5s.pt");
        assertThat(options.get(OptionTable.ACCUMULATE)).isEqualTo(4);
        assertThat(options.get(OptionTable.VAL_EACH_EPOCH)).isFalse();
        assertThat(options.get(OptionTable.SAVE)).isFalse();
    }

    @Test
    void weightsWithAnArchitectureAreItsInitialWeights() {
        Options options = parsed("yolov9/train.py --data d.yaml --cfg=gelan-c.yaml --weights=start.pt");
        assertThat(options.get(OptionTable.MODEL)).isEqualTo("gelan-c.yaml");
        assertThat(options.get(OptionTable.PRETRAINED).path()).contains("start.pt");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            val_dual.py --data d.yaml --img 640 --weights best.pt --task test | VAL
            detect.py --source a.jpg --img 640 --weights best.pt --conf-thres 0.1 --iou-thres 0.5 | PREDICT
            """)
    void otherScriptsAreUnderstood(String line, Mode mode) {
        Options options = parsed(line);
        assertThat(options.mode()).isEqualTo(mode);
        assertThat(options.get(OptionTable.MODEL)).isEqualTo("best.pt");
        assertThat(options.get(OptionTable.INFERENCE_SIZE).height()).isEqualTo(640);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train model=a", "export.py --weights a.pt", "detect train model=yolo11n.pt data=x.yaml"})
    void otherCommandLinesAreNoScripts(String line) {
        assertThat(ScriptWords.of(words(line))).isEmpty();
    }

    @Test
    void theInvocationHasTheNameOfTheScript() {
        assertThat(Invocation.of(words("train.py --data d.yaml --weights a.pt"), Set.of(Mode.values())))
                .isEqualTo(new Invocation.Call(Mode.TRAIN, List.of("model=a.pt", "data=d.yaml"), "train.py"));
        assertThat(Invocation.of(words("detect train model=yolo11n.pt data=x.yaml"), Set.of(Mode.values())))
                .isInstanceOfSatisfying(Invocation.Call.class, call -> assertThat(call.mode()).isEqualTo(Mode.TRAIN));
    }
}
