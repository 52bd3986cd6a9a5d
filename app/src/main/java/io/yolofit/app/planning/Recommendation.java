package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;

import io.yolofit.api.model.ModelInput;
import io.yolofit.app.console.Units;
import io.yolofit.app.report.Advice;
import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.advice.AdviceRules;
import io.yolofit.train.advice.Hardware;
import io.yolofit.train.advice.ObjectSizes;
import io.yolofit.train.advice.Rule;
import io.yolofit.train.advice.Situation;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.RunTimes;
import io.yolofit.train.plan.search.DeviceRun;
import io.yolofit.train.plan.search.PlannedRun;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The strategy for a data set and a device in ten lines and one command. Model, image size and the rest follow the
/// rules of `advice.yaml`; batch size, accumulation and recomputation are those of the budget search.
public final class Recommendation {
    private static final int SIZE = 640;
    private static final int STRIDE = 32;
    private static final double SMALL_SHARE = .1;
    private static final int WORKERS = 8;
    /// Scales of models, the largest first.
    private static final String SCALES = "xlmsn";
    private static final String BATCH = "batch";
    private static final double MILLIS_PER_HOUR = 3.6e6;

    private Recommendation() {}

    /// No model of the recommended family fits the device.
    public static final class NoModelFits extends YoloFitException {
        private static final long serialVersionUID = 1L;

        private NoModelFits(String what) {
            super(what, "", "see `yolofit plan model=yolov8n gpus=all` for GPUs that suffice");
        }
    }

    /// A model with its run on the device.
    ///
    /// @param refused larger models that do not fit, for the user
    private record Choice(String model, DeviceRun run, String refused) {
    }

    /// The recommendation for a device.
    ///
    /// @param given      options of `advise`
    /// @param hostMemory bytes of main memory, which a cache of decoded images shares with everything else
    /// @throws NoModelFits if no model of the recommended family fits
    public static Advice of(Options given, AdviceDevice device, long hostMemory, Messages log)
            throws IOException {
        Dataset dataset = DataSource.load(Path.of(given.get(DATA)), log::line);
        TrainingImages images = TrainingImages.scan(dataset, parsed(given, "yolov8n", List.of()), SIZE, STRIDE,
                log::line);
        List<LabeledImage> train = images.train().images();
        double small = ObjectSizes.side(train, SMALL_SHARE, SIZE);
        var situation = new Situation(device.hardware(), train.size(), small, 0);
        String size = AdviceRules.option(AdviceRules.of(situation), "imgsz");
        List<LabeledImage> all = Stream.concat(train.stream(), images.val().images().stream()).toList();
        long decoded = CacheEstimate.of(all, Integer.parseInt(size), CacheMode.RAM, CacheFolder.path())
                .bytesNeeded();
        List<Rule> rules = AdviceRules.of(situation.withCache((double) decoded / hostMemory));
        Choice choice = choice(given, device, images, AdviceRules.option(rules, "model"), size, dataset.classes());
        List<Advice.Line> lines = new ArrayList<>();
        lines.add(new Advice.Line("device", device.name(), device.hardware().title()));
        lines.add(new Advice.Line("data", Units.count(train.size()) + " training images, "
                + Units.count(images.train().instances()) + " objects", "the smallest tenth is below "
                + Units.fixed(small, 0) + " px at 640 px"));
        String workers = workers(rules);
        for (Rule rule : rules) {
            boolean isCache = rule.topic().equals("cache");
            lines.add(new Advice.Line(rule.topic(), (rule.options().containsKey("model") ? choice.model
                    + choice.refused : rule.text()) + (isCache ? ", workers=" + workers : ""), rule.reason()
                    + (isCache ? " (" + Units.bytes(decoded) + " decoded)" : "")));
            if (rule.topic().equals("weights")) {
                lines.add(batch(choice, device));
            }
        }
        return new Advice(device.name(), lines, command(given, choice, device, size, rules, workers));
    }

    /// The largest model up to the recommended one whose run fits.
    private static Choice choice(Options given, AdviceDevice device, TrainingImages images, String recommended,
            String size, int classes) {
        String family = recommended.substring(0, recommended.length() - 1);
        String scales = SCALES.substring(SCALES.indexOf(recommended.charAt(recommended.length() - 1)));
        StringBuilder refused = new StringBuilder();
        DeviceRun run = null;
        for (char scale : scales.toCharArray()) {
            String name = family + scale;
            Options options = parsed(given, name, List.of("imgsz=" + size, BATCH + "=-1"));
            Model model = ModelInput.architecture(options, OptionalInt.of(classes));
            run = DeviceRun.compare(options, model, images.facts(), List.of(device.target())).getFirst();
            if (run.run().isPresent()) {
                return new Choice(name, run, refused.toString());
            }
            refused.append(refused.isEmpty() ? " instead of " : ", ").append(name).append(", which does not fit");
        }
        throw new NoModelFits("no model of the family " + family + " fits at imgsz=" + size + ": " + run.reason());
    }

    private static Options parsed(Options given, String model, List<String> more) {
        List<String> words = new ArrayList<>(List.of("data=" + given.get(DATA), "model=" + model));
        words.addAll(more);
        if (given.isChosen(MEMORY)) {
            words.add("memory=" + given.get(MEMORY).text());
        }
        return OptionsParser.parse(Mode.PLAN, words);
    }

    private static Advice.Line batch(Choice choice, AdviceDevice device) {
        PlannedRun run = choice.run.run().orElseThrow();
        RunSpec.Schedule schedule = ((RunSpec) run.plan().spec()).schedule();
        RunTimes times = run.plan().times().orElseThrow();
        String rate = !device.timed() ? "" : ", about " + Units.rate(times.images(), "img")
                + (times.hours().isEmpty() ? "" : " and "
                + Units.duration(Duration.ofMillis(Math.round(times.hours().getAsDouble() * MILLIS_PER_HOUR))) + " for "
                + schedule.epochs() + " epochs, without data loading");
        return new Advice.Line(BATCH, "batch=" + schedule.batch() + " x " + schedule.accumulate()
                + " accumulated, recompute=" + run.options().get(RECOMPUTE).text(),
                "the fastest that fits: " + Units.bytes(run.plan().memory().total()) + rate);
    }

    private static String workers(List<Rule> rules) {
        return rules.stream().filter(rule -> rule.options().containsKey("workers")).findFirst()
                .map(rule -> rule.options().get("workers"))
                .orElseGet(() -> String.valueOf(Math.min(WORKERS, Runtime.getRuntime().availableProcessors())));
    }

    private static String command(Options given, Choice choice, AdviceDevice device, String size, List<Rule> rules,
            String workers) {
        String data = given.get(DATA);
        PlannedRun run = choice.run.run().orElseThrow();
        String batch = device.hardware() == Hardware.CPU
                ? String.valueOf(((RunSpec) run.plan().spec()).schedule().batch()) : "-1";
        String cache = rules.stream().filter(rule -> rule.options().containsKey("cache")).findFirst()
                .map(rule -> " cache=" + rule.options().get("cache")).orElse("");
        return "yolofit train data=" + (data.contains(" ") ? "'" + data + "'" : data) + " model=" + choice.model
                + " imgsz=" + size + " batch=" + batch + (given.isChosen(MEMORY) ? " memory=" + given.get(MEMORY).text()
                : "") + cache + " workers=" + workers;
    }
}
