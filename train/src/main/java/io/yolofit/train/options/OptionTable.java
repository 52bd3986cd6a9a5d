package io.yolofit.train.options;

import static io.yolofit.train.options.Mode.ADVISE;
import static io.yolofit.train.options.Mode.CHECK;
import static io.yolofit.train.options.Mode.DOCTOR;
import static io.yolofit.train.options.Mode.EXPORT;
import static io.yolofit.train.options.Mode.IMPORT;
import static io.yolofit.train.options.Mode.INFO;
import static io.yolofit.train.options.Mode.PLAN;
import static io.yolofit.train.options.Mode.PREDICT;
import static io.yolofit.train.options.Mode.TRAIN;
import static io.yolofit.train.options.Mode.VAL;
import static io.yolofit.train.options.Option.Group.AUGMENTATION;
import static io.yolofit.train.options.Option.Group.EVALUATION;
import static io.yolofit.train.options.Option.Group.MACHINE;
import static io.yolofit.train.options.Option.Group.MODEL_AND_DATA;
import static io.yolofit.train.options.Option.Group.OPTIMIZATION;
import static io.yolofit.train.options.Option.Group.OUTPUT;
import static io.yolofit.train.options.Option.Group.TRAINING;

import io.yolofit.train.options.Option.Group;
import io.yolofit.train.options.OptionType.BooleanType;
import io.yolofit.train.options.OptionType.ChoiceType;
import io.yolofit.train.options.OptionType.ImageSizeType;
import io.yolofit.train.options.OptionType.IntegerListType;
import io.yolofit.train.options.OptionType.IntegerType;
import io.yolofit.train.options.OptionType.PathType;
import io.yolofit.train.options.OptionType.RealType;
import io.yolofit.train.options.OptionType.SwitchedRealType;
import io.yolofit.train.options.OptionType.TextType;
import io.yolofit.train.options.OptionType.ToggleType;
import io.yolofit.train.options.OptionType.ValueType;
import io.yolofit.train.options.value.AutoBatch;
import io.yolofit.train.options.value.ImageSchedule;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.options.value.LearningRateScaling;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.options.value.RecomputeAmount;
import io.yolofit.train.options.value.SplitRatio;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All options: name, type and range, default, group, modes, help. Names and defaults follow the recipe.
///
/// The order of the constants is the order of the help and of `args.yaml`.
public final class OptionTable {
    private static final int UNLIMITED = Integer.MAX_VALUE;
    /// `plan` takes every option of `train`, so that it plans exactly the run of the same words.
    private static final Set<Mode> TRAINS = Set.of(TRAIN, PLAN);
    private static final Set<Mode> RUNS = Set.of(TRAIN, VAL, PREDICT, PLAN);
    private static final Set<Mode> ON_DATA = Set.of(TRAIN, VAL, PLAN);
    private static final Set<Mode> INFERS = Set.of(VAL, PREDICT);
    private static final Set<Mode> EXPORTS = Set.of(EXPORT);
    private static final Set<Mode> INFERS_OR_EXPORTS = Set.of(VAL, PREDICT, EXPORT);
    private static final Set<Mode> RUNS_OR_EXPORTS = Set.of(TRAIN, VAL, PREDICT, PLAN, EXPORT);

