package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeTextTest {

    @Test
    void blanksCommentsAndLiteralsAndKeepsPositions() {
        String text = """
                int a = 1; // not { code
                String b = "a \\" } b"; /* { over
                two lines */ char c = '"', d = '\\'', e = '{';
                /// Markdown { docs
                int f = 6 / 3;
                """;
        assertThat(CodeText.syntaxOf(text)).hasSameSizeAs(text).satisfies(code -> {
            assertThat(code.replaceAll(" +", " ")).isEqualTo("""
                    int a = 1;\s
                    String b = ;\s
                     char c = , d = , e = ;
                    \s
                    int f = 6 / 3;
                    """);
            assertThat(code.indexOf("int f")).isEqualTo(text.indexOf("int f"));
        });
    }

    @Test
    void aTextBlockEndsAtItsThreeQuotesOnly() {
        String quotes = "\"\"\"";
        String text = "String s = " + quotes + "\n { \"quoted\" \\" + quotes + " // {\n" + quotes + "; int x;";
        assertThat(CodeText.syntaxOf(text).replaceAll("\\s+", " ")).isEqualTo("String s = ; int x;");
    }

    @Test
    void commentMarksInsideStringsAreNotComments() {
        String text = "String url = \"https://example.org\"; // a comment\nint x;";
        assertThat(CodeText.withoutComments(text)).startsWith("String url = \"https://example.org\"; ")
                .doesNotContain("comment").endsWith("\nint x;");
    }

    @Test
    void unfinishedPiecesRunToTheEnd() {
        assertThat(CodeText.syntaxOf("a \"b")).isEqualTo("a   ");
        assertThat(CodeText.syntaxOf("a /* b")).isEqualTo("a     ");
        assertThat(CodeText.syntaxOf("a \"b\\")).isEqualTo("a    ");
    }
}
