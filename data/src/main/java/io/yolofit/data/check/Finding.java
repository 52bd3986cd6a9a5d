package io.yolofit.data.check;

import java.util.List;

/// The result of one check.
///
/// @param topic  of the check: `objects`
/// @param what   was found
/// @param advice what to do; empty if nothing needs to be done
/// @param files  all places with what is wrong there, where the finding is about several; else empty
public record Finding(Level level, String topic, String what, String advice, List<String> files) {
    public Finding {
        files = List.copyOf(files);
    }

    Finding(Level level, String topic, String what, String advice) {
        this(level, topic, what, advice, List.of());
    }

    /// The severity of a finding.
    public enum Level {
        OK("ok"),
        /// Training works, but the result may be worse than it could be.
        WARN("warn"),
        /// Training or its metrics cannot be trusted.
        FAIL("FAIL");

        private final String label;

        Level(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    static Finding ok(String topic, String what) {
        return new Finding(Level.OK, topic, what, "");
    }

    static Finding warn(String topic, String what, String advice) {
        return new Finding(Level.WARN, topic, what, advice);
    }

    static Finding fail(String topic, String what, String advice) {
        return new Finding(Level.FAIL, topic, what, advice);
    }
}
