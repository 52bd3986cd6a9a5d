package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.HALF;

import io.yolofit.api.device.Engines;
import io.yolofit.base.Messages;
import io.yolofit.engine.Engine;
import io.yolofit.graph.DType;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.InferenceSpec;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.Detector;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.model.ModelFile;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// A file with weights and architecture, for an engine.
public record WeightsModel(ModelFile file) implements InferenceModel {
    @Override
    public List<String> names() {
        return file.names();
    }

    @Override
    public int stride() {
        return file.model().stride();
    }

    @Override
    public boolean hasFixedSize() {
        return false;
    }

    @Override
    public OpenModel open(Options options, Messages log) {
        Engine engine = Engines.open(options, log);
        return new OnEngine(engine, file, CompiledModel.of(engine, file.model(), _ -> false),
                precision(options, engine, log));
    }

    /// The element type that `half=` selects on an engine.
    private static DType precision(Options options, Engine engine, Messages console) {
        if (options.get(HALF) && engine.mixedPrecision() == DType.F32) {
            console.warn("half=true: " + engine.description() + " has no faster half precision; using fp32");
        }
        return options.get(HALF) ? engine.mixedPrecision() : DType.F32;
    }

    private static final class OnEngine implements OpenModel {
        private final Engine engine;
        private final ModelFile file;
        private final CompiledModel compiled;
        private final DType precision;
        private Optional<InferenceSession> session = Optional.empty();

        OnEngine(Engine engine, ModelFile file, CompiledModel compiled, DType precision) {
            this.engine = engine;
            this.file = file;
            this.compiled = compiled;
            this.precision = precision;
        }

        @Override
        public MemorySegment memory(long bytes) {
            return engine.hostMemory(bytes);
        }

        @Override
        public Detector predicting(InputShape largest) {
            return reserved(InferenceSession.of(compiled, precision), new InferenceSpec(file.model(),
                    compiled.layout(), precision, Optional.empty(), 0, List.of(largest)));
        }

        @Override
        public Detector validating(List<InputShape> shapes, long capacity) {
            CompileOptions.Gains gains = CompileOptions.Gains.DEFAULT;
            return reserved(InferenceSession.withLoss(compiled, precision, gains, capacity), new InferenceSpec(
                    file.model(), compiled.layout(), precision, Optional.of(gains), capacity, shapes));
        }

        private Detector reserved(InferenceSession detector, InferenceSpec spec) {
            session = Optional.of(detector);
            detector.reserve(RunPlan.of(spec, Target.of(engine)).validation());
            compiled.writeAverage(file.values());
            return detector;
        }

        @Override
        public void close() {
            session.ifPresent(InferenceSession::close);
            engine.close();
        }
    }
}
