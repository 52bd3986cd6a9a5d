package io.yolofit.zoo.head;

import io.yolofit.zoo.architecture.Architecture;
import io.yolofit.zoo.architecture.ArchitectureException;
import io.yolofit.zoo.architecture.Arguments;
import io.yolofit.zoo.architecture.LayerSpec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Heads by the names of their blocks. A head is the last row of a model file.
public final class HeadCatalog {
    private static final String DETECT = "Detect";
    private static final String V10 = "v10Detect";
    private static final String GROUPED = "DDetect";
    private static final String DUAL = "DualDDetect";
    private static final Set<String> NAMES = Set.of(DETECT, V10, GROUPED, DUAL);

    private static final String CLASSES = "classes";
    private static final String ANY_CLASSES = "nc";
    private static final String BINS = "bins";
    private static final String END_TO_END = "end_to_end";
    private static final String DEPTHWISE = "depthwise";
    private static final List<String> FIELDS = List.of(CLASSES);
    private static final List<String> DETECT_FIELDS = List.of(CLASSES, BINS, END_TO_END, DEPTHWISE);
    /// Blocks whose families have depthwise class convolutions in their heads.
    private static final Set<String> WITH_DEPTHWISE_HEADS = Set.of("C3k2", "C2fCIB", "A2C2f");

    private HeadCatalog() {
    }

    /// Names of the blocks.
    public static Set<String> names() {
        return new TreeSet<>(NAMES);
    }

    /// The kind of a model's last row.
    ///
    /// The argument `classes` is a number or `nc`, and its value is ignored, because the number of classes is known
    /// from the data. `Detect` also takes `bins`, `end_to_end` and `depthwise` (class convolutions); the last one is
    /// true by default for end-to-end heads and for models with blocks of newer families.
    ///
    /// @throws ArchitectureException if the row is no head or has wrong arguments
    static HeadKind of(Architecture architecture) {
        LayerSpec row = architecture.layers().getLast();
        if (!NAMES.contains(row.block())) {
            throw new ArchitectureException("the last row must be Detect, but is " + row.block(), row.origin(),
                    "add {block: Detect, from: [..]} with the rows that are levels");
        }
        Arguments arguments = row.arguments().bind(row.block(), row.block().equals(DETECT) ? DETECT_FIELDS : FIELDS);
        String classes = arguments.word(CLASSES, ANY_CLASSES);
        if (!classes.equals(ANY_CLASSES) && !classes.matches("\\d+")) {
            throw new ArchitectureException("'classes' must be a whole number or nc, but is '" + classes + "'",
                    row.origin(), "");
        }
        HeadKind kind = switch (row.block()) {
            case V10 -> HeadKind.endToEnd(HeadStyle.DEPTHWISE, HeadKind.BINS);
            case GROUPED -> HeadKind.single(HeadStyle.GROUPED, HeadKind.BINS);
            case DUAL -> HeadKind.dual();
            default -> detect(architecture, arguments);
        };
        if (kind.separateInputs() && row.from().size() % kind.branches().size() != 0) {
            throw new ArchitectureException(row.block() + " divides its rows among " + kind.branches().size()
                    + " branches, but 'from' names " + row.from().size(), row.origin(),
                    "give as many rows for each branch");
        }
        return kind;
    }

    private static HeadKind detect(Architecture architecture, Arguments arguments) {
        int bins = arguments.integer(BINS, 1, HeadKind.BINS);
        boolean endToEnd = arguments.flag(END_TO_END, false);
        boolean newer = architecture.layers().stream().anyMatch(layer -> WITH_DEPTHWISE_HEADS.contains(layer.block()));
        HeadStyle style = arguments.flag(DEPTHWISE, endToEnd || newer) ? HeadStyle.DEPTHWISE : HeadStyle.PLAIN;
        return endToEnd ? HeadKind.endToEnd(style, bins) : HeadKind.single(style, bins);
    }
}
