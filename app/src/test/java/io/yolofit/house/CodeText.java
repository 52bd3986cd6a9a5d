package io.yolofit.house;

import java.util.EnumSet;
import java.util.Set;

/// Java text in which comments, string literals or both are blanked out: every character of them but line ends becomes
/// a space, so that positions and lines stay what they were. The quotes of a literal are blanked with it.
final class CodeText {
    private static final Set<Piece> LITERALS = EnumSet.of(Piece.STRING, Piece.TEXT_BLOCK, Piece.CHARACTER);
    private static final Set<Piece> COMMENTS = EnumSet.of(Piece.LINE_COMMENT, Piece.BLOCK_COMMENT);

    private final String text;
    private final Set<Piece> blanked;
    private final StringBuilder result;

    private CodeText(String text, Set<Piece> blanked) {
        this.text = text;
        this.blanked = blanked;
        this.result = new StringBuilder(text.length());
    }

    /// The text without its comments.
    static String withoutComments(String text) {
        return new CodeText(text, COMMENTS).read();
    }

    /// The text without its comments and literals: what is left is syntax.
    static String syntaxOf(String text) {
        Set<Piece> all = EnumSet.copyOf(COMMENTS);
        all.addAll(LITERALS);
        return new CodeText(text, all).read();
    }

    private String read() {
        int at = 0;
        while (at < text.length()) {
            Piece piece = pieceAt(at);
            int end = endOf(piece, at);
            copy(at, end, blanked.contains(piece));
            at = end;
        }
        return result.toString();
    }

    private Piece pieceAt(int at) {
        for (Piece piece : Piece.values()) { // the text block's quotes are tried before the string's
            if (text.startsWith(piece.opening, at)) {
                return piece;
            }
        }
        throw new IllegalStateException("code opens with the empty string, which matches everywhere");
    }

    private int endOf(Piece piece, int start) {
        if (piece == Piece.CODE) {
            return start + 1;
        }
        int at = start + piece.opening.length();
        while (at < text.length() && !text.startsWith(piece.closing, at)) {
            at += piece.hasEscapes() && text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), at + piece.closing.length());
    }

    private void copy(int start, int end, boolean blank) {
        for (char c : text.substring(start, end).toCharArray()) {
            result.append(blank && c != '\n' ? ' ' : c);
        }
    }

    /// The pieces a Java text is made of, in the order in which their openings are to be tried.
    private enum Piece {
        LINE_COMMENT("//", "\n"),
        BLOCK_COMMENT("/*", "*/"),
        TEXT_BLOCK("\"\"\"", "\"\"\""),
        STRING("\"", "\""),
        CHARACTER("'", "'"),
        CODE("", "");

        private final String opening;
        private final String closing;

        Piece(String opening, String closing) {
            this.opening = opening;
            this.closing = closing;
        }

        private boolean hasEscapes() {
            return LITERALS.contains(this);
        }
    }
}