    // Model and data
    public static final Option<String> MODEL = path("model", "a model name or file",
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PREDICT, PLAN, EXPORT, IMPORT, INFO),
            "model name (yolov8n), architecture (.yaml) or weights (.pt, .safetensors; val, predict: .onnx)")
            .required(TRAIN, VAL, PREDICT, PLAN).alias("weights");
    public static final Option<String> ARCHITECTURE = path("architecture", "a model name or file",
            MODEL_AND_DATA, Set.of(IMPORT), "model (yolov8n, .yaml) of a checkpoint that has tensors only");
    public static final Option<String> DATA = path("data", "a path",
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PLAN, ADVISE, INFO, EXPORT, CHECK),
            "dataset file (.yaml), or annotations to import (.json, folder); val defaults to that of the training")
            .required(TRAIN, ADVISE, CHECK);
    /// The option `data` of import.
    public static final Option<String> ANNOTATIONS = path("data", "a path",
            MODEL_AND_DATA, Set.of(IMPORT),
            "annotations: a file or folder of COCO, VOC, CVAT, Label Studio, LabelMe, CreateML or YOLO");
    public static final Option<String> IMAGES = path("images", "a folder",
            MODEL_AND_DATA, Set.of(IMPORT), "folder of the images; none: near the annotations");
    public static final Option<SplitRatio> RATIO = row("ratio",
            new ValueType<>(SplitRatio::parse, "train,val or train,val,test (0.8,0.2)", SplitRatio::refusal),
            Optional.empty(),
            MODEL_AND_DATA, Set.of(IMPORT),
            "shares of the splits, stratified by class; none: the splits of the source, or else 0.8,0.2").orNone();
    public static final Option<String> NAMES = text("names", "class names separated by commas",
            MODEL_AND_DATA, Set.of(IMPORT),
            "classes to keep, in the order of their numbers; none: all, in the order of the format").orNone();
    public static final Option<Boolean> DIFFICULT = bool("difficult", false,
            MODEL_AND_DATA, Set.of(IMPORT), "keep VOC objects that are marked difficult");
    public static final Option<String> SOURCE = text("source", "a path or pattern",
            MODEL_AND_DATA, Set.of(PREDICT), "image, folder, list of images (.txt) or pattern ('images/*.jpg')")
            .required(PREDICT);
    public static final Option<Integer> IMGSZ = integer("imgsz", 32, 8192, 640,
            MODEL_AND_DATA, Set.of(TRAIN, PLAN, INFO, CHECK), "input image size (side of a square), pixels")
            .alias("img", "img_size");
    public static final Option<ImageSchedule> IMGSZ_SCHEDULE = row("imgsz_schedule",
            new ValueType<>(ImageSchedule::parse, "size:epochs, ... (320:60,640:40)"), Optional.empty(),
            MODEL_AND_DATA, TRAINS,
            "image sizes over the epochs, which replace imgsz and epochs; written imgsz=320:60,640:40").orNone();
    /// The option `imgsz` of inference.
    public static final Option<ImageSize> INFERENCE_SIZE = row("imgsz",
            new ImageSizeType(new IntegerType(32, 8192)), Optional.of(ImageSize.square(640)), MODEL_AND_DATA,
            INFERS_OR_EXPORTS,
            "input image size, pixels: the side of a square, or height,width (val uses the longer side); "
            + "by default that of the training").alias("img", "img_size");
    public static final Option<Integer> BATCH = integer("batch", 1, 65536, 16,
            MODEL_AND_DATA, RUNS_OR_EXPORTS, "batch size, images per step").inMode(PREDICT, 1).inMode(EXPORT, 1)
            .alias("batch_size");
    public static final Option<AutoBatch> AUTO_BATCH = row("auto_batch",
            new ValueType<>(AutoBatch::parse, "-1, auto, auto:<largest>, or a share of the memory (0.7)"),
            Optional.empty(), MODEL_AND_DATA, TRAINS,
            "choose the batch size for the highest speed within memory=, up to nbs; written batch=-1, batch=auto:128, "
            + "batch=0.7").orNone();
    public static final Option<Integer> VAL_BATCH = row("val_batch", new IntegerType(1, 65536), Optional.empty(),
            MODEL_AND_DATA, TRAINS,
            "batch size of validation; none: twice batch, or less where the memory is short").orNone();
    public static final Option<Toggle> PRETRAINED = toggle("pretrained",
            MODEL_AND_DATA, TRAINS, "initial weights: a path, or false");
    public static final Option<Double> DEPTH = realOrNone("depth", above(0).atMost(100),
            MODEL_AND_DATA, Set.of(TRAIN, PLAN, INFO), "multiple of the model's repeats, instead of its scale's");
    public static final Option<Double> WIDTH = realOrNone("width", above(0).atMost(100),
            MODEL_AND_DATA, Set.of(TRAIN, PLAN, INFO), "multiple of the model's widths, instead of its scale's");
    public static final Option<Double> FRACTION = real("fraction", above(0).atMost(1), 1.0,
            MODEL_AND_DATA, TRAINS, "fraction of the training images to use");
    public static final Option<SplitChoice> SPLIT = choice("split", List.of(SplitChoice.values()), SplitChoice.VAL,
            MODEL_AND_DATA, Set.of(VAL), "dataset split to evaluate");
    public static final Option<Boolean> SINGLE_CLS = bool("single_cls", false,
            MODEL_AND_DATA, Set.of(TRAIN, VAL, PLAN), "treat all classes as a single class");
    public static final Option<Boolean> RECT = bool("rect", false,
            MODEL_AND_DATA, ON_DATA, "rectangular batches: group images of similar aspect ratio to reduce padding");

    // Run and output
    public static final Option<String> CFG = path("cfg", "a path",
            OUTPUT, RUNS, "file of options (args.yaml); the command line overrides it");
    public static final Option<String> HYP = path("hyp", "a path",
            OUTPUT, TRAINS, "hyperparameters: " + String.join(", ", CfgFile.presetNames())
            + " or a file; the command line overrides it");
    public static final Option<String> PROJECT = row("project", new PathType("a folder"),
            Optional.of("runs/detect"), OUTPUT, Set.of(TRAIN, VAL, PREDICT, PLAN, Mode.PAGE),
            "parent folder of runs").orNone();
    public static final Option<String> NAME = row("name", new PathType("a folder name", true), Optional.of("train"),
            OUTPUT, RUNS, "folder name of this run; a number is appended if it exists")
            .inMode(VAL, "val").inMode(PREDICT, "predict").orNone();
    public static final Option<String> RESULT = path("output", "a path",
            OUTPUT, Set.of(IMPORT, EXPORT), "output file, or folder for a data set; none: the model's path with the "
            + "extension of the format");
    public static final Option<FormatChoice> FORMAT = choice("format", List.of(FormatChoice.values()),
            FormatChoice.ONNX, OUTPUT, EXPORTS, "file format; safetensors and pt: tensors only; coco: of data=");
    public static final Option<Boolean> LINK = bool("link", false,
            OUTPUT, Set.of(IMPORT, EXPORT), "symbolic links to the images of a data set, instead of copies");
    public static final Option<Integer> OPSET = integer("opset", 13, 22, 17,
            OUTPUT, EXPORTS, "version of the operators of ONNX");
    public static final Option<Boolean> DYNAMIC = bool("dynamic", false,
            OUTPUT, EXPORTS, "ONNX file for any batch and image size");
    public static final Option<Boolean> EXIST_OK = bool("exist_ok", false,
            OUTPUT, Set.of(TRAIN, VAL, PREDICT, PLAN, EXPORT, IMPORT),
            "reuse an existing folder or overwrite an existing file");
    public static final Option<Toggle> RESUME = toggle("resume",
            OUTPUT, TRAINS, "resume a stopped run: true (the latest) or a path to its last checkpoint");
    public static final Option<Boolean> SAVE = bool("save", true,
            OUTPUT, Set.of(TRAIN, PREDICT, PLAN),
            "save a checkpoint of every epoch, not only of the last (train), or annotated images (predict)");
    public static final Option<Integer> SAVE_PERIOD = integer("save_period", -1, UNLIMITED, -1,
            OUTPUT, TRAINS, "save an additional checkpoint every n epochs; below 1: off");
    public static final Option<Boolean> PLOTS = bool("plots", true, OUTPUT, ON_DATA, "save plots");
    public static final Option<PageAddress> PAGE = row("page",
            new ValueType<>(PageAddress::parse, "true, false, a port, a host or host:port"),
            Optional.of(PageAddress.OFF), OUTPUT, Set.of(TRAIN, PLAN, Mode.PAGE),
            "serve a page that shows the run while it trains; on this machine only, unless a host is given")
            .inMode(Mode.PAGE, PageAddress.LOCAL);
    public static final Option<Boolean> TENSORBOARD = bool("tensorboard", false,
            OUTPUT, TRAINS, "write a TensorBoard event file: scalars of every epoch, and the options as text");
    public static final Option<Boolean> SAVE_TXT = bool("save_txt", false,
            OUTPUT, INFERS, "save detections as label files");
    public static final Option<Boolean> SAVE_CONF = bool("save_conf", false,
            OUTPUT, INFERS, "with save_txt: append the confidence to each row");
    public static final Option<Boolean> SAVE_CROP = bool("save_crop", false,
            OUTPUT, Set.of(PREDICT), "save each detected object as an image, by class");
    public static final Option<Boolean> SHOW_LABELS = bool("show_labels", true,
            OUTPUT, Set.of(PREDICT), "draw class names");
    public static final Option<Boolean> SHOW_CONF = bool("show_conf", true,
            OUTPUT, Set.of(PREDICT), "draw confidences after class names");
    public static final Option<Boolean> SHOW_BOXES = bool("show_boxes", true,
            OUTPUT, Set.of(PREDICT), "draw boxes with their labels");
    public static final Option<Integer> LINE_WIDTH = row("line_width", new IntegerType(1, 100), Optional.empty(),
            OUTPUT, Set.of(PREDICT), "line width of boxes, pixels; none: by image size").orNone();
    public static final Option<Boolean> SAVE_JSON = bool("save_json", false,
            OUTPUT, Set.of(VAL), "save detections as predictions.json (COCO results format)");
    public static final Option<Boolean> JSON = bool("json", false,
            OUTPUT, Set.of(VAL, PREDICT, PLAN, ADVISE, IMPORT, INFO, CHECK, DOCTOR), "print the result as JSON only");
    public static final Option<String> REPORT = path("report", "a path",
            OUTPUT, Set.of(PLAN, CHECK), "write the result as one page with charts or pictures (.html)");
    public static final Option<Boolean> VERBOSE = bool("verbose", false,
            OUTPUT, Set.of(Mode.values()), "print stack traces of errors");

    // Machine
    public static final Option<DeviceChoice> DEVICE = row("device", new OptionType.DeviceType(),
            Optional.of(DeviceChoice.AUTO), MACHINE, Set.of(TRAIN, VAL, PREDICT, PLAN, DOCTOR),
            "device to compute on; auto: the GPU with the most free memory, or else the CPU; several (0,1 or "
            + "cpu,cpu) share every batch of train; doctor: an all-reduce between them is checked").orNone();
    public static final Option<Boolean> SYNC_BN = bool("sync_bn", true,
            MACHINE, TRAINS,
            "batch norm over the images of all ranks; false: each rank normalizes with its own");
    public static final Option<Integer> RANK_TIMEOUT = integer("rank_timeout", 1, 86_400, 120,
            MACHINE, Set.of(TRAIN), "seconds without progress of a rank after which all ranks end");
    public static final Option<Integer> THREADS = integer("threads", 0, 4096, 0,
            MACHINE, RUNS, "number of CPU threads; 0: all cores");
    public static final Option<Integer> WORKERS = integer("workers", 0, 1024, 8,
            MACHINE, ON_DATA, "data loading threads; 0: load in the main thread");
    public static final Option<CacheChoice> CACHE = choice("cache", List.of(CacheChoice.values()), CacheChoice.NONE,
            Optional.of(CacheChoice.RAM), MACHINE, ON_DATA, "cache decoded images in memory or on disk").orNone();
    public static final Option<Boolean> HALF = bool("half", false,
            MACHINE, INFERS_OR_EXPORTS, "half precision inference, or half precision weights in the exported file");
    public static final Option<Boolean> TF32 = bool("tf32", true,
            MACHINE, RUNS, "fp32 convolutions on a GPU use TF32 (10 bits of mantissa); false: exact, but far slower");
    public static final Option<RecomputeAmount> RECOMPUTE = row("recompute",
            new ValueType<>(RecomputeAmount::parse, "off|default|max, or a number, 0 to 1"),
            Optional.of(RecomputeAmount.DEFAULT), MACHINE, TRAINS,
            "activation checkpointing (rematerialization), or the share of what max saves; more than default where "
            + "a run does not fit otherwise");
    public static final Option<MemoryLimit> MEMORY = row("memory",
            new ValueType<>(MemoryLimit::parse, "a size (8GB, 8GiB), a share of the device (80%), or free"),
            Optional.of(MemoryLimit.FREE), MACHINE, Set.of(TRAIN, PLAN, ADVISE),
            "limit of the memory of the process on the GPU (on the CPU: of its tensors), validation and checkpoints "
                    + "included");

    public static final Option<String> GPUS = text("gpus", "all, or names such as rtx3060,t4",
            MACHINE, Set.of(PLAN), "plan for GPUs of the catalog, present or not, one line each").orNone();

    public static final Option<List<Integer>> RANKS = integers("ranks", false,
            MACHINE, Set.of(PLAN), "predict the speed of the run on these numbers of GPUs, such as 1,2,4,8");

    public static final Option<String> GPU = text("gpu", "a name such as rtx3060 or 2xrtx3090",
            MACHINE, Set.of(ADVISE), "GPU of the catalog to advise for; none: the GPUs of this machine").orNone();
    public static final Option<Boolean> EDGE = bool("edge", false,
            MACHINE, Set.of(ADVISE), "advise for an embedded device of the Jetson class");

    // Training
    public static final Option<Integer> EPOCHS = integer("epochs", 1, UNLIMITED, 100,
            TRAINING, TRAINS, "number of training epochs");
    public static final Option<Double> TIME = realOrNone("time", above(0).atMost(Double.MAX_VALUE),
            TRAINING, TRAINS, "time limit in hours; overrides epochs");
    public static final Option<Integer> PATIENCE = integer("patience", 0, UNLIMITED, 100,
            TRAINING, TRAINS, "early stopping: epochs without improvement; 0: never");
    public static final Option<Integer> SEED = integer("seed", 0, UNLIMITED, 0,
            TRAINING, Set.of(TRAIN, PLAN, IMPORT), "random seed");
    public static final Option<Boolean> DETERMINISTIC = bool("deterministic", true,
            TRAINING, TRAINS, "no effect: runs are always deterministic");
    public static final Option<AmpChoice> AMP = choice("amp", List.of(AmpChoice.values()), AmpChoice.TRUE,
            Optional.of(AmpChoice.TRUE), TRAINING, TRAINS,
            "automatic mixed precision: the half type of the device, or the given one; auto: mixed or fp32, whichever "
            + "the planner predicts to be faster, as with batch=-1");
    /// The option `val`.
    public static final Option<Boolean> VAL_EACH_EPOCH = bool("val", true,
            TRAINING, TRAINS, "validate after every epoch; the last epoch is always validated");
    public static final Option<Integer> CLOSE_MOSAIC = integer("close_mosaic", 0, UNLIMITED, 10,
            TRAINING, TRAINS, "disable mosaic, mixup, cutmix and copy_paste for the last n epochs");
    public static final Option<Boolean> BALANCED = bool("balanced", false,
            TRAINING, TRAINS, "draw images with rare classes more often, others less (repeat factor sampling)");
    public static final Option<Double> MULTI_SCALE = row("multi_scale",
            new SwitchedRealType(from(0).below(1), 0.5), Optional.of(0.0), TRAINING, TRAINS,
            "vary imgsz per batch by up to this fraction");
    public static final Option<List<Integer>> FREEZE = integers("freeze", true,
            TRAINING, TRAINS, "freeze layers: the first n, or a list of indices");

    // Optimizer and learning rate
    public static final Option<OptimizerChoice> OPTIMIZER = row("optimizer", new ChoiceType<>(
            List.of(OptimizerChoice.values()), Optional.empty(), OptimizerChoice.UNSUPPORTED),
            Optional.of(OptimizerChoice.AUTO), OPTIMIZATION, TRAINS,
            "optimizer; auto also sets lr0 and momentum");
    public static final Option<Double> LR0 = real("lr0", from(0).atMost(1), 0.01,
            OPTIMIZATION, TRAINS, "initial learning rate");
    public static final Option<Double> LRF = real("lrf", from(0).atMost(1), 0.01,
            OPTIMIZATION, TRAINS, "final learning rate as a fraction of lr0");
    public static final Option<Boolean> COS_LR = bool("cos_lr", false,
            OPTIMIZATION, TRAINS, "cosine instead of linear learning-rate decay");
    public static final Option<Double> MOMENTUM = real("momentum", from(0).below(1), 0.937,
            OPTIMIZATION, TRAINS, "momentum of SGD and RMSProp, beta1 of Adam and AdamW");
    public static final Option<Double> WEIGHT_DECAY = real("weight_decay", from(0).atMost(1), 0.0005,
            OPTIMIZATION, TRAINS, "weight decay of convolution weights");
    public static final Option<Double> WARMUP_EPOCHS = real("warmup_epochs", from(0).atMost(Double.MAX_VALUE), 3.0,
            OPTIMIZATION, TRAINS, "warm-up epochs");
    public static final Option<Double> WARMUP_MOMENTUM = real("warmup_momentum", from(0).below(1), 0.8,
            OPTIMIZATION, TRAINS, "momentum at the start of the warm-up");
    public static final Option<Double> WARMUP_BIAS_LR = real("warmup_bias_lr", from(0).atMost(1), 0.1,
            OPTIMIZATION, TRAINS, "learning rate of biases at the start of the warm-up");
    public static final Option<Integer> NBS = integer("nbs", 1, UNLIMITED, 64,
            OPTIMIZATION, TRAINS, "nominal batch size: gradients of smaller batches are accumulated up to it");
    public static final Option<Double> EMA_TAU = real("ema_tau", above(0).atMost(Double.MAX_VALUE), 2000.0,
            OPTIMIZATION, TRAINS,
            "warm-up of the EMA: after n updates its decay is 0.9999 * (1 - exp(-n / ema_tau))");
    public static final Option<Integer> ACCUMULATE = row("accumulate", new IntegerType(1, 65536), Optional.empty(),
            OPTIMIZATION, TRAINS, "batches per update; none: nbs / batch").orNone();
    public static final Option<LearningRateScaling> LR_SCALING = row("lr_scaling",
            new ValueType<>(LearningRateScaling::parse, "linear"), Optional.empty(),
            OPTIMIZATION, TRAINS, "scale lr0 with the images of an update: none, or linear in their ratio to nbs")
            .orNone();

    // Loss
    public static final Option<Double> BOX = gain("box", 7.5, "gain of the box loss");
    public static final Option<Double> CLS = gain("cls", 0.5, "gain of the classification loss");
    public static final Option<Double> DFL = gain("dfl", 1.5, "gain of the distribution focal loss");

    // Augmentation
    public static final Option<Double> HSV_H = share("hsv_h", 0.015, "hue augmentation, fraction of the color circle");
    public static final Option<Double> HSV_S = share("hsv_s", 0.7, "saturation augmentation, fraction");
    public static final Option<Double> HSV_V = share("hsv_v", 0.4, "brightness (value) augmentation, fraction");
    public static final Option<Double> DEGREES = augmentation("degrees", from(0).atMost(180), 0.0,
            "rotation, +/- degrees");
    public static final Option<Double> TRANSLATE = share("translate", 0.1,
            "translation, +/- fraction of the image size");
    public static final Option<Double> SCALE = augmentation("scale", from(0).below(1), 0.5,
            "scale augmentation: factor between 1 - scale and 1 + scale");
    public static final Option<Double> SHEAR = augmentation("shear", from(0).below(90), 0.0,
            "shear, +/- degrees");
    public static final Option<Double> PERSPECTIVE = augmentation("perspective", from(0).atMost(0.001), 0.0,
            "perspective transform, per pixel");
    public static final Option<Double> FLIPUD = share("flipud", 0.0, "probability of a vertical flip");
    public static final Option<Double> FLIPLR = share("fliplr", 0.5, "probability of a horizontal flip");
    public static final Option<Double> BGR = share("bgr", 0.0, "probability of swapping the red and blue channels");
    public static final Option<Double> MOSAIC = share("mosaic", 1.0, "probability of mosaic (four images combined)");
    public static final Option<Double> MIXUP = share("mixup", 0.0, "probability of mixup (two images blended)");
    public static final Option<Double> CUTMIX = share("cutmix", 0.0,
            "probability of cutmix (a patch of another image pasted)");
    public static final Option<Double> COPY_PASTE = share("copy_paste", 0.0,
            "probability of copy-paste of objects; needs polygon labels");

    // Evaluation and prediction
    public static final Option<Double> CONF = real("conf", from(0).below(1), 0.001,
            EVALUATION, RUNS_OR_EXPORTS, "confidence threshold of detections").inMode(PREDICT, 0.25)
            .inMode(EXPORT, 0.25).orNone().alias("conf_thres");
    public static final Option<Double> IOU = real("iou", from(0).atMost(1), 0.7,
            EVALUATION, RUNS_OR_EXPORTS, "IoU threshold of non-maximum suppression (NMS)").alias("iou_thres");
    public static final Option<Integer> MAX_DET = integer("max_det", 1, 30_000, 300,
            EVALUATION, RUNS_OR_EXPORTS, "maximum number of detections per image");
    public static final Option<List<Integer>> CLASSES = integers("classes", false,
            EVALUATION, RUNS, "keep only these classes, by index; val, predict: by default those of the training");
    public static final Option<Boolean> AGNOSTIC_NMS = bool("agnostic_nms", false,
            EVALUATION, INFERS_OR_EXPORTS, "class-agnostic NMS");
    public static final Option<Boolean> NMS = bool("nms", false,
            EVALUATION, INFERS_OR_EXPORTS, "val, predict: NMS for end-to-end models (YOLOv10, YOLO26) too, which need "
            + "none; export: NMS as a part of the model");

    private static final List<Option<?>> ALL = List.of(
            MODEL, ARCHITECTURE, DATA, ANNOTATIONS, IMAGES, RATIO, NAMES, DIFFICULT, SOURCE, IMGSZ, IMGSZ_SCHEDULE,
            INFERENCE_SIZE, BATCH, AUTO_BATCH, VAL_BATCH,
            PRETRAINED, DEPTH, WIDTH, FRACTION, SPLIT, SINGLE_CLS, RECT,
            CFG, HYP, PROJECT, NAME, RESULT, FORMAT, LINK, OPSET, DYNAMIC, EXIST_OK, RESUME, SAVE, SAVE_PERIOD, PLOTS,
            PAGE, TENSORBOARD, SAVE_TXT, SAVE_CONF, SAVE_CROP, SHOW_LABELS, SHOW_CONF, SHOW_BOXES, LINE_WIDTH,
            SAVE_JSON, JSON, REPORT, VERBOSE, DEVICE, SYNC_BN, RANK_TIMEOUT, THREADS, WORKERS, CACHE, HALF, TF32,
            RECOMPUTE, MEMORY, GPUS, RANKS, GPU, EDGE, EPOCHS, TIME, PATIENCE, SEED, DETERMINISTIC, AMP, VAL_EACH_EPOCH,
            CLOSE_MOSAIC, BALANCED, MULTI_SCALE, FREEZE, OPTIMIZER, LR0, LRF, COS_LR, MOMENTUM, WEIGHT_DECAY,
            WARMUP_EPOCHS, WARMUP_MOMENTUM, WARMUP_BIAS_LR, NBS, EMA_TAU, ACCUMULATE, LR_SCALING, BOX, CLS, DFL,
            HSV_H, HSV_S, HSV_V, DEGREES, TRANSLATE, SCALE, SHEAR, PERSPECTIVE, FLIPUD, FLIPLR, BGR, MOSAIC, MIXUP,
            CUTMIX, COPY_PASTE, CONF, IOU, MAX_DET, CLASSES, AGNOSTIC_NMS, NMS);

    /// Options that share the notation of another one: `batch=-1` sets `auto_batch`, `imgsz=320:60` sets
    /// `imgsz_schedule`.
    private static final Map<Option<?>, Option<?>> REQUESTS = Map.of(BATCH, AUTO_BATCH, IMGSZ, IMGSZ_SCHEDULE);

    private OptionTable() {}

    /// The option that is also set through another one, if the mode has it.
    static Optional<Option<?>> request(Option<?> option, Mode mode) {
        return Optional.<Option<?>>ofNullable(REQUESTS.get(option)).filter(other -> other.modes().contains(mode));
    }

    /// The options of a mode of which one is required; empty if there are none.
    public static List<Option<?>> eitherOf(Mode mode) {
        return switch (mode) {
            case INFO, EXPORT -> List.of(MODEL, DATA);
            case IMPORT -> List.of(MODEL, ANNOTATIONS);
            case TRAIN, VAL, PREDICT, PLAN, ADVISE, CHECK, PAGE, DOCTOR -> List.of();
        };
    }

    /// All options, in table order.
    public static List<Option<?>> all() {
        return ALL;
    }

    /// The options of a mode, in table order.
    public static List<Option<?>> of(Mode mode) {
        return ALL.stream().filter(option -> option.modes().contains(mode)).toList();
    }

    /// The option of a mode with that name or alias.
    public static Optional<Option<?>> named(String name, Mode mode) {
        return named(name).stream().filter(option -> option.modes().contains(mode)).findFirst();
    }

    /// The options with that name or alias; a name may have different types in different modes.
    public static List<Option<?>> named(String name) {
        return ALL.stream().filter(option -> option.name().equals(name) || option.aliases().contains(name)).toList();
    }

    private static <T> Option<T> row(String name, OptionType<T> type, Optional<T> standard, Group group,
            Set<Mode> modes, String help) {
        return new Option<>(name, type, standard, Map.of(), false, group, modes, Set.of(), help, Set.of());
    }

    private static Option<Integer> integer(String name, int low, int high, int standard, Group group,
            Set<Mode> modes, String help) {
        return row(name, new IntegerType(low, high), Optional.of(standard), group, modes, help);
    }

    private static Option<Double> real(String name, RealType type, double standard, Group group,
            Set<Mode> modes, String help) {
        return row(name, type, Optional.of(standard), group, modes, help);
    }

    private static Option<Double> realOrNone(String name, RealType type, Group group, Set<Mode> modes,
            String help) {
        return row(name, type, Optional.empty(), group, modes, help).orNone();
    }

    private static Option<Boolean> bool(String name, boolean standard, Group group, Set<Mode> modes,
            String help) {
        return row(name, new BooleanType(), Optional.of(standard), group, modes, help);
    }

    private static Option<String> path(String name, String noun, Group group, Set<Mode> modes, String help) {
        return row(name, new PathType(noun), Optional.empty(), group, modes, help).orNone();
    }

    private static Option<String> text(String name, String noun, Group group, Set<Mode> modes, String help) {
        return row(name, new TextType(noun), Optional.empty(), group, modes, help).orNone();
    }

    private static Option<Toggle> toggle(String name, Group group, Set<Mode> modes, String help) {
        return row(name, new OptionType.ToggleType(), Optional.of(Toggle.OFF), group, modes, help).orNone();
    }

    private static Option<List<Integer>> integers(String name, boolean countMeansFirst, Group group,
            Set<Mode> modes, String help) {
        return row(name, new IntegerListType(countMeansFirst), Optional.of(List.of()), group, modes, help).orNone();
    }

    private static <E extends Enum<E> & Choice> Option<E> choice(String name, List<E> choices, E standard,
            Group group, Set<Mode> modes, String help) {
        return choice(name, choices, standard, Optional.empty(), group, modes, help);
    }

    private static <E extends Enum<E> & Choice> Option<E> choice(String name, List<E> choices, E standard,
            Optional<E> whenTrue, Group group, Set<Mode> modes, String help) {
        return row(name, new ChoiceType<>(choices, whenTrue), Optional.of(standard), group, modes, help);
    }

    private static Option<Double> gain(String name, double standard, String help) {
        return real(name, from(0).atMost(Double.MAX_VALUE), standard, Group.LOSS, TRAINS, help);
    }

    private static Option<Double> share(String name, double standard, String help) {
        return augmentation(name, from(0).atMost(1), standard, help);
    }

    private static Option<Double> augmentation(String name, RealType type, double standard, String help) {
        return real(name, type, standard, AUGMENTATION, TRAINS, help);
    }

    private static Low from(double low) {
        return new Low(low, false);
    }

    private static Low above(double low) {
        return new Low(low, true);
    }

    /// The lower end of a range; a builder for [RealType].
    private record Low(double value, boolean open) {
        RealType atMost(double high) {
            return new RealType(value, open, high, false);
        }

        RealType below(double high) {
            return new RealType(value, open, high, true);
        }
    }
}
