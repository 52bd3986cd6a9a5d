package io.yolofit.train.options;

import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.options.value.OptionValue;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Parsing and validation of an option's value.
///
/// The text is what a user types after `=`, or the scalar of a YAML file; a YAML list is passed as `[a, b]`.
///
/// @param <T> the Java type of the value
public sealed interface OptionType<T> {
    Set<String> TRUE_WORDS = Set.of("true", "yes", "on", "1");
    Set<String> FALSE_WORDS = Set.of("false", "no", "off", "0");

    /// The value of a text, or empty if the text is not an allowed value.
    Optional<T> parse(String text);

    /// Whether a value set by the program is allowed.
    boolean allows(T value);

    /// The allowed values, to follow "expected": "an integer, 1 or more".
    String expected();

    /// The value as a YAML and JSON type: Integer, Double, Boolean, String or a list of them.
    default Object plain(T value) {
        return value;
    }

    /// Candidates for suggestions if the text is invalid.
    default List<String> words() {
        return List.of();
    }

    /// Why a known but unsupported value is refused; empty for all others.
    default Optional<String> refusal(String text) {
        return Optional.empty();
    }

    /// The value of a bare `--name`, for switches.
    default Optional<T> whenBare() {
        return Optional.empty();
    }

    /// Integers from `low` to `high`, inclusive.
    record IntegerType(int low, int high) implements OptionType<Integer> {
        @Override
        public Optional<Integer> parse(String text) {
            try {
                return Optional.of(Integer.valueOf(text)).filter(this::allows);
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }

        @Override
        public boolean allows(Integer value) {
            return value >= low && value <= high;
        }

        @Override
        public String expected() {
            if (low == Integer.MIN_VALUE && high == Integer.MAX_VALUE) {
                return "an integer";
            }
            return high == Integer.MAX_VALUE ? "an integer, " + low + " or more" : "an integer, " + low + " to " + high;
        }
    }

    /// Real numbers from `low` to `high`; an open end is excluded.
    record RealType(double low, boolean lowOpen, double high, boolean highOpen) implements OptionType<Double> {
        @Override
        public Optional<Double> parse(String text) {
            try {
                return Optional.of(new BigDecimal(text).doubleValue()).filter(this::allows);
            } catch (NumberFormatException _) {
                return Optional.empty(); // BigDecimal rejects NaN, infinity and Java's 1d
            }
        }

        @Override
        public boolean allows(Double value) {
            return Double.isFinite(value)
                    && (lowOpen ? value > low : value >= low)
                    && (highOpen ? value < high : value <= high);
        }

        @Override
        public String expected() {
            if (high == Double.MAX_VALUE) {
                return lowOpen ? "a number above " + shown(low) : "a number, " + shown(low) + " or more";
            }
            if (!lowOpen && !highOpen) {
                return "a number, " + shown(low) + " to " + shown(high);
            }
            return "a number, " + (lowOpen ? "above " : "at least ") + shown(low)
                    + (highOpen ? " and below " : " and at most ") + shown(high);
        }

        private static String shown(double value) {
            return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
        }
    }

    /// Real numbers that other releases wrote as a switch: `false` is 0, `true` is `whenTrue`.
    record SwitchedRealType(RealType real, double whenTrue) implements OptionType<Double> {
        @Override
        public Optional<Double> parse(String text) {
            return real.parse(text)
                    .or(() -> new BooleanType().parse(text).map(on -> on ? whenTrue : 0.0).filter(real::allows));
        }

        @Override
        public boolean allows(Double value) {
            return real.allows(value);
        }

        @Override
        public String expected() {
            return real.expected();
        }

        @Override
        public Object plain(Double value) {
            return real.plain(value);
        }
    }

    /// `true` or `false`; also yes/no, on/off, 1/0.
    record BooleanType() implements OptionType<Boolean> {
        @Override
        public Optional<Boolean> parse(String text) {
            String word = text.toLowerCase(Locale.ROOT);
            return TRUE_WORDS.contains(word) ? Optional.of(true)
                    : FALSE_WORDS.contains(word) ? Optional.of(false)
                    : Optional.empty();
        }

        @Override
        public boolean allows(Boolean value) {
            return true;
        }

        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public List<String> words() {
            return List.of("true", "false");
        }

        @Override
        public Optional<Boolean> whenBare() {
            return Optional.of(true);
        }
    }

