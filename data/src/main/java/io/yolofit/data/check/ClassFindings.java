package io.yolofit.data.check;

import io.yolofit.data.dataset.SplitScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Findings about the balance of classes.
final class ClassFindings {
    private static final int FEW = 20; // objects
    private static final int IMBALANCE = 20;
    private static final int SHOWN = 8;

    private ClassFindings() {
    }

    /// @param scans of which the first is `train`
    static List<Finding> of(List<SplitScan> scans) {
        List<Finding> findings = new ArrayList<>();
        SplitScan train = scans.getFirst();
        int[] counts = train.instancesPerClass();
        List<Integer> absent = classes(counts, 0, 0);
        if (!absent.isEmpty()) {
            findings.add(Finding.fail("classes", "no object in train of " + names(train, absent, counts, false),
                    "label some, or remove the class from names: a model cannot learn it"));
        }
        for (SplitScan scan : scans.subList(1, scans.size())) {
            int[] others = scan.instancesPerClass();
            List<Integer> missing = classes(others, 0, 0).stream().filter(category -> counts[category] > 0).toList();
            if (!missing.isEmpty()) {
                findings.add(Finding.warn("classes", "no object in " + scan.split() + " of "
                        + names(scan, missing, others, false), "move some images with them from train to "
                        + scan.split() + ": their accuracy cannot be measured"));
            }
        }
        List<Integer> few = classes(counts, 1, FEW - 1);
        if (!few.isEmpty()) {
            findings.add(Finding.warn("classes", "fewer than %d objects in train of %s".formatted(FEW,
                    names(train, few, counts, true)), "label more of them"));
        }
        int most = Arrays.stream(counts).max().orElse(0);
        int least = Arrays.stream(counts).filter(count -> count > 0).min().orElse(0);
        if (least > 0 && most > IMBALANCE * least) {
            int rare = IntStream.range(0, counts.length).filter(i -> counts[i] == least).findFirst().orElseThrow();
            int frequent = IntStream.range(0, counts.length).filter(i -> counts[i] == most).findFirst().orElseThrow();
            findings.add(Finding.warn("class balance", "%d times as many objects of '%s' (%d) as of '%s' (%d) in train"
                    .formatted(most / least, train.names().get(frequent), most, train.names().get(rare), least),
                    "try balanced=true, which draws images with rare classes more often"));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok("classes", "each has objects in every split; %d to %d in train".formatted(least,
                    most)));
        }
        return findings;
    }

    private static List<Integer> classes(int[] counts, int least, int most) {
        return IntStream.range(0, counts.length).filter(i -> counts[i] >= least && counts[i] <= most).boxed().toList();
    }

    private static String names(SplitScan scan, List<Integer> classes, int[] counts, boolean withCounts) {
        return classes.stream().limit(SHOWN).map(category -> "'" + scan.names().get(category) + "'"
                + (withCounts ? " (" + counts[category] + ")" : "")).collect(Collectors.joining(", "))
                + (classes.size() > SHOWN ? " and " + (classes.size() - SHOWN) + " more" : "");
    }
}
