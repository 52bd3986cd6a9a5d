package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.house.Declarations.Annotation;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclarationsTest {

    @Test
    void findsMethodsConstructorsAndInitializersByTheirLines() {
        assertThat(methods("""
                @SuppressWarnings({"a", "b"})
                public final class A {
                    static {
                        prepare();
                    }
                    A(int x) throws java.io.IOException,
                            InterruptedException {
                        this.x = x;
                    }
                    @Test
                    @CsvSource(textBlock = "{")
                    public <T extends Comparable<T>> List<T> sort(
                            @A({1, 2}) List<T> in) {
                        for (int i = 0; i < 3; i++) { in.add(null); }
                        return in;
                    }
                    abstract int noBody();
                }
                """)).containsExactly("A 6-9", "sort 12-16", "initializer 3-5");
    }

    @Test
    void findsCompactConstructorsAndMethodsOfNestedTypes() {
        assertThat(methods("""
                sealed interface Op permits Op.Add {
                    int[] SIZES = {1, 2};
                    record Add(int a, @B({1}) int b) implements Op {
                        Add {
                            require(a > 0);
                        }
                        static Add record(int x) { return new Add(x, x); }
                    }
                    @interface B { int[] value() default {}; }
                    default int f() { return 1; }
                }
                """)).containsExactly("Add 4-6", "record 7-7", "f 10-10");
    }

    @Test
    void enumConstantsAreTypesAndNotMethods() {
        assertThat(methods("""
                enum E {
                    A(1) {
                        @Override int f() { int one = 1; return one; }
                    },
                    B(2, x -> { return x; }) {
                        @Override int f() { return 3; }
                    },
                    C;
                    private final int v;
                    E(int v) { this.v = v; }
                    int f() { return 2; }
                }
                """)).containsExactly("f 3-3", "f 6-6", "E 10-10", "f 11-11");
    }

    @Test
    void lambdasAndSwitchesBelongToTheirMethodAndAnonymousClassesHaveMethods() {
        assertThat(methods("""
                class A {
                    private static final Runnable R = () -> {
                        go();
                    };
                    private final Object o = new Object() {
                        @Override public String toString() { return "{"; }
                    };
                    int f(Object x) {
                        run(new Task<>() {
                            public void run() { }
                        });
                        record Local(int x) { int twice() { return 2 * x; } }
                        return switch (x) {
                            case Integer i when i >= 3 -> { yield i; }
                            case Local(var record) -> { yield record; }
                            default -> { Runnable r = () -> { }; yield 0; }
                        };
                    }
                    void last() { }
                }
                """)).containsExactly("toString 6-6", "run 10-10", "twice 12-12", "f 8-18", "last 19-19");
    }

    @Test
    void whatTheCompilerDoesNotParseIsAnError() {
        assertThatThrownBy(() -> methods("class A {")).hasMessageContaining("A.java:1: reached end of file");
    }

    @Test
    void findsAnnotationsWithTheirArguments() {
        assertThat(Declarations.of(new JavaSource("A.java", """
                // @Deprecated
                @org.junit.Disabled("slow") class A {
                    @Override public String toString() { return "@Test"; }
                }
                """)).annotations()).containsExactly(new Annotation("Disabled", List.of("\"slow\""), 2),
                new Annotation("Override", List.of(), 3));
    }

    private static List<String> methods(String text) {
        return Declarations.of(new JavaSource("A.java", text)).methods().stream()
                .map(method -> method.name() + " " + method.firstLine() + "-" + method.lastLine())
                .toList();
    }
}
