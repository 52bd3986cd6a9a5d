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
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.MemoryNeed;
import io.yolofit.train.program.MemoryTarget;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.function.Predicate;

/// A run, planned to its last byte before anything is loaded: optimizer, precision, and all programs of all shapes that
/// its batches have.
///
/// @param choice the model and its first weights
/// @param need   the programs, which are those that will run
public record TrainingSetup(Options options, ModelChoice choice, TrainingImages images, CompiledModel compiled,
        OptimizerSetup optimizer, CompileOptions plan, MemoryNeed need) {
    /// @param images scanned with these options
    /// @throws EngineException if the engine does not compute in the type that `amp` names
    public static TrainingSetup of(Engine engine, ModelChoice choice, TrainingImages images, Options options) {
        CompiledModel compiled = CompiledModel.of(engine, choice.model(), frozen(options));
        OptimizerSetup optimizer = OptimizerSetup.of(options, choice.names().size(), images.train().images().size());
        CompileOptions plan = plan(options, images, optimizer, precision(engine, options),
                MemoryTarget.of(engine));
        return new TrainingSetup(options, choice, images, compiled, optimizer, plan, MemoryNeed.of(choice.model(),
                compiled.layout(), plan, images.batches(), MemoryTarget.of(engine)));
    }

    /// What a run takes; needs no engine.
    ///
    /// @param batches all shapes of the images' batches, or those that matter
    public static MemoryNeed need(Model model, TrainingImages images, MemoryNeed.Batches batches, Options options,
            DType precision, MemoryTarget target) {
        int stride = model.stride();
        OptimizerSetup optimizer = OptimizerSetup.of(options, model.head().classes(), images.train().images().size());
        return MemoryNeed.of(model, StateLayout.of(model.forward(1, stride, stride), frozen(options)),
                plan(options, images, optimizer, precision, target), batches, target);
    }

    private static CompileOptions plan(Options options, TrainingImages images, OptimizerSetup optimizer,
            DType precision, MemoryTarget target) {
        return new CompileOptions(
                new CompileOptions.Gains(options.get(BOX), options.get(CLS), options.get(DFL)), precision,
                optimizer.rule(), images.trainCapacity(), TrainingSchedule.accumulation(options) > 1,
                recompute(options, target));
    }

    /// What `recompute` means to the compiler, for a device.
    public static Recompute.Policy recompute(Options options, MemoryTarget target) {
        return switch (options.get(RECOMPUTE)) {
            case OFF -> Recompute.Policy.OFF;
            case DEFAULT -> target.recompute();
            case MAX -> Recompute.Policy.MAX;
        };
    }

    /// Takes the device's memory for all programs at once: from here on, nothing can run out of it.
    ///
    /// @throws io.yolofit.engine.OutOfDeviceMemoryException if there is not enough
    public TrainingSetup reserve() {
        compiled.engine().reserve(need.programs());
        return this;
    }

    /// What `amp` comes to on an engine.
    ///
    /// @throws EngineException if the engine does not compute in the type that it names
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
                    + ") does not compute in " + type.text() + "; use amp=true, which takes "
                    + engine.mixedPrecision().text() + " here");
        }
        return type;
    }

    /// Parameters of the rows in `freeze`.
    public static Predicate<String> frozen(Options options) {
        List<String> prefixes = options.get(FREEZE).stream().map(row -> "model." + row + ".").toList();
        return name -> prefixes.stream().anyMatch(name::startsWith);
    }
}
