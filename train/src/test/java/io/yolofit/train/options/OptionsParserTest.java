package io.yolofit.train.options;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PRETRAINED;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.SAVE_PERIOD;
import static io.yolofit.train.options.OptionTable.SOURCE;
import static io.yolofit.train.options.OptionTable.TIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsParserTest {
    private static Options train(String... words) {
        var all = new ArrayList<>(List.of("model=yolov8n", "data=coco8.yaml"));
        all.addAll(List.of(words));
        return OptionsParser.parse(Mode.TRAIN, all);
    }

    private static String errorOf(String... words) {
        return catchThrowableOfType(OptionsException.class, () -> train(words)).getMessage();
    }

    @Test
    void everySpellingOfAnAssignmentIsAcceptedInAnyOrder() {
        Options options = train("--epochs", "3", "batch=4", "--save-period=5", "--plots", "amp=False", "--lr0", "1e-3");
        assertThat(options.get(EPOCHS)).isEqualTo(3);
        assertThat(options.get(BATCH)).isEqualTo(4);
        assertThat(options.get(SAVE_PERIOD)).isEqualTo(5);
        assertThat(options.get(PLOTS)).isTrue();
        assertThat(options.get(AMP)).isEqualTo(AmpChoice.FALSE);
        assertThat(options.get(LR0)).isEqualTo(0.001);
        assertThat(options.get(MODEL)).isEqualTo("yolov8n");
    }

    @Test
    void aBareSwitchDoesNotConsumeTheNextAssignment() {
        Options options = train("--resume", "epochs=3", "--plots", "false", "--exist_ok", "name=a=b");
        assertThat(options.get(RESUME)).isEqualTo(Toggle.ON);
        assertThat(options.get(EPOCHS)).isEqualTo(3);
        assertThat(options.get(PLOTS)).isFalse();
        assertThat(options.get(NAME)).isEqualTo("a=b");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "True,true", "1,true", "yes,true", "on,true", "false,false", "FALSE,false", "0,false"})
    void booleansHaveManySpellings(String text, boolean expected) {
        assertThat(train("val=" + text).get(OptionTable.VAL_EACH_EPOCH)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10        | 0,1,2,3,4,5,6,7,8,9
            [10]      | 10
            [0, 1, 5] | 0,1,5
            3,7       | 3,7
            0         | ''
            none      | ''
            []        | ''
            """)
    void freezeTakesACountOrAList(String text, String rows) {
        List<Integer> expected = rows.isEmpty() ? List.of()
                : List.of(rows.split(",")).stream().map(Integer::valueOf).toList();
        assertThat(train("freeze=" + text).get(FREEZE)).isEqualTo(expected);
    }

    @Test
    void aSingleNumberIsOneClassAndNotACount() {
        assertThat(OptionsParser.parse(Mode.VAL, List.of("model=m", "data=d", "classes=3")).get(CLASSES))
                .containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource({"false,NONE", "true,RAM", "ram,RAM", "RAM,RAM", "disk,DISK", "none,NONE"})
    void cacheIsASwitchOrAPlace(String text, CacheChoice expected) {
        assertThat(train("cache=" + text).get(CACHE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"sgd,SGD", "adamw,ADAMW", "AdamW,ADAMW", "rmsprop,RMSPROP", "auto,AUTO"})
    void optimizerNamesIgnoreCase(String text, OptimizerChoice expected) {
        assertThat(train("optimizer=" + text).get(OPTIMIZER)).isEqualTo(expected);
    }

    @Test
    void resumeAndPretrainedTakeASwitchOrAPath() {
        Options options = train("resume=runs/last.safetensors", "pretrained=false");
        assertThat(options.get(RESUME)).isEqualTo(Toggle.path("runs/last.safetensors"));
        assertThat(options.get(PRETRAINED)).isEqualTo(Toggle.OFF);
    }

    @Test
    void noneRestoresTheDefaultWhereItIsAccepted() {
        assertThat(train("time=2.5").find(TIME)).hasValue(2.5);
        assertThat(train("time=none").find(TIME)).isEmpty();
        assertThat(train("conf=null").get(CONF)).isEqualTo(0.001);
        assertThat(errorOf("epochs=none")).contains("epochs=none  expected an integer, 1 or more");
    }

    @Test
    void confAndNameHaveDefaultsPerMode() {
        assertThat(Options.defaults(Mode.VAL).get(CONF)).isEqualTo(0.001);
        assertThat(Options.defaults(Mode.PREDICT).get(CONF)).isEqualTo(0.25);
        assertThat(Options.defaults(Mode.PREDICT).get(NAME)).isEqualTo("predict");
    }

    @Test
    void theWordsTaskAndModeAreAccepted() {
        assertThat(train("task=detect", "mode=train").get(EPOCHS)).isEqualTo(100);
        assertThat(errorOf("task=segment")).contains("only task=detect is supported");
        assertThat(errorOf("mode=val")).contains("the command is train");
    }

    @Test
    void allErrorsAreReportedTogetherWithSuggestionsOrAllowedValues() {
        OptionsException error = catchThrowableOfType(OptionsException.class, () -> OptionsParser.parse(Mode.TRAIN,
                List.of("model=yolov8n", "epoch=5", "optimizer=adamm", "batch=0", "lr0=fast", "half=true", "blub",
                        "--imgsz", "overlap_mask=false")));
        assertThat(error.getMessage()).isEqualTo("""
                9 problems in the options of train:
                  blub                write name=value
                  --imgsz             has no value: write --imgsz=...
                  epoch=5             unknown option; did you mean epochs?
                  optimizer=adamm     expected auto|SGD|Adam|AdamW|RMSProp; did you mean Adam or AdamW?
                  batch=0             expected an integer, 1 to 65536, or -1, auto, auto:<largest>, or a share of the \
                memory (0.7)
                  lr0=fast            expected a number, 0 to 1
                  half=true           belongs to val, predict, export, not to train
                  overlap_mask=false  is not supported; only its default is accepted, overlap_mask=true
                  data=               is missing: a path (dataset file (.yaml), or annotations to import (.json, \
                folder); val defaults to that of the training)
                `yolofit train --help` lists all options.""");
        assertThat(error.problems()).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"momentum=1", "fraction=0", "mosaic=1.01", "imgsz=31", "lr0=NaN", "lr0=Infinity", "lr0=1d",
            "batch=4.0", "batch=99999999999", "seed=-1", "freeze=-1", "freeze=[1,x]", "freeze=1000000",
            "device=tpu", "scale=1", "plots=maybe", "time=0", "freeze=[", "exist_ok=", "name=a\tb",
            "name=/", "name=..", "name=a/.", "name=../x", "name=a/../../x", "name=/x/y", "data=a\u0000b",
            "resume=a\u0000b"})
    void valuesOutOfRangeOrOfTheWrongTypeAreRefused(String word) {
        assertThat(errorOf(word)).contains("1 problem in the options of train").contains(word);
    }

    @Test
    void aRunCannotLeaveItsProject() {
        assertThat(errorOf("name=../x")).contains("would leave the folder of project=");
        assertThat(train("name=group/x").get(NAME)).isEqualTo("group/x");
    }

    @Test
    void aTildeIsTheHomeFolder() {
        String home = System.getProperty("user.home");
        assertThat(train("data=~/a.yaml").get(DATA)).isEqualTo(home + "/a.yaml");
        assertThat(train("project=~/runs").get(PROJECT)).isEqualTo(home + "/runs");
        assertThat(train("pretrained=~/x.pt").get(PRETRAINED).path()).contains(home + "/x.pt");
        assertThat(train("name=~backup").get(NAME)).isEqualTo("~backup");
    }

    @Test
    void theLastOfEqualOptionsWinsWithANote() {
        Options options = train("epochs=3", "--epochs", "4", "seed=1", "seed=1");
        assertThat(options.get(EPOCHS)).isEqualTo(4);
        assertThat(options.notes()).containsExactly("epochs is given twice: --epochs 4 overrides epochs=3");
    }

    @Test
    void requiredOptionsAreReportedUnlessARunIsResumed() {
        assertThat(catchThrowableOfType(OptionsException.class, () -> OptionsParser.parse(Mode.PREDICT, List.of()))
                .problems()).extracting(OptionsException.Problem::given).containsExactly("model=", "source=");
        assertThat(OptionsParser.parse(Mode.TRAIN, List.of("resume")).find(MODEL)).isEmpty();
        assertThat(OptionsParser.parse(Mode.TRAIN, List.of("epochs=3")).find(MODEL)).isEmpty();
        assertThat(catchThrowableOfType(OptionsException.class,
                () -> OptionsParser.parse(Mode.TRAIN, List.of("model=yolov8n"))).problems())
                .extracting(OptionsException.Problem::given).containsExactly("data=");
        assertThat(catchThrowableOfType(OptionsException.class, () -> OptionsParser.parse(Mode.INFO, List.of()))
                .problems()).extracting(OptionsException.Problem::given).containsExactly("model=, data=");
        assertThat(OptionsParser.parse(Mode.INFO, List.of("data=a.yaml")).find(MODEL)).isEmpty();
        assertThat(OptionsParser.parse(Mode.DOCTOR, List.of()).mode()).isEqualTo(Mode.DOCTOR);
        assertThat(OptionsParser.parse(Mode.PREDICT, List.of("model=m", "source=a=b.jpg")).get(SOURCE))
                .isEqualTo("a=b.jpg");
        assertThat(train().get(DATA)).isEqualTo("coco8.yaml");
    }

    @Test
    void moreThreadsThanProcessorsAreLimitedWithANote() {
        int processors = Runtime.getRuntime().availableProcessors();
        Options options = OptionsParser.parse(Mode.VAL, List.of("model=a.pt", "threads=" + (processors + 1)));
        assertThat(options.get(OptionTable.THREADS)).isEqualTo(processors);
        assertThat(options.notes()).singleElement().asString().startsWith("threads=" + (processors + 1)
                + ": this process has").contains("threads=" + processors + " is used");
        assertThat(OptionsParser.parse(Mode.VAL, List.of("model=a.pt", "threads=1")).notes()).isEmpty();
    }
}
