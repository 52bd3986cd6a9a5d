package io.yolofit.train.plan;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.BOX;
import static io.yolofit.train.options.OptionTable.CLS;
import static io.yolofit.train.options.OptionTable.DFL;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static io.yolofit.train.options.OptionTable.SYNC_BN;

import io.yolofit.base.Failure;
import io.yolofit.engine.EngineException;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.ModelGraphs;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// A training run: everything that determines its programs, except the device.
///
/// @param layout   of the model's flat buffers
/// @param compile  options of the training programs
/// @param batches  shapes of all batches
/// @param schedule how often the programs run
public record RunSpec(Model model, StateLayout layout, CompileOptions compile, Batches batches, Schedule schedule)
        implements PlanSpec {
    /// All batch shapes of a run, the largest first.
    ///
    /// @param train       shapes of training batches
    /// @param val         shapes of validation batches
    /// @param valCapacity maximum number of objects in a validation batch
    public record Batches(List<InputShape> train, List<InputShape> val, long valCapacity) {
        public Batches {
            train = List.copyOf(train);
            val = List.copyOf(val);
            if (train.isEmpty() || val.isEmpty()) {
                throw new IllegalArgumentException("a run without batches: " + train + ", " + val);
            }
        }
    }

    /// How often the programs of a run execute.
    ///
    /// @param batch       images of a full training batch
    /// @param accumulate  batches per update, after the warm-up
    /// @param epochs      of the run
    /// @param trainImages of an epoch; empty if unknown
    /// @param valImages   of a validation; empty if unknown
    public record Schedule(int batch, int accumulate, int epochs, OptionalInt trainImages, OptionalInt valImages) {
        /// Images of an update.
        public int effectiveBatch() {
            return batch * accumulate;
        }
    }

    /// A run of unknown length.
    public RunSpec(Model model, StateLayout layout, CompileOptions compile, Batches batches) {
        this(model, layout, compile, batches, new Schedule(batches.train().getFirst().images(), 1, 1,
                OptionalInt.empty(), OptionalInt.empty()));
    }

    /// The run that these options describe.
    ///
    /// @param options with an image size that is a multiple of the model's stride
    /// @throws EngineException if the device does not support the type that `amp` names
    public static RunSpec of(Options options, Model model, DataFacts data, Target target) {
        return of(options, model, layout(options, model), data, target);
    }

    /// The layout of a model's flat buffers, which depends on `freeze=` only.
    public static StateLayout layout(Options options, Model model) {
        return StateLayout.of(model.forward(1, model.stride(), model.stride()), frozen(options));
    }

    /// The same with a known layout, for many runs of one model.
    public static RunSpec of(Options options, Model model, StateLayout layout, DataFacts data, Target target) {
        int stride = model.stride();
        List<Options> phases = Phases.of(options);
        int accumulate = TrainingSchedule.accumulation(options);
        long capacity = phases.stream().mapToLong(phase -> Loading.trainCapacity(data.trainObjects(),
                Loading.augmentation(phase), Math.ceilDiv(phase.get(BATCH), target.slot().ranks()))).max()
                .orElseThrow();
        boolean accumulating = phases.stream().anyMatch(phase -> TrainingSchedule.accumulation(phase) > 1);
        var gains = new CompileOptions.Gains(options.get(BOX), options.get(CLS), options.get(DFL));
        var compile = new CompileOptions(gains, precision(options, target), rule(options, model, data), capacity,
                accumulating, recompute(options, target), ranks(options, target));
        var batches = new Batches(trainShapes(phases, data, stride, target.slot()),
                data.valShapes(Loading.validation(options, options.get(IMGSZ), stride)),
                Loading.valCapacity(data.valObjects(), Loading.validationBatch(options)));
        return new RunSpec(model, layout, compile, batches,
                new Schedule(options.get(BATCH), accumulate, options.get(EPOCHS), data.trainImages(),
                        data.valImages()));
    }

    private static Ranks ranks(Options options, Target target) {
        return target.slot().isAlone() ? Ranks.ONE : new Ranks(target.slot().ranks(), options.get(SYNC_BN),
                target.times().links().bandwidth(), target.times().links().latency());
    }

    /// Shapes of all phases; the one with the most pixels first.
    private static List<InputShape> trainShapes(List<Options> phases, DataFacts data, int stride, Slot slot) {
        for (Options phase : phases) {
            String unfit = slot.isAlone() ? "" : slot.unfit(phase.get(BATCH), data.trainImages().orElse(-1));
            if (!unfit.isEmpty()) {
                throw new PlanException(Failure.naming("batch=" + phase.get(BATCH), unfit, "").withRemedy(
                        "give another batch size, or fewer ranks"));
            }
        }
        if (phases.size() == 1) {
            return trainShapes(phases.getFirst(), data, stride, slot);
        }
        return phases.stream().flatMap(phase -> trainShapes(phase, data, stride, slot).stream()).distinct()
                .sorted(Comparator.comparingLong(InputShape::pixels).reversed()).toList();
    }

    private static List<InputShape> trainShapes(Options phase, DataFacts data, int stride, Slot slot) {
        return data.trainShapes(Loading.training(phase, phase.get(IMGSZ), stride)
                .withRank(slot.rank(), slot.ranks()));
    }

    /// `optimizer=auto` depends on the number of images; where it is unknown, the rule with the most state counts.
    private static Update.Rule rule(Options options, Model model, DataFacts data) {
        return data.trainImages().isEmpty() ? OptimizerSetup.rule(options.get(OPTIMIZER))
                : OptimizerSetup.of(options, model.head().classes(), data.trainImages().getAsInt()).rule();
    }

    /// The precision that `amp=` selects on a device.
    ///
    /// @throws EngineException if the device does not support the type that `amp` names
    public static DType precision(Options options, Target target) {
        AmpChoice amp = options.get(AMP);
        return switch (amp) {
            case FALSE -> DType.F32;
            case TRUE, AUTO -> target.half();
            case FP16 -> supported(target, amp, DType.F16);
            case BF16 -> supported(target, amp, DType.BF16);
        };
    }

    private static DType supported(Target target, AmpChoice amp, DType type) {
        if (!target.types().contains(type)) {
            throw new EngineException.UnsupportedType(target.name() + " does not support " + type.text(),
                    "amp=" + amp.word(), "use amp=true, which selects " + target.half().text() + " here");
        }
        return type;
    }

    /// The rematerialization that `recompute=` selects on a device.
    public static Recompute.Amount recompute(Options options, Target target) {
        RecomputeAmount amount = options.get(RECOMPUTE);
        return switch (amount.word()) {
            case OFF -> Recompute.Policy.OFF;
            case DEFAULT -> target.recompute();
            case MAX -> Recompute.Policy.MAX;
            case SHARE -> new Recompute.Share(amount.share().orElseThrow());
        };
    }

    /// Matches the names of parameters that `freeze=` excludes from training.
    public static Predicate<String> frozen(Options options) {
        List<String> prefixes = options.get(FREEZE).stream().map(row -> "model." + row + ".").toList();
        return name -> prefixes.stream().anyMatch(name::startsWith);
    }

    /// The same run with another amount of recomputation.
    public RunSpec with(Recompute.Amount recompute) {
        return new RunSpec(model, layout, compile.with(recompute), batches, schedule);
    }

    @Override
    public List<ProgramSpec> programs(Target target) {
        return programs(target, new ModelGraphs(model, layout));
    }

    /// The same with graphs that several plans share.
    ///
    /// @param graphs of the run's model and layout
    public List<ProgramSpec> programs(Target target, ModelGraphs graphs) {
        List<ProgramSpec> programs = new ArrayList<>(ProgramSpec.of(ProgramSpec.Kind.STEP, batches.train,
                shape -> graphs.step(compile, shape, target.workspace())));
        if (compile.accumulating()) {
            programs.add(ProgramSpec.update(() -> graphs.update(compile)));
        }
        programs.addAll(ProgramSpec.of(ProgramSpec.Kind.VALIDATION, batches.val, shape ->
                graphs.inference(compile.precision(), compile.gains(), batches.valCapacity, shape)));
        return programs;
    }
}
