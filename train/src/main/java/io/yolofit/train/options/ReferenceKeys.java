package io.yolofit.train.options;

import static java.util.Map.entry;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys of the reference's `args.yaml`, releases 8.0 to 8.4, that have no counterpart here, with their defaults: other
/// tasks, export, display, and names of older releases.
///
/// At a default, a key has no effect and is accepted anywhere. At another value it is refused on the command line and
/// noted in a file.
final class ReferenceKeys {
    private static final Set<String> NONE = Set.of("none", "null", "~", "");

    /// Defaults by name; more than one where releases differ.
    private static final Map<String, List<String>> DEFAULTS = Map.ofEntries(
            entry("angle", List.of("1.0")),
            entry("augment", List.of("false")),
            entry("auto_augment", List.of("randaugment")),
            entry("boxes", List.of("true")),
            entry("channels_last", List.of("null", "false")),
            entry("cls_pw", List.of("0.0")),
            entry("cls_remap", List.of("true")),
            entry("compile", List.of("false")),
            entry("copy_paste_mode", List.of("flip")),
            entry("crop_fraction", List.of("1.0")),
            entry("dgrad", List.of("0.5")),
            entry("dis", List.of("6.0")),
            entry("distill_model", List.of("null")),
            entry("dlam", List.of("1.0")),
            entry("dlog", List.of("1.0")),
            entry("dnn", List.of("false")),
            entry("dropout", List.of("0.0", "false")),
            entry("dynamic", List.of("false")),
            entry("embed", List.of("null")),
            entry("end2end", List.of("null")),
            entry("erasing", List.of("0.4")),
            entry("fl_gamma", List.of("0.0")),
            entry("format", List.of("torchscript")),
            entry("hide_conf", List.of("false")),
            entry("hide_labels", List.of("false")),
            entry("image_weights", List.of("false")),
            entry("int8", List.of("false")),
            entry("keras", List.of("false")),
            entry("kobj", List.of("1.0")),
            entry("label_smoothing", List.of("0.0")),
            entry("line_thickness", List.of("3")),
            entry("mask_ratio", List.of("4")),
            entry("min_items", List.of("0")),
            entry("min_memory", List.of("false")),
            entry("opset", List.of("null", "17")),
            entry("optimize", List.of("false")),
            entry("overlap_mask", List.of("true")),
            entry("pose", List.of("12.0")),
            entry("profile", List.of("false")),
            entry("quantize", List.of("null")),
            entry("retina_masks", List.of("false")),
            entry("rle", List.of("1.0")),
            entry("save_frames", List.of("false")),
            entry("save_hybrid", List.of("false")),
            entry("show", List.of("false")),
            entry("simplify", List.of("true", "false")),
            entry("stream", List.of("false")),
            entry("stream_buffer", List.of("false")),
            entry("tracker", List.of("botsort.yaml", "bytetrack.yaml", "tracktrack.yaml")),
            entry("v5loader", List.of("false")),
            entry("vid_stride", List.of("1")),
            entry("visualize", List.of("false")),
            entry("upload_dataset", List.of("false")),
            entry("workspace", List.of("null", "4")));

    /// Options here under another name.
    private static final Map<String, String> REPLACEMENTS = Map.of(
            "boxes", "show_boxes=false",
            "hide_conf", "show_conf=false",
            "hide_labels", "show_labels=false",
            "line_thickness", "line_width=");

    /// Keys that the reference writes at the end of its file for information.
    private static final Set<String> INFORMATION = Set.of("save_dir");

    /// Options of this program whose default differs from the reference's.
    private static final Map<String, List<String>> DEFAULTS_OF_OPTIONS = Map.of(
            "nms", List.of("false", "null"),
            "pretrained", List.of("true"),
            "source", List.of("ultralytics/assets/", "ultralytics/assets"));

    private ReferenceKeys() {}

    /// Whether this is a key of the reference without a counterpart here.
    static boolean contains(String name) {
        return DEFAULTS.containsKey(name) || INFORMATION.contains(name);
    }

    /// Whether the reference has this default for a key, so that the value has no effect there.
    static boolean isDefault(String name, String text) {
        return INFORMATION.contains(name)
                || Optional.ofNullable(DEFAULTS.get(name)).or(() -> Optional.ofNullable(DEFAULTS_OF_OPTIONS.get(name)))
                        .orElse(List.of()).stream().anyMatch(value -> isEqual(value, text));
    }

    /// Why a value that is not the default is refused: "is not supported: ...".
    static String refusal(String name) {
        return REPLACEMENTS.containsKey(name)
                ? "is a name of older releases: " + remedy(name)
                : "is not supported; only its default is accepted, " + name + "=" + DEFAULTS.get(name).getFirst();
    }

    /// What to write instead of a key that is refused.
    static String remedy(String name) {
        String replacement = REPLACEMENTS.get(name);
        return replacement != null ? "use " + replacement : "leave it out";
    }

    /// Equal as none, as booleans, as numbers, or as words regardless of case.
    private static boolean isEqual(String value, String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (NONE.contains(value) || NONE.contains(word)) {
            return NONE.contains(value) && NONE.contains(word);
        }
        var booleans = new OptionType.BooleanType();
        boolean isBoolean = value.equals("true") || value.equals("false");
        return value.equals(word)
                || isBoolean && booleans.parse(word).equals(booleans.parse(value))
                || number(value).isPresent() && number(value).equals(number(word));
    }

    private static Optional<BigDecimal> number(String text) {
        try {
            return Optional.of(new BigDecimal(text).stripTrailingZeros());
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
