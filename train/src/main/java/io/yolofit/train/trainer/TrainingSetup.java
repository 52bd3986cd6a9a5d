package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BOX;
import static io.yolofit.train.options.OptionTable.CLS;
import static io.yolofit.train.options.OptionTable.DFL;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;

import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.graph.DType;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.MemoryNeed;
import io.yolofit.train.program.MemoryTarget;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.function.Predicate;

/// A run with its memory planned, before anything is loaded: optimizer, precision, and the programs of all batch
/// shapes.
///
/// @param options        with automatic choices resolved and explained
/// @param choice         the model and its initial weights
/// @param compileOptions options of the training programs
/// @param need           the memory plans of the programs that will run
public record TrainingSetup(Options options, ModelChoice choice, TrainingImages images, CompiledModel compiled,
        OptimizerSetup optimizer, CompileOptions compileOptions, MemoryNeed need) {
    /// Plans a run for an engine.
    ///
    /// @param images scanned with the same options
    /// @param given  as the user gave them
    /// @throws EngineException if the engine does not support the type that `amp` names
    public static TrainingSetup of(Engine engine, ModelChoice choice, TrainingImages images, Options given) {
        Options options = EffectiveOptions.of(given, choice.names().size(), images, engine);
        CompiledModel compiled = CompiledModel.of(engine, choice.model(), frozen(options));
        OptimizerSetup optimizer = OptimizerSetup.of(options, choice.names().size(), images.train().images().size());
        CompileOptions compileOptions = compileOptions(options, images, optimizer, precision(engine, options),
                MemoryTarget.of(engine));
        MemoryNeed need = MemoryNeed.of(choice.model(), compiled.layout(), compileOptions, images.batches(),
                MemoryTarget.of(engine));
        return new TrainingSetup(options, choice, images, compiled, optimizer, compileOptions, need);
    }

    /// The memory of a run; needs no engine.
    ///
    /// @param batches all batch shapes of the images, or the largest ones only
    public static MemoryNeed need(Model model, TrainingImages images, MemoryNeed.Batches batches, Options options,
            DType precision, MemoryTarget target) {
        int stride = model.stride();
        OptimizerSetup optimizer = OptimizerSetup.of(options, model.head().classes(), images.train().images().size());
        return MemoryNeed.of(model, StateLayout.of(model.forward(1, stride, stride), frozen(options)),
                compileOptions(options, images, optimizer, precision, target), batches, target);
    }

    private static CompileOptions compileOptions(Options options, TrainingImages images, OptimizerSetup optimizer,
            DType precision, MemoryTarget target) {
        return new CompileOptions(
                new CompileOptions.Gains(options.get(BOX), options.get(CLS), options.get(DFL)), precision,
                optimizer.rule(), images.trainCapacity(), TrainingSchedule.accumulation(options) > 1,
                recompute(options, target));
    }

    /// The rematerialization policy that `recompute=` selects on a device.
    public static Recompute.Policy recompute(Options options, MemoryTarget target) {
        return switch (options.get(RECOMPUTE)) {
            case OFF -> Recompute.Policy.OFF;
            case DEFAULT -> target.recompute();
            case MAX -> Recompute.Policy.MAX;
        };
    }

    /// Reserves the device memory of all programs; nothing is allocated on the device afterwards.
    ///
    /// @throws io.yolofit.engine.OutOfDeviceMemoryException if the device has too little free memory
    public TrainingSetup reserve() {
        compiled.engine().reserve(need.programs());
        return this;
    }

    /// The precision that `amp=` selects on an engine.
    ///
    /// @throws EngineException if the engine does not support the type that `amp` names
    public static DType precision(Engine engine, Options options) {
        AmpChoice amp = options.get(AMP);
        return switch (amp) {
            case FALSE -> DType.F32;
            case TRUE -> engine.mixedPrecision();
            case FP16 -> supported(engine, amp, DType.F16);
            case BF16 -> supported(engine, amp, DType.BF16);
        };
    }

    private static DType supported(Engine engine, AmpChoice amp, DType type) {
        if (!engine.supports(type)) {
            throw new EngineException("amp=" + amp.word() + ": device " + engine.name() + " (" + engine.description()
                    + ") does not support " + type.text() + "; use amp=true, which selects "
                    + engine.mixedPrecision().text() + " here");
        }
        return type;
    }

    /// Matches the names of parameters that `freeze=` excludes from training.
    public static Predicate<String> frozen(Options options) {
        List<String> prefixes = options.get(FREEZE).stream().map(row -> "model." + row + ".").toList();
        return name -> prefixes.stream().anyMatch(name::startsWith);
    }
}
