package io.yolofit.app.doctor;

/// One line of the report.
///
/// @param subject what was looked at: "memory"
/// @param finding what was found: "23.4 GiB, 20.1 GiB of it free"
/// @param advice  what to do; empty where all is well
public record Check(Status status, String subject, String finding, String advice) {
    /// How good a finding is.
    public enum Status {
        OK("ok"),
        /// Works, but slowly or not for everything.
        WARN("warn"),
        /// Training cannot work like this.
        FAIL("FAIL");

        private final String label;

        Status(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    public Check {
        if (status != Status.OK && advice.isBlank()) {
            throw new IllegalArgumentException("a finding that is not ok needs an advice: " + subject);
        }
    }

    public static Check ok(String subject, String finding) {
        return new Check(Status.OK, subject, finding, "");
    }

    public static Check warn(String subject, String finding, String advice) {
        return new Check(Status.WARN, subject, finding, advice);
    }

    public static Check fail(String subject, String finding, String advice) {
        return new Check(Status.FAIL, subject, finding, advice);
    }
}
