package io.yolofit.app.doctor;

/// The result of one check.
///
/// @param subject of the check: "memory"
/// @param finding the observed state: "23.4 GiB, 20.1 GiB free"
/// @param advice  what to do; empty if nothing needs to be done
public record Check(Status status, String subject, String finding, String advice) {
    /// The severity of a finding.
    public enum Status {
        OK("ok"),
        /// Not there, and not needed.
        ABSENT("n/a"),
        /// Works, but slowly or with limits.
        WARN("warn"),
        /// Training cannot work in this state.
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
        if ((status == Status.WARN || status == Status.FAIL) && advice.isBlank()) {
            throw new IllegalArgumentException("a warning or failure needs advice: " + subject);
        }
    }

    public static Check ok(String subject, String finding) {
        return new Check(Status.OK, subject, finding, "");
    }

    public static Check absent(String subject, String finding) {
        return new Check(Status.ABSENT, subject, finding, "");
    }

    public static Check warn(String subject, String finding, String advice) {
        return new Check(Status.WARN, subject, finding, advice);
    }

    public static Check fail(String subject, String finding, String advice) {
        return new Check(Status.FAIL, subject, finding, advice);
    }
}
