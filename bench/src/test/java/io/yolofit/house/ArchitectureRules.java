package io.yolofit.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.domain.TryCatchBlock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What classes may depend on and may not do.
final class ArchitectureRules {
    private static final String OWN = "io.yolofit.";
    private static final Pattern JDK = Pattern.compile("(java|javax|jdk|com\\.sun)\\..*");
    private static final Pattern MUTABLE = Pattern.compile("java\\.(lang|util)\\.[\\w.]*?"
            + "(\\w+(Map|List|Set|Queue|Deque|Adder)|Atomic\\w+|StringBuilder|BitSet|Random|ThreadLocal)");
    private static final Set<String> COLLECTIONS = Set.of("java.util.Map", "java.util.List", "java.util.Set",
            "java.util.Collection", "java.util.Queue", "java.util.Deque");

    private ArchitectureRules() {}

    /// The packages that the classes of a package use: by types in declarations, calls, fields and handlers.
    static Set<String> used(Collection<JavaClass> classes) {
        Set<String> used = new TreeSet<>();
        for (JavaClass one : classes) {
            Stream<JavaClass> targets = one.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass);
            Stream.concat(targets, thrown(one)).map(target -> target.getBaseComponentType().getPackageName())
                    .filter(name -> !name.isEmpty() && !name.equals(one.getPackageName()))
                    .filter(name -> !JDK.matcher(name).matches())
                    .forEach(used::add);
        }
        return used;
    }

    private static Stream<JavaClass> thrown(JavaClass one) {
        return one.getCodeUnits().stream().flatMap(unit -> Stream.concat(
                unit.getTryCatchBlocks().stream().map(TryCatchBlock::getCaughtThrowables).flatMap(Collection::stream),
                unit.getThrowsClause().stream().map(declaration -> declaration.getRawType())));
    }

    /// Uses of modules that come later in the root pom.
    static List<String> laterModules(JavaClass one, List<String> modules) {
        int own = modules.indexOf(module(one, modules));
        return one.getDirectDependenciesFromSelf().stream()
                .filter(use -> own >= 0
                        && modules.indexOf(module(use.getTargetClass().getBaseComponentType(), modules)) > own)
                .map(Dependency::getDescription).toList();
    }

    /// The module with the most specific package that contains the class: `engine-cpu` has `io.yolofit.engine.cpu`.
    /// Empty for a class of another project.
    static String module(JavaClass one, List<String> modules) {
        String name = one.getPackageName() + ".";
        return modules.stream().filter(module -> name.startsWith(OWN + module.replace('-', '.') + "."))
                .max(Comparator.comparingInt(String::length)).orElse("");
    }

    /// Uses of `System.out`, `System.err` and `printStackTrace()`.
    static List<String> printing(JavaClass one) {
        return Stream.concat(
                one.getFieldAccessesFromSelf().stream()
                        .filter(use -> use.getTargetOwner().isEquivalentTo(System.class)
                                && Set.of("out", "err").contains(use.getTarget().getName()))
                        .map(JavaFieldAccess::getDescription),
                one.getMethodCallsFromSelf().stream()
                        .filter(call -> call.getTarget().getName().equals("printStackTrace")
                                && call.getTarget().getRawParameterTypes().isEmpty())
                        .map(call -> call.getDescription())).toList();
    }

    /// Static fields that can be set again, that have a mutable type, or that hold a collection made by `new`.
    static List<String> mutableStatics(JavaClass one) {
        return one.getFields().stream()
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(field -> !field.getModifiers().contains(JavaModifier.FINAL)
                        || MUTABLE.matcher(field.getRawType().getName()).matches() || holdsNewCollection(field))
                .map(field -> field.getFullName() + " is state that every user of the class shares").toList();
    }

    private static boolean holdsNewCollection(JavaField field) {
        return COLLECTIONS.contains(field.getRawType().getName()) && field.getOwner().getStaticInitializer()
                .map(initializer -> isSetToNew(initializer, field)).orElse(false);
    }

    /// The value is made on the line where the field is set, and not passed to a method there, such as `List.copyOf`.
    private static boolean isSetToNew(JavaStaticInitializer initializer, JavaField field) {
        return initializer.getFieldAccesses().stream()
                .filter(access -> access.getAccessType() == JavaFieldAccess.AccessType.SET
                        && access.getTarget().getFullName().equals(field.getFullName()))
                .anyMatch(access -> makesCollection(initializer, access.getLineNumber())
                        && initializer.getMethodCallsFromSelf().stream()
                                .noneMatch(call -> call.getLineNumber() == access.getLineNumber()));
    }

    private static boolean makesCollection(JavaCodeUnit unit, int line) {
        return unit.getConstructorCallsFromSelf().stream().anyMatch(call -> call.getLineNumber() == line
                && MUTABLE.matcher(call.getTargetOwner().getName()).matches());
    }
}
