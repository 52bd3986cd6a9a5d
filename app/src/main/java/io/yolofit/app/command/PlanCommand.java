package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;

import io.yolofit.app.console.Console;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.report.PlanReport;
import io.yolofit.app.report.PlanReports;
import io.yolofit.app.report.PlanText;
import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.engine.cpu.CpuFeatures;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Recompute;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.MemoryNeed;
import io.yolofit.train.program.TrainingPlan;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.zoo.model.Model;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/// `yolofit plan`: the memory of a training run. Needs neither an engine nor a native library.
public final class PlanCommand implements Command {
    /// Where no data set says better; COCO's fullest image has 93.
    private static final int ASSUMED_OBJECTS = 100;

    /// What the data set says about shapes.
    private record Content(OptionalInt classes, int trainObjects, int valObjects, String text) {}

    @Override
    public ExitCode run(Options options, Console console) {
        Console told = options.get(JSON) ? console.onErrors() : console;
        Content content = content(options, told);
        Model model = ModelInput.architecture(options.get(MODEL), content.classes());
        TrainCommand.requireTrainable(options, model);
        int imageSize = ModelInput.imageSize(options.get(IMGSZ), model, told);
        PlanReport report = report(options, content, model, imageSize);
        if (options.get(JSON)) {
            console.line(JsonText.of(report));
        } else {
            PlanText.lines(report).forEach(console::line);
            console.line("");
            console.line("This is what tensors take. On the CPU, Java, its libraries, decoded images and the "
                    + "kernels' own "
                    + "scratch memory come on top.");
        }
        return ExitCode.OK;
    }

    private static Content content(Options options, Console told) {
        boolean single = options.get(SINGLE_CLS);
        if (options.find(DATA).isEmpty()) {
            return new Content(single ? OptionalInt.of(1) : OptionalInt.empty(), ASSUMED_OBJECTS, ASSUMED_OBJECTS,
                    "up to " + ASSUMED_OBJECTS + " objects an image assumed");
        }
        Dataset dataset = Dataset.load(Path.of(options.get(DATA)));
        ScanOptions scanning = ScanOptions.defaults().withSingleClass(single);
        SplitScan train = TrainingData.scan(dataset, "train", scanning, told::line);
        SplitScan val = TrainingData.scan(dataset, "val", scanning, told::line);
        int trainObjects = TrainingData.mostObjects(train.images());
        int valObjects = TrainingData.mostObjects(val.images());
        return new Content(OptionalInt.of(train.names().size()), trainObjects, valObjects,
                "up to " + Math.max(trainObjects, valObjects) + " objects an image");
    }

    private static PlanReport report(Options options, Content content, Model model, int imageSize) {
        int batch = options.get(BATCH);
        int stride = model.head().largestStride();
        Update.Rule rule = OptimizerSetup.rule(options.get(OPTIMIZER));
        DType precision = options.get(AMP) && CpuFeatures.computeInBf16() ? DType.BF16 : DType.F32;
        int accumulated = TrainingSchedule.accumulation(options);
        var plan = new TrainingPlan(TrainingPlan.Gains.DEFAULT, precision, rule,
                TrainingData.trainCapacity(content.trainObjects(), Augmentation.defaults(), batch), accumulated > 1,
                Recompute.Policy.DEFAULT);
        StateLayout layout = StateLayout.of(model.forward(1, stride, stride), Trainer.frozen(options));
        MemoryNeed need = MemoryNeed.of(model, layout, plan, TrainingData.batches(options, imageSize, stride,
                TrainingData.valCapacity(content.valObjects(), batch)), WorkspaceModel.none());
        String run = "%s, %d %s, %d px, batch %d%s, %s, %s, %s".formatted(model.name(), model.head().classes(),
                model.head().classes() == 1 ? "class" : "classes", imageSize, batch,
                accumulated > 1 ? " accumulated " + accumulated + " times" : "", rule.name().toLowerCase(Locale.ROOT),
                precision.text(), content.text());
        return PlanReports.of(run, need);
    }
}
