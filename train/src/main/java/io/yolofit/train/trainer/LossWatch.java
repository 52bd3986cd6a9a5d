package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.WARMUP_EPOCHS;

import io.yolofit.graph.DType;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Watches the losses of a run. A step whose loss is not finite has gradients that are not finite, and its update is
/// skipped, so a single such step is harmless; many in a row are not. The first one is reported, the others are
/// counted. A step that fp16's loss scale skips has a finite loss and is not counted.
final class LossWatch {
    /// Consecutive steps with a non-finite loss that end a run.
    static final int LIMIT = 10;

    private final Consumer<String> notes;
    private int consecutive;
    private boolean noted;

    LossWatch(Consumer<String> notes) {
        this.notes = notes;
    }

    /// Registers the loss of a step, in the order of the steps.
    ///
    /// @param epoch from 0
    /// @param batch from 0
    /// @return why the run diverged, if it did
    Optional<String> after(int epoch, int batch, LossItems items) {
        if (items.isFinite()) {
            consecutive = 0;
            return Optional.empty();
        }
        consecutive++;
        String place = "epoch " + (epoch + 1) + ", batch " + (batch + 1);
        if (!noted) {
            noted = true;
            notes.accept(place + ": the loss is not finite (" + text(items) + "); steps with such a loss are skipped, "
                    + LIMIT + " in a row end the run");
        }
        return consecutive < LIMIT ? Optional.empty()
                : Optional.of("the losses of " + LIMIT + " consecutive steps were not finite, up to " + place + " ("
                        + text(items) + ")");
    }

    /// Options that may keep a run finite.
    ///
    /// @param precision of the forward and backward pass
    static String remedy(Options options, DType precision) {
        String lower = "a lower lr0 (now " + options.get(LR0) + ")";
        return switch (precision) {
            case F16 -> lower + " or amp=bf16 (now fp16)";
            case BF16 -> lower + " or amp=false (now bf16)";
            default -> lower + " or a longer warm-up (warmup_epochs is " + options.get(WARMUP_EPOCHS) + ")";
        };
    }

    static String text(LossItems items) {
        return Arrays.stream(LossTerm.values()).map(term -> term.word() + " " + items.get(term))
                .collect(Collectors.joining(", "));
    }
}
