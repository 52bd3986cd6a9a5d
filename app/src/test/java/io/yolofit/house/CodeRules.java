package io.yolofit.house;

import io.yolofit.house.Declarations.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Java code may not do.
final class CodeRules {
    private static final String TERMINAL_MODULE = "app";
    private static final Pattern WILDCARD_IMPORT = Pattern.compile("import\\s+[\\w.\\s]+\\.\\s*\\*\\s*;");
    private static final Pattern PRINTING = Pattern.compile(
            "\\bSystem\\s*\\.\\s*(out|err)\\b|\\.printStackTrace\\s*\\(\\s*\\)");
    private static final Pattern MUTABLE_VALUE = Pattern.compile(
            "(?s)new\\s+[\\w.]*?"
                    + "(\\w*(Map|List|Set|Queue|Deque|Adder)|Atomic\\w+|StringBuilder|BitSet|Random|ThreadLocal)\\b.*");
    private static final Pattern DISABLED = Pattern.compile(
            "@(Disabled|(?:Dis|En)abled(?:If|On|For)\\w*)\\b(\\s*\\(((?:[^()\"]|\"(?:\\\\.|[^\"\\\\])*\")*)\\))?");
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

    static List<Violation> printing(List<JavaSource> sources) {
        return sources.stream()
                .filter(source -> source.isMain() && !source.module().equals(TERMINAL_MODULE))
                .flatMap(source -> source.offenses(PRINTING, "%s: only 'app' knows the terminal"))
                .toList();
    }

    /// In main sources only: JUnit fills static fields of tests.
    static List<Violation> mutableStatics(List<JavaSource> sources) {
        List<Violation> offenses = new ArrayList<>();
        for (JavaSource source : sources) {
            if (source.isMain()) {
                for (Field field : Declarations.of(source).fields()) {
                    if (isMutableStatic(field)) {
                        offenses.add(new Violation(source.file(), field.line(),
                                "'" + field.declaration() + "' is state that every user of the class shares"));
                    }
                }
            }
        }
        return offenses;
    }

    private static boolean isMutableStatic(Field field) {
        boolean isStatic = field.inInterface() || field.has("static");
        boolean isFinal = field.inInterface() || field.has("final");
        return isStatic && (!isFinal || MUTABLE_VALUE.matcher(field.value()).matches());
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
        return DISABLED.matcher(CodeText.withoutComments(source.text())).results()
                .filter(annotation -> source.syntax().charAt(annotation.start()) == '@') // not inside a string
                .filter(annotation -> !hasReason(annotation))
                .map(annotation -> new Violation(source.file(), source.lineAt(annotation.start()),
                        "@" + annotation.group(1) + " without its reason, the device that is missing"));
    }

    private static boolean hasReason(MatchResult annotation) {
        String arguments = annotation.group(3) == null ? "" : annotation.group(3);
        Pattern reason = annotation.group(1).equals("Disabled") ? DEVICE : CONDITION_REASON;
        return reason.matcher(arguments).find();
    }
}