    /// One of the words of an enum; also `true` and `false` if `whenTrue` is present.
    ///
    /// @param unsupported words of the reference that are refused by name
    record ChoiceType<E extends Enum<E> & Choice>(List<E> choices, Optional<E> whenTrue, Set<String> unsupported)
            implements OptionType<E> {
        public ChoiceType(List<E> choices, Optional<E> whenTrue) {
            this(choices, whenTrue, Set.of());
        }

        @Override
        public Optional<String> refusal(String text) {
            return unsupported.stream().filter(text::equalsIgnoreCase).findFirst()
                    .map(word -> word + " is not implemented; supported: " + String.join(", ", words()));
        }

        @Override
        public Optional<E> parse(String text) {
            if (whenTrue.isPresent()) {
                Optional<Boolean> flag = new BooleanType().parse(text);
                if (flag.isPresent()) {
                    return flag.get() ? whenTrue : ofWord("false");
                }
            }
            return ofWord(text);
        }

        private Optional<E> ofWord(String text) {
            return choices.stream().filter(choice -> choice.word().equalsIgnoreCase(text)).findFirst();
        }

        @Override
        public boolean allows(E value) {
            return choices.contains(value);
        }

        @Override
        public String expected() {
            String extra = whenTrue.isPresent() && !words().contains("true") ? "|true" : "";
            return String.join("|", words()) + extra;
        }

        @Override
        public Object plain(E value) {
            return switch (value.word()) {
                case "false" -> false;
                case "true" -> true;
                default -> value.word();
            };
        }

        @Override
        public List<String> words() {
            return choices.stream().map(Choice::word).toList();
        }

        @Override
        public Optional<E> whenBare() {
            return whenTrue;
        }
    }

    /// A non-empty text on one line that is a valid path of this system.
    ///
    /// @param isName whether the path must end with a name, so that a root, `.` and `..` are refused
    record PathType(String noun, boolean isName) implements OptionType<String> {
        public PathType(String noun) {
            this(noun, false);
        }

        @Override
        public Optional<String> parse(String text) {
            return Optional.of(expanded(text.strip())).filter(this::allows);
        }

        /// The text with a leading `~/` as the user's home folder: shells do not expand it in quotes, most of them not
        /// after `=`, and files are read without a shell.
        public static String expanded(String text) {
            return text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text;
        }

        @Override
        public boolean allows(String value) {
            if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
                return false;
            }
            try {
                Path path = Path.of(value);
                Path plain = path.normalize();
                return !isName || !path.isAbsolute() && !plain.toString().isEmpty()
                        && !plain.startsWith("..") && !path.endsWith(".") && !path.endsWith("..");
            } catch (InvalidPathException _) {
                return false;
            }
        }

        @Override
        public Optional<String> refusal(String text) {
            try {
                Path path = Path.of(expanded(text.strip()));
                return isName && path.getNameCount() > 1 && (path.isAbsolute() || path.normalize().startsWith(".."))
                        ? Optional.of("would leave the folder of project=; give the other folder as project=")
                        : Optional.empty();
            } catch (InvalidPathException invalid) {
                return Optional.of(reason(invalid));
            }
        }

        /// Why a text is not a path, with advice if the locale of the process cannot encode it.
        public static String reason(InvalidPathException invalid) {
            String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
            boolean encodable = encoding.equalsIgnoreCase("UTF-8") || invalid.getInput().chars().allMatch(c -> c < 128);
            return "is not a valid path: " + invalid.getReason() + (encodable ? ""
                    : "; the locale has the character set " + encoding + ": set LC_ALL=C.UTF-8");
        }

        @Override
        public String expected() {
            return noun;
        }
    }

    /// A non-empty text on one line, such as a glob pattern.
    record TextType(String noun) implements OptionType<String> {
        @Override
        public Optional<String> parse(String text) {
            return Optional.of(text.strip()).filter(this::allows);
        }

        @Override
        public boolean allows(String value) {
            return !value.isBlank() && value.chars().noneMatch(Character::isISOControl);
        }

        @Override
        public String expected() {
            return noun;
        }
    }

    /// Integers from 0: `3`, `0,1,2` or `[0, 1, 2]`. If `countMeansFirst`, a single 3 means `[0, 1, 2]`.
    record IntegerListType(boolean countMeansFirst) implements OptionType<List<Integer>> {
        private static final int MAX_LAYERS = 999;

