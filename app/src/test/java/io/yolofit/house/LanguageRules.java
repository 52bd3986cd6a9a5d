package io.yolofit.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Replaces words by terms of the field, for which a reader searches. The words are in no comment, document, message,
/// kernel or name. They are put together from pieces here, so that this file follows its own rule.
final class LanguageRules {
    private static final List<Word> WORDS = List.of(
            new Word("made a" + "gain", "recomputed"),
            new Word("to" + "ld", "reported, read, passed"),
            new Word("de" + "ar", "expensive"),
            new Word("bes" + "ide", "next to, overlapping, in addition to"),
            new Word("beh" + "ind", "after, following"),
            new Word("so ma" + "ny", "n, or the number itself"),
            new Word("with a wo" + "rd", "with a warning, with a message"),
            new Word("without a wo" + "rd", "silently"),
            new Word("who" + "ever", "the caller, the reader"),
            new Word("so far a" + "s", "as far as, where"),
            new Word("comes t" + "o", "is, resolves to"),
            new Word("ri" + "m", "halo"),
            new Word("se" + "am", "halo, boundary"),
            new Word("hope" + "less", "pruned"),
            new Word("gla" + "nce", "coarse timing"));

    /// Standard phrases of the field that contain such a word.
    private static final Pattern ALLOWED = Pattern.compile("(?i)(one|two) steps?\\s+(///\\s*)?beh" + "ind"
            + "|beh" + "ind a (proxy|mirror)");

    /// @param instead what the field says
    private record Word(String text, String instead) {
        /// The words in a sentence, across line ends too, or as a part of a name in camelCase.
        private Pattern pattern() {
            String words = text.replace(" ", "(?:\\s+(?://+|\\*|#)?\\s*)");
            String name = text.contains(" ") ? "" : "|(?<=[a-z0-9])" + capitalized() + "(?![a-z])|\\b" + text
                    + "(?=[A-Z0-9])";
            return Pattern.compile("(?i:\\b" + words + "\\b)" + name);
        }

        private String capitalized() {
            return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        }
    }

    private LanguageRules() {
    }

    static List<Violation> words(List<TextFile> files) {
        List<Violation> offenses = new ArrayList<>();
        for (TextFile file : files) {
            for (Word word : WORDS) {
                word.pattern().matcher(file.text()).results().filter(found -> !isAllowed(file.text(), found))
                        .forEach(found -> offenses.add(new Violation(file.name(), lineOf(file.text(), found.start()),
                                "'" + found.group().replaceAll("\\s+", " ") + "' is not the field's word; it says: "
                                        + word.instead)));
            }
        }
        return offenses;
    }

    private static boolean isAllowed(String text, MatchResult found) {
        return ALLOWED.matcher(text).results().anyMatch(allowed -> allowed.start() <= found.start()
                && found.end() <= allowed.end());
    }

    private static int lineOf(String text, int position) {
        return 1 + (int) text.chars().limit(position).filter(c -> c == '\n').count();
    }
}
