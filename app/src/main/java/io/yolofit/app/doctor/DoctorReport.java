package io.yolofit.app.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The checks as text and as JSON.
public final class DoctorReport {
    private static final String ROW = "%-4s  %-12s  %s";
    private static final String INDENT = " ".repeat(4 + 2 + 12 + 2);

    private DoctorReport() {}

    /// One line per check, with the advice below it, and a summary line.
    public static String text(List<Check> checks) {
        var lines = new ArrayList<String>();
        for (Check check : checks) {
            lines.add(ROW.formatted(check.status().label(), check.subject(), check.finding()));
            if (!check.advice().isEmpty()) {
                lines.add(INDENT + "-> " + check.advice());
            }
        }
        lines.add("");
        lines.add(summary(checks));
        return String.join("\n", lines);
    }

    private static String summary(List<Check> checks) {
        long failures = count(checks, Check.Status.FAIL);
        long warnings = count(checks, Check.Status.WARN);
        if (failures > 0) {
            return "Not ready: " + failures + " of " + checks.size() + " checks failed.";
        }
        return warnings > 0 ? "Ready, with " + warnings + (warnings == 1 ? " warning." : " warnings.") : "Ready.";
    }

    private static long count(List<Check> checks, Check.Status status) {
        return checks.stream().filter(check -> check.status() == status).count();
    }

    /// `{"ready": true, "checks": [{"status", "subject", "finding", "advice"}]}`; a status is ok, absent, warn or fail.
    public static String json(List<Check> checks) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("ready", count(checks, Check.Status.FAIL) == 0);
        var rows = root.putArray("checks");
        for (Check check : checks) {
            rows.addObject().put("status", check.status().name().toLowerCase(Locale.ROOT))
                    .put("subject", check.subject()).put("finding", check.finding()).put("advice", check.advice());
        }
        return root.toPrettyString();
    }
}
