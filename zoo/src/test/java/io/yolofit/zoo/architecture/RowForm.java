package io.yolofit.zoo.architecture;

import io.yolofit.zoo.head.HeadCatalog;
import io.yolofit.zoo.model.BlockCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Converts a built-in architecture to the form of customary model files, for tests: rows `[from, repeats, block,
/// args]` under `backbone` and `head`, with comments, quotes, Python literals, and the prefix `nn.` of PyTorch modules.
public final class RowForm {
    private static final int BACKBONE_ROWS = 10;

    private RowForm() {
    }

    /// With a list of scales.
    public static String of(Architecture architecture) {
        StringBuilder text = new StringBuilder("# a model\nnc: 80 # number of classes\nscales:\n");
        architecture.scales().values().forEach(scale -> text.append("  ").append(scale.name()).append(": [")
                .append(scale.depth()).append(", ").append(scale.width()).append(", ").append(scale.maxChannels())
                .append("]\n"));
        return text + rows(architecture);
    }

    /// At one scale, by `depth_multiple` and `width_multiple`.
    public static String multiples(Architecture architecture, Scale scale) {
        return "nc: 80\ndepth_multiple: " + scale.depth() + "  # of repeats\nwidth_multiple: " + scale.width() + "\n"
                + rows(architecture);
    }

    private static String rows(Architecture architecture) {
        StringBuilder text = new StringBuilder("\nbackbone:\n  # [from, repeats, module, args]\n");
        for (LayerSpec row : architecture.layers()) {
            text.append(row.index() == BACKBONE_ROWS ? "\nhead:\n" : "").append("  - [").append(from(row)).append(", ")
                    .append(row.repeats()).append(", ").append(block(row)).append(", ").append(arguments(row))
                    .append("] # ").append(row.index()).append('\n');
        }
        return text.toString();
    }

    /// The preceding layer is -1; all others are absolute.
    private static String from(LayerSpec row) {
        List<String> from = row.from().stream().map(source -> source == row.index() - 1 ? "-1" : "" + source).toList();
        return from.size() == 1 ? from.getFirst() : from.toString();
    }

    private static String block(LayerSpec row) {
        return row.block().equals("Upsample") ? "nn.Upsample" : row.block();
    }

    private static String arguments(LayerSpec row) {
        return switch (row.block()) {
            case "Detect" -> "[nc]";
            case "Concat" -> "[1]";
            case "Upsample" -> "[None, 2, \"nearest\"]";
            default -> positions(row);
        };
    }

    /// Positional arguments up to the last given one.
    private static String positions(LayerSpec row) {
        List<String> values = new ArrayList<>();
        for (String name : BlockCatalog.of(row, HeadCatalog.names()).fields()) {
            values.add(row.arguments().has(name) ? word(row.arguments().word(name, "")) : "None");
        }
        while (!values.isEmpty() && values.getLast().equals("None")) {
            values.removeLast();
        }
        return values.stream().collect(Collectors.joining(", ", "[", "]"));
    }

    private static String word(String value) {
        return switch (value) {
            case "true" -> "True";
            case "false" -> "False";
            default -> value;
        };
    }
}
