package io.yolofit.base;

/// A failure that the user can fix. The message is `where: what; remedy`, without the parts that are empty.
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
        super((where.isEmpty() ? "" : where + ": ") + what + (remedy.isEmpty() ? "" : "; " + remedy), cause);
        this.what = what;
        this.where = where;
        this.remedy = remedy;
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
