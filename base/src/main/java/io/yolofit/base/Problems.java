package io.yolofit.base;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The failures of checks that do not depend on each other, which are reported together: a user who mends the first one
/// does not meet the second one in the next attempt.
public final class Problems {
    private final List<YoloFitException> found = new ArrayList<>();

    /// A check that may read files.
    @FunctionalInterface
    public interface Check<T> {
        T get() throws IOException;
    }

    /// A check without a result.
    @FunctionalInterface
    public interface Requirement {
        void require() throws IOException;
    }

    /// Several failures; each is a suppressed exception of this one.
    private static final class Several extends YoloFitException {
        private static final long serialVersionUID = 1L;

        Several(List<YoloFitException> all) {
            super(new Failure(all.stream().map(one -> "\n  " + one.getMessage().replace("\n", "\n  "))
                    .collect(Collectors.joining("", all.size() + " problems:", "")),
                    joined(all, YoloFitException::what, "; "), joined(all, YoloFitException::where, ", "),
                    joined(all, YoloFitException::remedy, "; ")));
            all.forEach(this::addSuppressed);
        }

        private static String joined(List<YoloFitException> all, Function<YoloFitException, String> part,
                String separator) {
            return all.stream().map(part).filter(text -> !text.isEmpty()).collect(Collectors.joining(separator));
        }
    }

    /// The result of a check; empty if it fails.
    public <T> Optional<T> attempt(Check<T> check) throws IOException {
        try {
            return Optional.of(check.get());
        } catch (Several several) {
            for (Throwable one : several.getSuppressed()) {
                found.add((YoloFitException) one);
            }
        } catch (YoloFitException failure) {
            found.add(failure);
        }
        return Optional.empty();
    }

    /// Runs a check.
    public void check(Requirement check) throws IOException {
        attempt(() -> {
            check.require();
            return this;
        });
    }

    /// Throws the failure, or one exception with all of them in the order of the checks.
    public void requireNone() {
        if (!found.isEmpty()) {
            throw found.size() == 1 ? found.getFirst() : new Several(found);
        }
    }
}
