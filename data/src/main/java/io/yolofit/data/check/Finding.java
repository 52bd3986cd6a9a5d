package io.yolofit.data.check;

/// The result of one check.
///
/// @param topic  of the check: `objects`
/// @param what   was found
/// @param advice what to do; empty if nothing needs to be done
public record Finding(Level level, String topic, String what, String advice) {
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
