package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;

import io.yolofit.app.console.Console;
import io.yolofit.app.device.DeviceSelection;
import io.yolofit.app.device.Engines;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.report.PlanText;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.engine.cpu.CpuFeatures;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.engine.cuda.GpuInfo;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.options.DeviceChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.MemoryNeed;
import io.yolofit.train.program.MemoryTarget;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.model.Model;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// `yolofit plan`: the memory of a training run. Needs neither an engine nor a native library. If the GPU of the run is
/// present, the memory of context and libraries is measured on it.
public final class PlanCommand implements Command {
    /// Objects in an image if no dataset is given; the maximum in COCO is 93.
    private static final int ASSUMED_OBJECTS = 100;

    /// Facts about the dataset that determine shapes.
    private record Content(OptionalInt classes, OptionalInt trainImages, OptionalInt valImages, int trainObjects,
            int valObjects, String text) {}

    @Override
    public ExitCode run(Options options, Console console) {
        Console log = options.get(JSON) ? console.onErrors() : console;
        Optional<GpuInfo> gpu = gpu(options, log);
        boolean onCpu = options.get(DEVICE).equals(DeviceChoice.CPU);
        Content content = content(options, log);
        Model model = ModelInput.architecture(options.get(MODEL), content.classes());
        TrainCommand.requireTrainable(options, model);
        int imageSize = ModelInput.imageSize(options.get(IMGSZ), model, log);
        PlanReport planned = report(options, content, model, imageSize, onCpu);
        PlanReport report = gpu.flatMap(PlanCommand::measured).map(planned::with).orElse(planned);
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
            return ExitCode.OK;
        }
        PlanText.lines(report).forEach(console::line);
        console.line("");
        if (onCpu) {
            console.line("This is the memory of tensors. Java, its libraries, decoded images and workspaces of the CPU "
                    + "kernels need additional memory.");
        } else if (gpu.isEmpty()) {
            console.line("On a GPU, the arena is the only allocation. Context and libraries need about 0.5 GiB more; "
                    + "the exact size is measured where a GPU is present.");
        }
        return ExitCode.OK;
    }

    /// The GPU of the run, if present. A plan for an absent GPU is valid too.
    private static Optional<GpuInfo> gpu(Options options, Console log) {
        DeviceChoice choice = options.get(DEVICE);
        if (choice.equals(DeviceChoice.CPU)) {
            return Optional.empty();
        }
        try {
            DeviceSelection selection = DeviceSelection.of(choice, false, Devices.find());
            if (selection.gpu().isPresent() && !selection.why().isEmpty()) {
                log.line(selection.why());
            }
            return selection.gpu();
        } catch (DeviceSelection.NotThere absent) {
            if (choice instanceof DeviceChoice.Gpus(var numbers) && numbers.size() > 1) {
                throw absent;
            }
            return Optional.empty();
        }
    }

    /// The memory of context and libraries before the kernels of a run are loaded, if NVML reports it.
    private static Optional<PlanReport.Context> measured(GpuInfo gpu) {
        try (CudaEngine engine = Engines.open(gpu, true)) {
            long bytes = engine.memory().contextBytes();
            return bytes > 0 ? Optional.of(new PlanReport.Context(gpu.name(), bytes)) : Optional.empty();
        }
    }

    private static Content content(Options options, Console log) {
        boolean single = options.get(SINGLE_CLS);
        if (options.find(DATA).isEmpty()) {
            return new Content(single ? OptionalInt.of(1) : OptionalInt.empty(), OptionalInt.empty(),
                    OptionalInt.empty(), ASSUMED_OBJECTS, ASSUMED_OBJECTS,
                    "up to " + ASSUMED_OBJECTS + " objects per image assumed");
        }
        Dataset dataset = Dataset.load(Path.of(options.get(DATA)));
        ScanOptions scanning = ScanOptions.defaults().withSingleClass(single);
        SplitScan train = TrainingImages.scan(dataset, "train", scanning, log::line);
        SplitScan val = TrainingImages.scan(dataset, "val", scanning, log::line);
        int trainObjects = TrainingImages.mostObjects(train.images());
        int valObjects = TrainingImages.mostObjects(val.images());
        return new Content(OptionalInt.of(train.names().size()), OptionalInt.of(train.images().size()),
                OptionalInt.of(val.images().size()), trainObjects, valObjects,
                "up to " + Math.max(trainObjects, valObjects) + " objects per image");
    }

    private static PlanReport report(Options options, Content content, Model model, int imageSize, boolean onCpu) {
        int batch = options.get(BATCH);
        int stride = model.stride();
        Update.Rule rule = OptimizerSetup.rule(options.get(OPTIMIZER));
        DType precision = precision(options, onCpu);
        int accumulated = TrainingSchedule.accumulation(options);
        MemoryTarget target = onCpu ? MemoryTarget.cpu() : MemoryTarget.gpu(CudaEngine.workspaceModel());
        var plan = new CompileOptions(CompileOptions.Gains.DEFAULT, precision, rule,
                TrainingImages.trainCapacity(content.trainObjects(), Augmentation.defaults(), batch), accumulated > 1,
                TrainingSetup.recompute(options, target));
        StateLayout layout = StateLayout.of(model.forward(1, stride, stride), TrainingSetup.frozen(options));
        MemoryNeed need = MemoryNeed.of(model, layout, plan, TrainingImages.batches(options, imageSize, stride,
                content.trainImages(), content.valImages(), TrainingImages.valCapacity(content.valObjects(), batch)),
                target);
        String run = String.format(Locale.ROOT, "%s, %d %s, %d px, batch %d%s, %s, %s, %s, on %s", model.title(),
                model.head().classes(),
                model.head().classes() == 1 ? "class" : "classes", imageSize, batch,
                accumulated > 1 ? " x " + accumulated + " accumulated" : "", rule.name().toLowerCase(Locale.ROOT),
                precision.text(), content.text(), onCpu ? "the CPU" : "a GPU");
        return PlanReports.of(run, need);
    }

    /// The precision that `amp` selects, without an engine.
    private static DType precision(Options options, boolean onCpu) {
        return switch (options.get(AMP)) {
            case FALSE -> DType.F32;
            case TRUE -> !onCpu ? DType.F16 : CpuFeatures.computeInBf16() ? DType.BF16 : DType.F32;
            case FP16 -> DType.F16;
            case BF16 -> DType.BF16;
        };
    }
}
