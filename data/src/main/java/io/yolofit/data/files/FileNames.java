package io.yolofit.data.files;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;

/// Operations on file names that keep the bytes of a name. The JVM decodes names with `sun.jnu.encoding`; bytes that
/// are invalid there (a name in Latin-1 from an old archive) become replacement characters in [Path#toString()], and
/// the string no longer names the file. A [Path] from a folder listing has the original bytes, and so has its URI.
public final class FileNames {
    private static final String URI_PREFIX = "file:///";

    private FileNames() {
    }

    /// The file's sibling with the same stem and another extension, such as `.txt`.
    public static Path withExtension(Path file, String extension) {
        String name = file.getFileName().toString();
        if (isExact(file.getFileName())) {
            return file.resolveSibling(stem(name) + extension);
        }
        return file.resolveSibling(Path.of(URI.create(URI_PREFIX + stem(rawName(file)) + extension)).getFileName());
    }

    /// The name without its last extension.
    public static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /// The extension in lower case, without the dot; empty if there is none.
    public static String extension(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
    }

    /// A key that is equal for names which differ only in case or in Unicode normalization (NFC on most systems, NFD in
    /// archives from macOS).
    public static String key(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /// A text from which [#parse(String)] makes an equal path: the path itself, or its URI if the text would not name
    /// the file.
    public static String text(Path path) {
        return isExact(path) ? path.toString() : path.toUri().toString();
    }

    /// The path of a [#text(Path)].
    public static Path parse(String text) {
        return text.startsWith(URI_PREFIX) ? Path.of(URI.create(text)) : Path.of(text);
    }

    private static boolean isExact(Path path) {
        try {
            return Path.of(path.toString()).equals(path);
        } catch (InvalidPathException e) { // characters that the JVM's locale cannot encode
            return false;
        }
    }

    /// The percent-encoded bytes of the file's name.
    private static String rawName(Path file) {
        String raw = file.toUri().getRawPath();
        return raw.substring(raw.lastIndexOf('/', raw.length() - 2) + 1);
    }
}
