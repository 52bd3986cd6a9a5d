package io.yolofit.data.files;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads text files that users wrote: UTF-8, with or without byte order mark. Other encodings are detected and named.
public final class UserText {
    private static final int BYTE_ORDER_MARK = 0xfeff;
    private static final String REMEDY = "save it as UTF-8";

    private UserText() {
    }

    /// A file whose content is not UTF-8 text. The message says what it is, without the name of the file.
    public static final class EncodingException extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String remedy;

        private EncodingException(String what, String remedy) {
            super(remedy.isEmpty() ? what : what + ": " + remedy);
            this.remedy = remedy;
        }

        /// What to do about it, with which the message ends; may be empty.
        public String remedy() {
            return remedy;
        }
    }

    /// The text, without byte order mark. Throws [EncodingException] if the file is not UTF-8.
    public static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (isUtf16(bytes)) {
            throw new EncodingException("is UTF-16 text", REMEDY);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new EncodingException("is not UTF-8 text (byte 0x%02x in line %d)".formatted(
                    bytes[in.position()], line(bytes, in.position())), REMEDY);
        }
        String text = out.flip().toString();
        if (text.indexOf(0) >= 0) {
            throw new EncodingException("is not text: it has zero bytes", "");
        }
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /// By byte order mark, or by zero bytes in one half of the character pairs: nearly all of UTF-16 text in ASCII.
    private static boolean isUtf16(byte[] bytes) {
        if (bytes.length < 2 || bytes.length % 2 != 0) {
            return false;
        }
        int mark = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        int[] zeros = new int[2];
        for (int i = 0; i < bytes.length; i++) {
            zeros[i % 2] += bytes[i] == 0 ? 1 : 0;
        }
        int pairs = bytes.length / 2;
        return mark == BYTE_ORDER_MARK || mark == 0xfffe || zeros[0] == 0 && zeros[1] > pairs / 2
                || zeros[1] == 0 && zeros[0] > pairs / 2;
    }

    private static int line(byte[] bytes, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}
