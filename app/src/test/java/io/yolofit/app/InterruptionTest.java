package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ends of a process whose threads are still at work.
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs the signals and the C library of Linux")
class InterruptionTest {
    private static final long PATIENCE_SECONDS = 60;

    /// A process in which every handler of `exit` fails, as destructors of libraries do that a thread still uses.
    static final class Busy {
        private Busy() {
        }

        @SuppressWarnings("restricted")
        public static void main(String[] words) throws Throwable {
            SymbolLookup library = Linker.nativeLinker().defaultLookup();
            var register = Linker.nativeLinker().downcallHandle(library.find("__cxa_atexit").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG));
            int failed = (int) register.invokeExact(library.find("abort").orElseThrow(), 0L, 0L);
            Interruption interruption = Interruption.of(Thread.currentThread(), Duration.ofMillis(200));
            Thread.ofPlatform().daemon().name("yolofit-step").start(Busy::spin);
            System.out.println("ready " + failed);
            if (words[0].equals("exit")) {
                interruption.exit(3);
            }
            spin();
        }

        private static void spin() {
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    private static Process start(String word) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                Busy.class.getName(), word).redirectErrorStream(true).start();
        BufferedReader out = process.inputReader();
        assertThat(out.readLine()).isEqualTo("ready 0");
        return process;
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aProcessThatDoesNotEndInTimeRunsNoDestructors(String signal, int code) throws Exception {
        Process process = start("wait");
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(code);
        assertThat(process.inputReader().readLine()).isEqualTo("warning: the work did not stop within 0.2 s; the "
                + "process ends without saving it");
    }

    @Test
    void anAbandonedThreadDoesNotChangeTheExitCode() throws Exception {
        Process process = start("exit");
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(3);
    }
}
