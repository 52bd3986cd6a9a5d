package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.AUTO_BATCH;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.MOSAIC;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.yolofit.base.YoloFitException;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.OptimizerChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
    private static final Recipe RECIPE = Recipe.of("yolov8n", Path.of("cells.yaml"));

    @Test
    void aRecipeIsImmutable() {
        Recipe longer = RECIPE.epochs(7);
        assertThat(longer.get(EPOCHS)).contains(7);
        assertThat(RECIPE.get(EPOCHS)).contains(100);
    }

    @Test
    void methodsNamesAndConstantsReachTheSameOption() {
        assertThat(RECIPE.batch(4).get(BATCH)).contains(4);
        assertThat(RECIPE.with("batch_size", 4).get(BATCH)).contains(4);
        assertThat(RECIPE.with(BATCH, 8).with("batch", 4).options().notes()).isEmpty();
        assertThat(RECIPE.with(FREEZE, List.of(0, 1)).get(FREEZE)).contains(List.of(0, 1));
        assertThat(RECIPE.optimizer(OptimizerChoice.ADAMW).get(OPTIMIZER)).contains(OptimizerChoice.ADAMW);
        assertThat(RECIPE.largestBatch().get(AUTO_BATCH)).isPresent();
        assertThat(RECIPE.with("mosaic", 0.5).get(MOSAIC)).contains(0.5);
    }

    static List<Option<?>> withDefaults() {
        Set<Option<?>> files = Set.of(OptionTable.CFG, OptionTable.HYP, OptionTable.RESUME, OptionTable.MODEL,
                OptionTable.DATA);
        return OptionTable.of(Mode.TRAIN).stream().filter(option -> !files.contains(option)
                && option.defaultFor(Mode.TRAIN).isPresent()).toList();
    }

    @ParameterizedTest
    @MethodSource("withDefaults")
    <T> void everyOptionIsReached(Option<T> option) {
        T value = option.defaultFor(Mode.TRAIN).orElseThrow();
        assertThat(RECIPE.with(option, value).get(option)).contains(value);
    }

    @Test
    void aWrongValueIsRefusedAtOnce() {
        assertThatThrownBy(() -> RECIPE.epochs(0)).isInstanceOf(YoloFitException.class)
                .hasMessageContaining("epochs=0");
        assertThatThrownBy(() -> RECIPE.with("epoch", 3)).isInstanceOf(YoloFitException.class)
                .hasMessageContaining("did you mean epochs?");
        assertThatThrownBy(() -> RECIPE.with("resume", true)).isInstanceOf(YoloFitException.class)
                .hasMessageContaining("resume=true: the library does not resume runs; use the command");
    }

    @Test
    void whatOnlyTheCommandDoesIsRefused() {
        YoloFitException page = failure(() -> RECIPE.with("page", true));
        assertThat(page.what()).isEqualTo("the library serves no page");
        assertThat(page.where()).isEqualTo("page=true");
        assertThat(page.remedy()).startsWith("use the command `yolofit train page=`, or ");
        YoloFitException board = failure(() -> RECIPE.with(OptionTable.TENSORBOARD, true));
        assertThat(board).hasMessageStartingWith("tensorboard=true: the library writes no event files; "
                + "use the command");
        assertThat(RECIPE.with("page", false).with("tensorboard", false).options().notes()).isEmpty();
    }

    @Test
    void aFailureOfOptionsHasItsPlaceAndItsRemedy(@TempDir Path folder) throws IOException {
        YoloFitException range = failure(() -> RECIPE.epochs(0));
        assertThat(range.where()).isEqualTo("epochs=0");
        assertThat(range.what()).isEqualTo("expected an integer, 1 or more");
        assertThat(range.remedy()).isEqualTo("give an integer, 1 or more");
        assertThat(range).hasMessageStartingWith("1 problem in the options of train:\n  epochs=0  expected an integer");
        YoloFitException name = failure(() -> RECIPE.with("epoch", 3));
        assertThat(name.where()).isEqualTo("epoch=3");
        assertThat(name.what()).isEqualTo("unknown option");
        assertThat(name.remedy()).isEqualTo("use epochs");
        Path file = Files.writeString(folder.resolve("args.yaml"), """
                model: yolov8n
                data: cells.yaml
                batch: 0
                mosaic: 7
                """);
        YoloFitException several = failure(() -> Recipe.ofFile(file));
        assertThat(several.where()).isEqualTo(file + ":3 batch: 0, " + file + ":4 mosaic: 7");
        assertThat(several.remedy()).startsWith("give an integer, 1 to 65536").endsWith("; give a number, 0 to 1");
    }

    private static YoloFitException failure(ThrowingCallable work) {
        return catchThrowableOfType(YoloFitException.class, work);
    }

    @Test
    void theArgumentsOfARunAreARecipe(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("args.yaml"), RECIPE.epochs(3).options().toYaml());
        assertThat(Recipe.ofFile(file).batch(2).options().toMap()).isEqualTo(
                RECIPE.epochs(3).batch(2).options().toMap());
    }
}
