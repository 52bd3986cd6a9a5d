package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.base.Messages;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.value.ImageSize;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainedOptionsTest {
    private final StringBuilder lines = new StringBuilder();

    private Options applied(Options given, Map<String, Object> trained) {
        return TrainedOptions.applied(given, trained,
                Messages.of(line -> lines.append(line).append('\n'), lines::append));
    }

    @Test
    void optionsOfTheTrainingAreDefaults() {
        Options options = applied(Options.defaults(Mode.VAL), Map.of("imgsz", 320L, "data", "a.yaml", "classes",
                List.of(2, 0), "single_cls", true, "epochs", 3));

        assertThat(options.get(INFERENCE_SIZE)).isEqualTo(ImageSize.square(320));
        assertThat(options.get(DATA)).isEqualTo("a.yaml");
        assertThat(options.get(CLASSES)).containsExactly(2, 0);
        assertThat(options.get(SINGLE_CLS)).isTrue();
        assertThat(lines.toString()).isEqualTo("as the model was trained: imgsz=320, data=a.yaml, single_cls=true, "
                + "classes=[2, 0]\n");
    }

    @Test
    void givenOptionsAreKept() {
        Options given = OptionsParser.parse(Mode.VAL, List.of("model=m.pt", "data=b.yaml", "imgsz=640", "classes=none",
                "single_cls=false"));

        Options options = applied(given, Map.of("imgsz", 320, "data", "a.yaml", "classes", List.of(1), "single_cls",
                true));

        assertThat(options.toMap()).isEqualTo(given.toMap());
        assertThat(lines.toString()).isEmpty();
    }

    @Test
    void aOneClassModelPredictsAllObjects() {
        Options options = applied(Options.defaults(Mode.PREDICT), Map.of("imgsz", List.of(256, 320), "single_cls", true,
                "classes", 2));

        assertThat(options.get(INFERENCE_SIZE)).isEqualTo(ImageSize.square(320));
        assertThat(options.get(CLASSES)).isEmpty();
        assertThat(applied(Options.defaults(Mode.PREDICT), Map.of("classes", 2)).get(CLASSES)).containsExactly(2);
    }

    @Test
    void missingOrStrangeValuesChangeNothing() {
        Map<String, Object> trained = new HashMap<>(Map.of("imgsz", "large", "single_cls", 0));
        trained.put("classes", null);
        trained.put("data", null);

        assertThat(applied(Options.defaults(Mode.VAL), trained).toMap()).isEqualTo(Options.defaults(Mode.VAL).toMap());
        assertThat(applied(Options.defaults(Mode.VAL), Map.of("imgsz", -1)).get(INFERENCE_SIZE))
                .isEqualTo(ImageSize.square(640));
    }
}
