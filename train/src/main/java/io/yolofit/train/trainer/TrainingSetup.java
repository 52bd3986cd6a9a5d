package io.yolofit.train.trainer;

import io.yolofit.engine.Engine;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.ranks.PlanCheck;
import io.yolofit.train.schedule.OptimizerSetup;
import java.util.LinkedHashMap;
import java.util.Map;

/// A run with its memory planned, before anything is loaded: optimizer, precision, and the programs of all batch
/// shapes.
///
/// @param options with automatic choices resolved and explained
/// @param choice  the model and its initial weights
/// @param spec    what determines the programs
/// @param plan    the programs that will run, with their memory plans
public record TrainingSetup(Options options, ModelChoice choice, TrainingImages images, CompiledModel compiled,
        OptimizerSetup optimizer, RunSpec spec, RunPlan plan) {
    /// Plans a run for an engine.
    ///
    /// @param images scanned with the same options
    /// @param given  as the user gave them
    /// @throws io.yolofit.engine.EngineException if the engine does not support the type that `amp` names
    public static TrainingSetup of(Engine engine, ModelChoice choice, TrainingImages images, Options given) {
        return of(engine, Target.of(engine), choice, images, given);
    }

    /// Plans a run for an engine whose memory and speed are known.
    ///
    /// @param target the engine's device
    public static TrainingSetup of(Engine engine, Target target, ModelChoice choice, TrainingImages images,
            Options given) {
        Options options = EffectiveOptions.of(given, choice.names().size(), images, engine, target);
        OptimizerSetup optimizer = OptimizerSetup.of(options, choice.names().size(), images.train().images().size());
        RunSpec spec = RunSpec.of(options, choice.model(), images.facts(), target);
        return new TrainingSetup(options, choice, images, new CompiledModel(engine, choice.model(), spec.layout()),
                optimizer, spec, RunPlan.of(spec, target));
    }

    /// Options of the training programs.
    public CompileOptions compileOptions() {
        return spec.compile();
    }

    /// What must be the same on all ranks of the run, by name.
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>(PlanCheck.facts(options));
        facts.put("images", images.train().images().size() + " and " + images.val().images().size());
        facts.put("links", plan.target().times().links().rates()); // they decide the number of gradient buckets
        facts.put("first image", images.train().images().getFirst().path().getFileName().toString());
        facts.put("classes", String.join(" ", choice.names()));
        return facts;
    }

    /// Reserves the device memory of all programs; nothing is allocated on the device afterwards.
    ///
    /// @throws io.yolofit.engine.OutOfDeviceMemoryException if the device has too little free memory
    public TrainingSetup reserve() {
        compiled.engine().reserve(plan.programs());
        return this;
    }
}
