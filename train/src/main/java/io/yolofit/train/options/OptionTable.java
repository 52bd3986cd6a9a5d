package io.yolofit.train.options;

import static io.yolofit.train.options.Mode.DOCTOR;
import static io.yolofit.train.options.Mode.IMPORT;
import static io.yolofit.train.options.Mode.INFO;
import static io.yolofit.train.options.Mode.PLAN;
import static io.yolofit.train.options.Mode.PREDICT;
import static io.yolofit.train.options.Mode.TRAIN;
import static io.yolofit.train.options.Mode.VAL;
import static io.yolofit.train.options.OptionGroup.AUGMENTATION;
import static io.yolofit.train.options.OptionGroup.EVALUATION;
import static io.yolofit.train.options.OptionGroup.MACHINE;
import static io.yolofit.train.options.OptionGroup.MODEL_AND_DATA;
import static io.yolofit.train.options.OptionGroup.OPTIMIZATION;
import static io.yolofit.train.options.OptionGroup.OUTPUT;
import static io.yolofit.train.options.OptionGroup.TRAINING;

import io.yolofit.train.options.OptionType.BooleanType;
import io.yolofit.train.options.OptionType.ChoiceType;
import io.yolofit.train.options.OptionType.IntegerListType;
import io.yolofit.train.options.OptionType.IntegerType;
import io.yolofit.train.options.OptionType.RealType;
import io.yolofit.train.options.OptionType.TextType;
import io.yolofit.train.options.OptionType.ToggleType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every option there is, once: name, type and range, default, group, modes, help. Names and defaults are the recipe's.
///
/// The order of the constants is the order of the help and of `args.yaml`.
public final class OptionTable {
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final Set<Mode> RUNS = Set.of(TRAIN, VAL, PREDICT);
    private static final Set<Mode> ON_A_MACHINE = Set.of(TRAIN, VAL, PREDICT, PLAN);
    private static final Set<Mode> ON_DATA = Set.of(TRAIN, VAL);
    private static final Set<Mode> SHAPES_TRAINING = Set.of(TRAIN, PLAN);
    private static final Set<Mode> INFERS = Set.of(VAL, PREDICT);
    private static final Set<Mode> TRAINING_ONLY = Set.of(TRAIN);

