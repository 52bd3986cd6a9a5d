package io.yolofit.base;

/// A failure that the user can fix: the root of all unchecked exceptions of YoloFit that users meet. The message is
/// `where: what; remedy`, without the parts that are empty, unless a [Failure] has a text of its own.
public class YoloFitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String remedy;

    /// @param what   is wrong
    /// @param where  it is: a file, an option, a device; may be empty
    /// @param remedy what to do about it; may be empty
    public YoloFitException(String what, String where, String remedy) {
        this(what, where, remedy, null);
    }

    /// @param cause may be null
    public YoloFitException(String what, String where, String remedy, Throwable cause) {
        this(Failure.at(where, what, remedy), cause);
    }

    public YoloFitException(Failure failure) {
        this(failure, null);
    }

    /// @param cause may be null
    public YoloFitException(Failure failure, Throwable cause) {
        super(failure.message(), cause);
        what = failure.what();
        where = failure.where();
        remedy = failure.remedy();
    }

    /// What is wrong.
    public String what() {
        return what;
    }

    /// Where: a file, an option, a device; may be empty.
    public String where() {
        return where;
    }

    /// What to do about it; may be empty.
    public String remedy() {
        return remedy;
    }
}
