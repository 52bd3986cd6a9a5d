package io.yolofit.house;

import io.yolofit.house.Declarations.Annotation;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Java code may not do.
final class CodeRules {
    private static final Pattern WILDCARD_IMPORT = Pattern.compile("^import\\s+[\\w.\\s]+\\.\\s*\\*\\s*;");
    private static final Pattern DISABLED = Pattern.compile("Disabled|(Dis|En)abled(If|On|For)\\w*");
    private static final Pattern DEVICE = Pattern.compile("\"[^\"]*(GPU|CUDA|NVIDIA|device)[^\"]*\"");
    private static final Pattern CONDITION_REASON = Pattern.compile("disabledReason\\s*=\\s*\"[^\"]+\"");

    private static final Pattern LIBTORCH = Pattern.compile(
            "\\b(org\\.bytedeco\\.pytorch|io\\.yolofit\\.engine\\.cpu)\\b");
    /// As `bench/gpu-host/run-tests.sh` leaves them out, and the fixtures, which load libtorch when it is needed.
    private static final Pattern MAY_USE_LIBTORCH = Pattern.compile(
            ".*/(cpu/.*|testing/.*|Cpu\\w*\\.java|AutogradTest\\.java)");

    private static final Pattern RUN_ON_GPU_HOSTS = Pattern.compile("engine(-\\w+)?|train");

    private CodeRules() {
    }

    static List<Violation> wildcardImports(List<JavaSource> sources) {
        return sources.stream().flatMap(source -> source.offenses(WILDCARD_IMPORT, "%s names no type")).toList();
    }

    /// Tests of the engines and the trainer also run on GPU hosts, where libtorch is not installed.
    static List<Violation> libtorchInTests(List<JavaSource> sources) {
        return sources.stream()
                .filter(source -> !source.isMain() && RUN_ON_GPU_HOSTS.matcher(source.module()).matches())
                .filter(source -> !MAY_USE_LIBTORCH.matcher(source.file()).matches())
                .flatMap(source -> source.offenses(LIBTORCH, "%s: a GPU host has no libtorch; open the engine through"
                        + " Engines, or call the class Cpu..."))
                .toList();
    }

    /// A test may be switched off where a device is missing, and its reason says which; one that depends on a condition
    /// says why.
    static List<Violation> disabledTests(List<JavaSource> sources) {
        return sources.stream().flatMap(CodeRules::disabledTests).toList();
    }

    private static Stream<Violation> disabledTests(JavaSource source) {
        return Declarations.of(source).annotations().stream()
                .filter(annotation -> DISABLED.matcher(annotation.name()).matches() && !hasReason(annotation))
                .map(annotation -> new Violation(source.file(), (int) annotation.line(),
                        "@" + annotation.name() + " without its reason, the device that is missing"));
    }

    private static boolean hasReason(Annotation annotation) {
        Pattern reason = annotation.name().equals("Disabled") ? DEVICE : CONDITION_REASON;
        return annotation.arguments().stream().anyMatch(argument -> reason.matcher(argument).find());
    }
}