    // Model and data
    public static final Option<String> MODEL = text("model", "a model name or file",
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PREDICT, PLAN, IMPORT, INFO),
            "model name (yolov8n), architecture (.yaml) or weights (.pt, .safetensors)")
            .required(TRAIN, VAL, PREDICT, PLAN, IMPORT);
    public static final Option<String> ARCHITECTURE = text("architecture", "a model name or file",
            MODEL_AND_DATA, Set.of(IMPORT), "model (yolov8n, .yaml) of a checkpoint that has tensors only");
    public static final Option<String> DATA = text("data", "a dataset file",
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PLAN, INFO), "dataset description (.yaml)").required(TRAIN, VAL);
    public static final Option<String> SOURCE = text("source", "a path",
            MODEL_AND_DATA, Set.of(PREDICT), "image, folder of images or list of images (.txt)").required(PREDICT);
    public static final Option<Integer> IMGSZ = integer("imgsz", 32, 8192, 640,
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PREDICT, PLAN, INFO), "side of the square input image, pixels");
    public static final Option<Integer> BATCH = integer("batch", 1, 65536, 16,
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PLAN), "images in one step");
    public static final Option<Toggle> PRETRAINED = toggle("pretrained",
            MODEL_AND_DATA, TRAINING_ONLY, "weights to start from: a path, or false");
    public static final Option<Double> FRACTION = real("fraction", above(0).atMost(1), 1.0,
            MODEL_AND_DATA, TRAINING_ONLY, "share of the training images to use");
    public static final Option<SplitChoice> SPLIT = choice("split", List.of(SplitChoice.values()), SplitChoice.VAL,
            MODEL_AND_DATA, Set.of(VAL), "part of the dataset to evaluate");
    public static final Option<Boolean> SINGLE_CLS = bool("single_cls", false,
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PLAN), "treat all classes as one");
    public static final Option<Boolean> RECT = bool("rect", false,
            MODEL_AND_DATA, ON_DATA, "batches of similar aspect ratio with less padding");

    // Run and output
    public static final Option<String> CFG = text("cfg", "a path",
            OUTPUT, ON_A_MACHINE, "file with options (args.yaml); the command line wins over it");
    public static final Option<String> PROJECT = text("project", "a folder", "runs/detect",
            OUTPUT, RUNS, "folder of all runs").orNone();
    public static final Option<String> NAME = text("name", "a folder name", "train",
            OUTPUT, RUNS, "folder of this run; a number is added if it is taken")
            .inMode(VAL, "val").inMode(PREDICT, "predict").orNone();
    public static final Option<String> RESULT = text("output", "a path",
            OUTPUT, Set.of(IMPORT), "file to write (.safetensors); none: beside the model");
    public static final Option<Boolean> EXIST_OK = bool("exist_ok", false,
            OUTPUT, Set.of(TRAIN, VAL, PREDICT, IMPORT), "write into an existing folder or over an existing file");
    public static final Option<Toggle> RESUME = toggle("resume",
            OUTPUT, TRAINING_ONLY, "continue a stopped run: true (the latest) or its last checkpoint");
    public static final Option<Boolean> SAVE = bool("save", true,
            OUTPUT, Set.of(TRAIN, PREDICT), "write checkpoints (train) or annotated images (predict)");
    public static final Option<Integer> SAVE_PERIOD = integer("save_period", -1, UNLIMITED, -1,
            OUTPUT, TRAINING_ONLY, "also keep a checkpoint every so many epochs; below 1: off");
    public static final Option<Boolean> PLOTS = bool("plots", true, OUTPUT, ON_DATA, "draw curves and charts");
    public static final Option<Boolean> SAVE_TXT = bool("save_txt", false,
            OUTPUT, INFERS, "write detections as label files");
    public static final Option<Boolean> SAVE_CONF = bool("save_conf", false,
            OUTPUT, INFERS, "with save_txt: add the confidence to each row");
    public static final Option<Boolean> JSON = bool("json", false,
            OUTPUT, Set.of(VAL, PREDICT, PLAN, INFO, DOCTOR), "print the result as JSON, and nothing else");
    public static final Option<Boolean> VERBOSE = bool("verbose", false,
            OUTPUT, Set.of(Mode.values()), "more output, and the stack trace of errors");

    // Machine
    public static final Option<DeviceChoice> DEVICE = row("device", new OptionType.DeviceType(),
            Optional.of(DeviceChoice.AUTO), MACHINE, ON_A_MACHINE,
            "where to compute; auto: the GPU with most free memory, or the CPU").orNone();
    public static final Option<Integer> THREADS = integer("threads", 0, 4096, 0,
            MACHINE, RUNS, "CPU threads; 0: all cores");
    public static final Option<Integer> WORKERS = integer("workers", 0, 1024, 8,
            MACHINE, ON_DATA, "threads that prepare batches; 0: none beside the main one");
    public static final Option<CacheChoice> CACHE = choice("cache", List.of(CacheChoice.values()), CacheChoice.NONE,
            Optional.of(CacheChoice.RAM), MACHINE, ON_DATA, "keep decoded images in memory or on disk").orNone();
    public static final Option<Boolean> HALF = bool("half", false,
            MACHINE, INFERS, "compute in the device's half precision");
    public static final Option<RecomputeChoice> RECOMPUTE = choice("recompute", List.of(RecomputeChoice.values()),
            RecomputeChoice.DEFAULT, MACHINE, SHAPES_TRAINING,
            "activations to recompute in the backward pass: what is cheap (default on a GPU), or all that saves");

    // Training
    public static final Option<Integer> EPOCHS = integer("epochs", 1, UNLIMITED, 100,
            TRAINING, TRAINING_ONLY, "passes over the training images");
    public static final Option<Double> TIME = realOrNone("time", above(0).atMost(Double.MAX_VALUE),
            TRAINING, TRAINING_ONLY, "most hours to train, instead of epochs");
    public static final Option<Integer> PATIENCE = integer("patience", 0, UNLIMITED, 100,
            TRAINING, TRAINING_ONLY, "stop after so many epochs without a better one; 0: never");
    public static final Option<Integer> SEED = integer("seed", 0, UNLIMITED, 0,
            TRAINING, TRAINING_ONLY, "start of all random numbers");
    public static final Option<Boolean> DETERMINISTIC = bool("deterministic", true,
            TRAINING, TRAINING_ONLY, "runs always are, no effect");
    public static final Option<AmpChoice> AMP = choice("amp", List.of(AmpChoice.values()), AmpChoice.TRUE,
            Optional.of(AmpChoice.TRUE), TRAINING, SHAPES_TRAINING,
            "mixed precision where the device has it, or in that type");
    /// The option `val`.
    public static final Option<Boolean> VAL_EACH_EPOCH = bool("val", true,
            TRAINING, TRAINING_ONLY, "validate after every epoch; the last one always is");
    public static final Option<Integer> CLOSE_MOSAIC = integer("close_mosaic", 0, UNLIMITED, 10,
            TRAINING, TRAINING_ONLY, "no mosaic, mixup, cutmix or copy_paste in the last epochs");
    public static final Option<Double> MULTI_SCALE = real("multi_scale", from(0).below(1), 0.0,
            TRAINING, SHAPES_TRAINING, "vary imgsz by this share from batch to batch");
    public static final Option<List<Integer>> FREEZE = integers("freeze", true,
            TRAINING, SHAPES_TRAINING, "rows of the model that are not trained: the first n, or a list");

    // Optimizer and learning rate
    public static final Option<OptimizerChoice> OPTIMIZER = choice("optimizer", List.of(OptimizerChoice.values()),
            OptimizerChoice.AUTO, OPTIMIZATION, SHAPES_TRAINING, "auto also picks lr0 and momentum");
    public static final Option<Double> LR0 = real("lr0", from(0).atMost(1), 0.01,
            OPTIMIZATION, TRAINING_ONLY, "learning rate at the start");
    public static final Option<Double> LRF = real("lrf", from(0).atMost(1), 0.01,
            OPTIMIZATION, TRAINING_ONLY, "learning rate at the end, as a share of lr0");
    public static final Option<Boolean> COS_LR = bool("cos_lr", false,
            OPTIMIZATION, TRAINING_ONLY, "learning rate falls by a cosine, not a line");
    public static final Option<Double> MOMENTUM = real("momentum", from(0).below(1), 0.937,
            OPTIMIZATION, TRAINING_ONLY, "momentum of SGD and RMSProp, first beta of Adam and AdamW");
    public static final Option<Double> WEIGHT_DECAY = real("weight_decay", from(0).atMost(1), 0.0005,
            OPTIMIZATION, TRAINING_ONLY, "decay of convolution weights");
    public static final Option<Double> WARMUP_EPOCHS = real("warmup_epochs", from(0).atMost(Double.MAX_VALUE), 3.0,
            OPTIMIZATION, TRAINING_ONLY, "epochs of warm-up");
    public static final Option<Double> WARMUP_MOMENTUM = real("warmup_momentum", from(0).below(1), 0.8,
            OPTIMIZATION, TRAINING_ONLY, "momentum when the warm-up begins");
    public static final Option<Double> WARMUP_BIAS_LR = real("warmup_bias_lr", from(0).atMost(1), 0.1,
            OPTIMIZATION, TRAINING_ONLY, "learning rate of biases when the warm-up begins");
    public static final Option<Integer> NBS = integer("nbs", 1, UNLIMITED, 64,
            OPTIMIZATION, SHAPES_TRAINING, "nominal batch: smaller batches are accumulated up to it");

    // Loss
    public static final Option<Double> BOX = gain("box", 7.5, "gain of the box loss");
    public static final Option<Double> CLS = gain("cls", 0.5, "gain of the class loss");
    public static final Option<Double> DFL = gain("dfl", 1.5, "gain of the distribution loss");

    // Augmentation
    public static final Option<Double> HSV_H = share("hsv_h", 0.015, "hue shift, share of the circle");
    public static final Option<Double> HSV_S = share("hsv_s", 0.7, "saturation change, share");
    public static final Option<Double> HSV_V = share("hsv_v", 0.4, "brightness change, share");
    public static final Option<Double> DEGREES = augmentation("degrees", from(0).atMost(180), 0.0,
            "rotation to both sides, degrees");
    public static final Option<Double> TRANSLATE = share("translate", 0.1, "shift, share of the image side");
    public static final Option<Double> SCALE = augmentation("scale", from(0).below(1), 0.5,
            "zoom between 1 - scale and 1 + scale");
    public static final Option<Double> SHEAR = augmentation("shear", from(0).below(90), 0.0,
            "shear to both sides, degrees");
    public static final Option<Double> PERSPECTIVE = augmentation("perspective", from(0).atMost(0.001), 0.0,
            "perspective, per pixel");
    public static final Option<Double> FLIPUD = share("flipud", 0.0, "probability of an upside-down flip");
    public static final Option<Double> FLIPLR = share("fliplr", 0.5, "probability of a left-right flip");
    public static final Option<Double> BGR = share("bgr", 0.0, "probability of swapping red and blue");
    public static final Option<Double> MOSAIC = share("mosaic", 1.0, "probability of joining four images");
    public static final Option<Double> MIXUP = share("mixup", 0.0, "probability of blending two images");
    public static final Option<Double> CUTMIX = share("cutmix", 0.0,
            "probability of pasting a part of another image");
    public static final Option<Double> COPY_PASTE = share("copy_paste", 0.0,
            "probability of pasting objects; needs polygon labels");

    // Evaluation and prediction
    public static final Option<Double> CONF = real("conf", from(0).below(1), 0.001,
            EVALUATION, RUNS, "least confidence of a detection").inMode(PREDICT, 0.25).orNone();
    public static final Option<Double> IOU = real("iou", from(0).atMost(1), 0.7,
            EVALUATION, RUNS, "overlap (IoU) above which the weaker of two detections goes");
    public static final Option<Integer> MAX_DET = integer("max_det", 1, 30_000, 300,
            EVALUATION, RUNS, "most detections in an image");
    public static final Option<List<Integer>> CLASSES = integers("classes", false,
            EVALUATION, INFERS, "classes to keep, by number; none: all");
    public static final Option<Boolean> AGNOSTIC_NMS = bool("agnostic_nms", false,
            EVALUATION, INFERS, "detections of different classes suppress each other");

    private static final List<Option<?>> ALL = List.of(
            MODEL, ARCHITECTURE, DATA, SOURCE, IMGSZ, BATCH, PRETRAINED, FRACTION, SPLIT, SINGLE_CLS, RECT,
            CFG, PROJECT, NAME, RESULT, EXIST_OK, RESUME, SAVE, SAVE_PERIOD, PLOTS, SAVE_TXT, SAVE_CONF, JSON, VERBOSE,
            DEVICE, THREADS, WORKERS, CACHE, HALF, RECOMPUTE,
            EPOCHS, TIME, PATIENCE, SEED, DETERMINISTIC, AMP, VAL_EACH_EPOCH, CLOSE_MOSAIC, MULTI_SCALE, FREEZE,
            OPTIMIZER, LR0, LRF, COS_LR, MOMENTUM, WEIGHT_DECAY, WARMUP_EPOCHS, WARMUP_MOMENTUM, WARMUP_BIAS_LR, NBS,
            BOX, CLS, DFL,
            HSV_H, HSV_S, HSV_V, DEGREES, TRANSLATE, SCALE, SHEAR, PERSPECTIVE, FLIPUD, FLIPLR, BGR,
            MOSAIC, MIXUP, CUTMIX, COPY_PASTE,
            CONF, IOU, MAX_DET, CLASSES, AGNOSTIC_NMS);

    private OptionTable() {}

    /// All options, in table order.
    public static List<Option<?>> all() {
        return ALL;
    }

    /// The options that a mode knows, in table order.
    public static List<Option<?>> of(Mode mode) {
        return ALL.stream().filter(option -> option.modes().contains(mode)).toList();
    }

    /// The option of exactly that name.
    public static Optional<Option<?>> named(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    private static <T> Option<T> row(String name, OptionType<T> type, Optional<T> standard, OptionGroup group,
            Set<Mode> modes, String help) {
        return new Option<>(name, type, standard, Map.of(), false, group, modes, Set.of(), help);
    }

    private static Option<Integer> integer(String name, int low, int high, int standard, OptionGroup group,
            Set<Mode> modes, String help) {
        return row(name, new IntegerType(low, high), Optional.of(standard), group, modes, help);
    }

    private static Option<Double> real(String name, RealType type, double standard, OptionGroup group,
            Set<Mode> modes, String help) {
        return row(name, type, Optional.of(standard), group, modes, help);
    }

    private static Option<Double> realOrNone(String name, RealType type, OptionGroup group, Set<Mode> modes,
            String help) {
        return row(name, type, Optional.empty(), group, modes, help).orNone();
    }

    private static Option<Boolean> bool(String name, boolean standard, OptionGroup group, Set<Mode> modes,
            String help) {
        return row(name, new BooleanType(), Optional.of(standard), group, modes, help);
    }

    private static Option<String> text(String name, String noun, String standard, OptionGroup group, Set<Mode> modes,
            String help) {
        return row(name, new TextType(noun), Optional.of(standard), group, modes, help);
    }

    private static Option<String> text(String name, String noun, OptionGroup group, Set<Mode> modes, String help) {
        return row(name, new TextType(noun), Optional.empty(), group, modes, help).orNone();
    }

    private static Option<Toggle> toggle(String name, OptionGroup group, Set<Mode> modes, String help) {
        return row(name, new OptionType.ToggleType(), Optional.of(Toggle.OFF), group, modes, help).orNone();
    }

    private static Option<List<Integer>> integers(String name, boolean countMeansFirst, OptionGroup group,
            Set<Mode> modes, String help) {
        return row(name, new IntegerListType(countMeansFirst), Optional.of(List.of()), group, modes, help).orNone();
    }

    private static <E extends Enum<E> & Choice> Option<E> choice(String name, List<E> choices, E standard,
            OptionGroup group, Set<Mode> modes, String help) {
        return choice(name, choices, standard, Optional.empty(), group, modes, help);
    }

    private static <E extends Enum<E> & Choice> Option<E> choice(String name, List<E> choices, E standard,
            Optional<E> whenTrue, OptionGroup group, Set<Mode> modes, String help) {
        return row(name, new ChoiceType<>(choices, whenTrue), Optional.of(standard), group, modes, help);
    }

    private static Option<Double> gain(String name, double standard, String help) {
        return real(name, from(0).atMost(Double.MAX_VALUE), standard, OptionGroup.LOSS, TRAINING_ONLY, help);
    }

    private static Option<Double> share(String name, double standard, String help) {
        return augmentation(name, from(0).atMost(1), standard, help);
    }

    private static Option<Double> augmentation(String name, RealType type, double standard, String help) {
        return real(name, type, standard, AUGMENTATION, TRAINING_ONLY, help);
    }

    private static Low from(double low) {
        return new Low(low, false);
    }

    private static Low above(double low) {
        return new Low(low, true);
    }

    /// The lower end of a range, waiting for its upper end.
    private record Low(double value, boolean open) {
        RealType atMost(double high) {
            return new RealType(value, open, high, false);
        }

        RealType below(double high) {
            return new RealType(value, open, high, true);
        }
    }
}
