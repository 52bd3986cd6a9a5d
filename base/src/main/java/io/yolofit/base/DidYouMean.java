package io.yolofit.base;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// Suggests corrections for a mistyped name: an option, a block, a model, a file.
public final class DidYouMean {
    private static final int LETTERS_PER_ERROR = 3;
    private static final int SHORTEST_PREFIX = 3;

    private DidYouMean() {
    }

    /// The candidates with the smallest Damerau-Levenshtein distance to the word, if that is at most one error per
    /// three letters; otherwise those of which one is a prefix of the other; otherwise none. Case is ignored, and `-`
    /// equals `_`. Candidates keep their order.
    public static List<String> to(String word, Collection<String> candidates) {
        String typed = normalized(word);
        var byDistance = new TreeMap<Integer, List<String>>();
        for (String candidate : candidates) {
            byDistance.computeIfAbsent(distance(typed, normalized(candidate)), _ -> new ArrayList<>()).add(candidate);
        }
        if (byDistance.isEmpty() || typed.isEmpty()) {
            return List.of();
        }
        int mostErrors = Math.max(1, typed.length() / LETTERS_PER_ERROR);
        if (byDistance.firstKey() <= mostErrors) {
            return List.copyOf(byDistance.firstEntry().getValue());
        }
        return candidates.stream().filter(candidate -> sharesPrefix(typed, normalized(candidate))).toList();
    }

    /// `; did you mean a or b?`, or an empty string if no candidate is close.
    public static String question(String word, Collection<String> candidates) {
        List<String> suggestions = to(word, candidates);
        return suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
    }

    private static String normalized(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    private static boolean sharesPrefix(String a, String b) {
        return Math.min(a.length(), b.length()) >= SHORTEST_PREFIX && (a.startsWith(b) || b.startsWith(a));
    }

    /// Insertions, deletions, substitutions and swaps of adjacent letters that turn a into b (optimal string
    /// alignment: no substring is edited twice).
    public static int distance(String a, String b) {
        int[][] errors = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            errors[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            errors[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(errors[i - 1][j - 1] + substitution,
                        1 + Math.min(errors[i - 1][j], errors[i][j - 1]));
                boolean swapped = i > 1 && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                errors[i][j] = swapped ? Math.min(best, errors[i - 2][j - 2] + 1) : best;
            }
        }
        return errors[a.length()][b.length()];
    }
}
