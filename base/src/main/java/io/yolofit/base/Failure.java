package io.yolofit.base;

import java.util.regex.Pattern;

/// The text of a failure for the user, and its parts for programs.
///
/// @param message all of it
/// @param what    is wrong
/// @param where   it is: a file, an option, a device; may be empty
/// @param remedy  what to do about it; may be empty
public record Failure(String message, String what, String where, String remedy) {
    private static final Pattern SEPARATOR = Pattern.compile("(; or|[:;.])? $");

    /// The message `where: what; remedy`, without the parts that are empty.
    public static Failure at(Object where, String what, String remedy) {
        String place = where.toString();
        return new Failure((place.isEmpty() ? "" : place + ": ") + what + (remedy.isEmpty() ? "" : "; " + remedy), what,
                place, remedy);
    }

    /// The same message, which implies a remedy.
    public Failure withRemedy(String implied) {
        return new Failure(message, what, where, implied);
    }

    /// A message that names the place itself: `text; remedy`, or the text alone if it ends with the remedy.
    public static Failure naming(Object where, String text, String remedy) {
        boolean complete = !remedy.isEmpty() && text.endsWith(remedy);
        String what = complete ? SEPARATOR.matcher(text.substring(0, text.length() - remedy.length())).replaceFirst("")
                : text;
        return new Failure(complete || remedy.isEmpty() ? text : text + "; " + remedy, what, where.toString(), remedy);
    }
}
