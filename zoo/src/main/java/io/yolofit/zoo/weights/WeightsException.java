package io.yolofit.zoo.weights;

/// A weights file could not be read or written. The message says what is wrong with which numbers, where (file, tensor,
/// byte) and what to do. Nothing is half read: whoever catches this has no partial result.
public final class WeightsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_PART_LENGTH = 1000;

    /// `place` is the file, and within it the tensor or byte; `remedy` what the user can do; `cause` may be null.
    public WeightsException(String problem, String place, String remedy, Throwable cause) {
        super("%s%n    in  %s%n    try %s".formatted(clip(problem), clip(place), remedy), cause);
    }

    /// As above, for a problem found in the content, with no exception behind it.
    public WeightsException(String problem, String place, String remedy) {
        this(problem, place, remedy, null);
    }

    /// Names in a damaged file can be megabytes long.
    private static String clip(String text) {
        return text.length() <= MAX_PART_LENGTH ? text : text.substring(0, MAX_PART_LENGTH) + " ...";
    }
}
