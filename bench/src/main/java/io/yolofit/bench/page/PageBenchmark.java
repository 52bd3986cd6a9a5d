package io.yolofit.bench.page;

import io.yolofit.app.command.TrainCommand;
import io.yolofit.app.console.Console;
import io.yolofit.app.live.LivePage;
import io.yolofit.train.event.TrainingEvent.Rates;
import io.yolofit.train.event.TrainingEvent.Step;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.value.PageAddress;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Effect of the page on the time of a training run: pairs of runs with `page=false` and with a page that clients
/// watch, of which half never read. The clients are a process of their own. The order alternates; the first pair warms
/// up.
///
/// Prints the medians over all epochs but the first of each run: wall time, and CPU time of the thread that trains, on
/// which all work of the page would be that delays a step. With `threads=1` that thread does all work of a step, and
/// its CPU time does not depend on other load.
///
/// Arguments: pairs of runs, clients, then options of `train`, such as `model=yolov8n data=data.yaml epochs=8
/// threads=1`. Or `events`, steps and clients: what the thread that trains pays for the events of steps, without a
/// training. For the clients: `clients`, port and number.
public final class PageBenchmark {
    private static final int RETRY_MILLIS = 100;
    private static final int CONNECT_MILLIS = 10_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final LossItems LOSSES = LossItems.of(1.5, 2.5, 3.5);

    private PageBenchmark() {
    }

    /// Times of the epochs of all runs of one kind, milliseconds.
    private record Times(List<Double> wall, List<Double> cpu) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        private static double median(List<Double> values) {
            return values.isEmpty() ? Double.NaN : values.stream().sorted().toList().get(values.size() / 2);
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("clients")) {
            watch(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            return;
        }
        if (arguments[0].equals("events")) {
            publish(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            return;
        }
        int pairs = Integer.parseInt(arguments[0]);
        int clients = Integer.parseInt(arguments[1]);
        List<String> options = List.of(arguments).subList(2, arguments.length);
        Console console = Console.ofSystem();
        Path project = Files.createTempDirectory("page-benchmark");
        Times off = new Times();
        Times on = new Times();
        for (int pair = 0; pair <= pairs; pair++) {
            Times[] kept = pair == 0 ? new Times[] {new Times(), new Times()} : new Times[] {off, on};
            for (int turn = 0; turn < 2; turn++) {
                boolean page = (pair + turn) % 2 == 1;
                run(options, project, page ? clients : -1, kept[page ? 1 : 0]);
            }
            if (pair > 0) {
                console.line("pair %d: %s".formatted(pair, text(off, on)));
            }
        }
        console.line("%d epochs of each kind, %d clients: %s".formatted(off.wall.size(), clients, text(off, on)));
    }

    private static String text(Times off, Times on) {
        return ("an epoch takes %.1f ms without and %.1f ms with the page (%+.2f %%); CPU time %.1f and %.1f ms "
                + "(%+.2f %%)").formatted(Times.median(off.wall), Times.median(on.wall), percent(off.wall, on.wall),
                        Times.median(off.cpu), Times.median(on.cpu), percent(off.cpu, on.cpu));
    }

    private static double percent(List<Double> off, List<Double> on) {
        return 100 * (Times.median(on) / Times.median(off) - 1);
    }

    /// One run.
    ///
    /// @param clients of the page; negative for none
    private static void run(List<String> options, Path project, int clients, Times times) throws Exception {
        int port = freePort();
        List<String> words = new ArrayList<>(List.of("project=" + project, "page=" + (clients < 0 ? "false" : port)));
        words.addAll(options);
        Process watching = clients < 0 ? null : start(port, clients);
        try {
            Console console = Console.ofSystem().quiet();
            var beans = ManagementFactory.getThreadMXBean();
            long[] last = {0, 0};
            console.copyTo(line -> {
                // by the thread that trains, at the end of an epoch; lines within an epoch have its remaining time
                if (line.matches("epoch +\\d+/\\d+ .*") && !line.contains("ETA")) {
                    long wall = System.nanoTime();
                    long cpu = beans.getCurrentThreadCpuTime();
                    if (last[0] > 0) {
                        times.wall.add((wall - last[0]) / NANOS_PER_MILLI);
                        times.cpu.add((cpu - last[1]) / NANOS_PER_MILLI);
                    }
                    last[0] = wall;
                    last[1] = cpu;
                }
            });
            new TrainCommand("benchmark").run(OptionsParser.parse(Mode.TRAIN, words), console);
        } finally {
            if (watching != null) {
                watching.destroyForcibly().waitFor();
            }
        }
    }

    /// Publishes steps, one each millisecond, with a page and without one; prints the CPU time of a step.
    private static void publish(int steps, int clients) throws Exception {
        Console console = Console.ofSystem();
        Path folder = Files.createTempDirectory("page-benchmark");
        for (boolean page : new boolean[] {false, true, false, true}) {
            int port = freePort();
            PageAddress address = page ? new PageAddress(true, Optional.empty(), Optional.of(port)) : PageAddress.OFF;
            try (LivePage live = LivePage.of(address, folder, () -> 0, console.quiet());
                    TrainingEvents events = live.listen(new TrainingEvents(() -> false))) {
                Process watching = page ? start(port, clients) : null;
                Thread.sleep(page ? CONNECT_MILLIS : 0);
                var beans = ManagementFactory.getThreadMXBean();
                long cpu = 0;
                for (int step = 1; step <= steps; step++) {
                    var event = new Step(1, step, steps, 16, LOSSES, LOSSES, new Rates(0.01, 0.01, 0.01));
                    long start = beans.getCurrentThreadCpuTime();
                    events.publish(event);
                    cpu += beans.getCurrentThreadCpuTime() - start;
                    Thread.sleep(1);
                }
                console.line("%s: %.2f microseconds a step".formatted(page ? clients + " clients" : "no page",
                        cpu / NANOS_PER_MICRO / steps));
                if (watching != null) {
                    watching.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Process start(int port, int clients) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), PageBenchmark.class.getName(), "clients", String.valueOf(port),
                String.valueOf(clients)).inheritIO().start();
    }

    /// Opens the stream of the page many times; every other client never reads.
    private static void watch(int port, int clients) throws IOException, InterruptedException {
        List<Socket> sockets = new ArrayList<>();
        while (sockets.size() < clients) {
            try {
                Socket socket = new Socket("localhost", port);
                socket.getOutputStream().write("GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(
                        StandardCharsets.US_ASCII));
                sockets.add(socket);
                if (sockets.size() % 2 == 1) {
                    Thread.ofVirtual().start(() -> drain(socket));
                }
            } catch (ConnectException _) { // the run has not opened its page yet
                Thread.sleep(RETRY_MILLIS);
            }
        }
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void drain(Socket socket) {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = socket.getInputStream()) {
            while (in.read(buffer) >= 0) {
                // what the page shows does not matter here
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