        @Override
        public Optional<List<Integer>> parse(String text) {
            String inner = inner(text);
            boolean bracketed = inner.length() < text.length();
            if (bracketed && inner.isBlank()) {
                return Optional.of(List.of());
            }
            try {
                List<Integer> numbers = Arrays.stream(inner.split(",", -1)).map(String::strip)
                        .map(Integer::valueOf).toList();
                boolean isCount = countMeansFirst && !bracketed && numbers.size() == 1;
                List<Integer> value = isCount ? firstLayers(numbers.getFirst()) : numbers;
                return Optional.of(value).filter(this::allows);
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }

        /// The text between `[` and `]` or `(` and `)`, if it is enclosed in them.
        private static String inner(String text) {
            boolean enclosed = text.startsWith("[") && text.endsWith("]")
                    || text.startsWith("(") && text.endsWith(")");
            return enclosed ? text.substring(1, text.length() - 1) : text;
        }

        private static List<Integer> firstLayers(int count) {
            if (count < 0 || count > MAX_LAYERS) {
                throw new NumberFormatException("no model has " + count + " layers");
            }
            return IntStream.range(0, count).boxed().toList();
        }

        @Override
        public boolean allows(List<Integer> value) {
            return value.stream().allMatch(number -> number >= 0);
        }

        @Override
        public String expected() {
            return countMeansFirst
                    ? "a number of layers (10) or a list of layers ([0,1,2])" : "a list of integers ([0,1,2])";
        }

        @Override
        public Object plain(List<Integer> value) {
            return new ArrayList<>(value);
        }
    }

    /// An image size: `640` or, as height and width, `480,640` and `[480, 640]`.
    record ImageSizeType(IntegerType side) implements OptionType<ImageSize> {
        @Override
        public Optional<ImageSize> parse(String text) {
            List<Optional<Integer>> sides = Arrays.stream(IntegerListType.inner(text).split(",", -1))
                    .map(String::strip).map(side::parse).toList();
            return sides.size() > 2 || sides.contains(Optional.<Integer>empty()) ? Optional.empty()
                    : Optional.of(new ImageSize(sides.getFirst().orElseThrow(), sides.getLast().orElseThrow()));
        }

        @Override
        public boolean allows(ImageSize value) {
            return side.allows(value.height()) && side.allows(value.width());
        }

        @Override
        public String expected() {
            return side.expected() + ", or height,width";
        }

        @Override
        public Object plain(ImageSize value) {
            return value.height() == value.width() ? value.height() : List.of(value.height(), value.width());
        }
    }

    /// A device: `auto`, `cpu`, several ranks on the CPU, or indices of GPUs.
    record DeviceType() implements OptionType<DeviceChoice> {
        @Override
        public Optional<DeviceChoice> parse(String text) {
            return DeviceChoice.parse(text);
        }

        @Override
        public boolean allows(DeviceChoice value) {
            return true;
        }

        @Override
        public String expected() {
            return "auto|cpu|a GPU index (0)|several (0,1)";
        }

        @Override
        public Optional<String> refusal(String text) {
            return DeviceChoice.refusal(text);
        }

        @Override
        public Object plain(DeviceChoice value) {
            return switch (value) {
                case DeviceChoice.Auto auto -> auto.toString();
                case DeviceChoice.Cpu cpu -> cpu.toString();
                case DeviceChoice.Cpus cpus -> cpus.toString();
                case DeviceChoice.Gpus(var numbers) -> numbers.size() == 1 ? numbers.getFirst()
                        : new ArrayList<>(numbers);
            };
        }

        @Override
        public List<String> words() {
            return List.of("auto", "cpu");
        }
    }

    /// A value with a notation of its own.
    ///
    /// @param expected the allowed values, in words
    /// @param reasons  why a text of the right form is refused; empty for all others
    record ValueType<T extends OptionValue>(Function<String, Optional<T>> parser, String expected,
            Function<String, Optional<String>> reasons) implements OptionType<T> {
        public ValueType(Function<String, Optional<T>> parser, String expected) {
            this(parser, expected, _ -> Optional.empty());
        }

        @Override
        public Optional<String> refusal(String text) {
            return reasons.apply(text);
        }

        @Override
        public Optional<T> parse(String text) {
            return parser.apply(text);
        }

        @Override
        public boolean allows(T value) {
            return parser.apply(value.text()).isPresent();
        }

        @Override
        public Object plain(T value) {
            return value.plain();
        }
    }

    /// `true`, `false` or a path.
    record ToggleType() implements OptionType<Toggle> {
        @Override
        public Optional<Toggle> parse(String text) {
            Optional<Boolean> flag = new BooleanType().parse(text);
            if (flag.isPresent()) {
                return flag.map(on -> on ? Toggle.ON : Toggle.OFF);
            }
            return new PathType("a path").parse(text).map(Toggle::path);
        }

        @Override
        public boolean allows(Toggle value) {
            return true;
        }

        @Override
        public String expected() {
            return "true, false or a path";
        }

        @Override
        public Object plain(Toggle value) {
            return value.path().<Object>map(path -> path).orElse(value.on());
        }

        @Override
        public Optional<Toggle> whenBare() {
            return Optional.of(Toggle.ON);
        }
    }
}
