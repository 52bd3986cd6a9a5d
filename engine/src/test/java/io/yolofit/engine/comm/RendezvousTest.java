package io.yolofit.engine.comm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RendezvousTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void sumsOverSocketsEqualThoseOfThreadsBitForBit(int ranks) throws Exception {
        int count = 200_003; // several chunks
        float[][] vectors = LocalGroupTest.vectors(ranks, count);
        float[] expected = LocalGroupTest.sum(vectors);
        List<Ranks.Result<Object>> results = together(hellos(ranks), true, group -> {
            Communicator end = group.communicator();
            assertThat(new String(group.bytes(), UTF_8)).isEqualTo("from rank 0");
            for (int i = 0; i < 3; i++) {
                float[] own = vectors[end.rank()].clone();
                end.sum(MemorySegment.ofArray(own), count);
                assertThat(own).isEqualTo(expected);
            }
            List<byte[]> all = end.gather(new byte[] {(byte) end.rank()});
            assertThat(all).hasSize(end.rank() == 0 ? ranks : 0);
            end.barrier();
            end.close();
            return "done";
        });
        results.forEach(result -> assertThat(result.message()).isEqualTo("no failure, but done"));
    }

    @Test
    void plansOfManyFactsAreCompared() throws Exception {
        Map<String, String> facts = new LinkedHashMap<>();
        IntStream.range(0, 500).forEach(fact -> facts.put("option" + fact, "value"));
        List<Hello> hellos = IntStream.range(0, 2).mapToObj(rank -> new Hello(rank, 2, "node-" + rank, "cpu", "1", "",
                facts)).toList();
        together(hellos, true, RendezvousTest::finished).forEach(result ->
                assertThat(result.message()).isEqualTo("no failure, but done"));
    }

    @Test
    void aDifferentPlanNamesBothSides() throws Exception {
        List<Hello> hellos = new ArrayList<>(hellos(3));
        hellos.set(2, new Hello(2, 3, "node-c", "cpu", "1", "", Map.of("batch", "32", "programs", "ab")));
        refused(hellos, "rank 0 (node-0, cpu) and rank 2 (node-c, cpu) planned different runs (batch=64 against 32): "
                + "start them with the same options and the same data");
    }

    @Test
    void differentVersionsCountsAndEqualRanksNameBothSides() throws Exception {
        refused(List.of(hellos(2).getFirst(), new Hello(1, 2, "b", "0", "2", "", Map.of())),
                "rank 0 (node-0, cpu) runs YoloFit 1, but rank 1 (b, 0) runs 2: install the same version on all hosts");
        refused(List.of(hellos(2).getFirst(), new Hello(1, 3, "b", "0", "1", "", Map.of())),
                "rank 0 (node-0, cpu) expects 2 ranks, but rank 1 (b, 0) expects 3: start all processes with the same "
                        + "number of devices");
        List<Hello> three = hellos(3);
        refused(List.of(three.get(0), three.get(1), new Hello(1, 3, "b", "0", "1", "", three.getFirst().plan())),
                "both started rank 1: give every process its own rank");
    }

    private void refused(List<Hello> hellos, String message) throws Exception {
        together(hellos, true, group -> group).forEach(result -> assertThat(result.message()).contains(message));
    }

    @Test
    void malformedAndSlowPeersDoNotDelayTheMeeting() throws Exception {
        int port = freePort();
        List<Socket> strangers = new ArrayList<>();
        var rendezvous = new Rendezvous("127.0.0.1", port, false, LIMIT, notes::add,
                () -> false);
        List<Callable<String>> ranks = List.of(
                () -> finished(rendezvous.meet(hellos(2).getFirst(), () -> new byte[0])),
                () -> {
                    Thread.sleep(300);
                    strangers.add(stranger(port, "GET / HTTP/1.1\r\n\r\n")); // a wrong magic
                    strangers.add(stranger(port, "")); // says nothing
                    strangers.add(stranger(port, "YOLOFIT1\0\0")); // ends within its greeting
                    strangers.getLast().close();
                    return finished(rendezvous.meet(hellos(2).getLast(), () -> new byte[0]));
                });
        Ranks.run(ranks).forEach(result -> assertThat(result.message()).isEqualTo("no failure, but done"));
        assertThat(notes).anyMatch(note -> note.contains("it is not YoloFit"));
        for (Socket stranger : strangers) {
            stranger.close();
        }
    }

    private static Socket stranger(int port, String text) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String finished(Rendezvous.Group group) {
        group.communicator().barrier();
        group.communicator().close();
        return "done";
    }

    @Test
    void aPortInUseIsSkippedOnOneHostAndAnErrorElsewhere() throws Exception {
        try (ServerSocket busy = new ServerSocket()) {
            busy.bind(new InetSocketAddress(0));
            int port = busy.getLocalPort();
            together(port, hellos(2), true, RendezvousTest::finished)
                    .forEach(result -> assertThat(result.message()).isEqualTo("no failure, but done"));
            assertThat(notes).contains("port " + port + " is in use: the ranks meet at port " + (port + 1));
            var elsewhere = new Rendezvous("node-0", port, false, LIMIT, notes::add,
                () -> false);
            List<Callable<String>> root = List.of(() -> finished(elsewhere.meet(hellos(2).getFirst(),
                    () -> new byte[0])));
            assertThat(Ranks.run(root).getFirst().message()).isEqualTo("port " + port + " of node-0, at which the "
                    + "ranks of several hosts meet, is in use: give all processes another one, as "
                    + "YOLOFIT_MASTER=host:port or MASTER_PORT");
        }
    }

    @Test
    void absentRanksAreNamed() throws Exception {
        var rendezvous = new Rendezvous("127.0.0.1", freePort(), false, Duration.ofMillis(300), notes::add,
                () -> false);
        List<Callable<Object>> ranks = List.of(() -> rendezvous.meet(hellos(3).getFirst(), () -> new byte[0]));
        assertThat(Ranks.run(ranks).getFirst().message()).contains("rank 1, rank 2 did not come to 127.0.0.1:");
        List<Callable<Object>> other = List.of(() -> rendezvous.meet(hellos(3).getLast(), () -> new byte[0]));
        assertThat(Ranks.run(other).getFirst().message()).contains("rank 2 (node-2, cpu) did not reach rank 0 at");
    }

    @Test
    void aStopEndsTheMeetingOfEveryRankAtOnce() throws Exception {
        var stop = new AtomicBoolean();
        var rendezvous = new Rendezvous("127.0.0.1", freePort(), false, LIMIT, notes::add, stop::get);
        var absent = new Rendezvous("127.0.0.1", freePort(), false, LIMIT, notes::add, stop::get);
        List<Hello> four = hellos(4);
        List<Callable<Object>> ranks = List.of(
                () -> rendezvous.meet(four.get(0), () -> new byte[0]),
                () -> rendezvous.meet(four.get(2), () -> new byte[0]),
                () -> absent.meet(four.get(1), () -> new byte[0]),
                () -> {
                    Thread.sleep(500); // the first two have met
                    stop.set(true);
                    return "done";
                });
        long start = System.nanoTime();
        List<Ranks.Result<Object>> results = Ranks.run(ranks);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.dividedBy(2));
        assertThat(results.get(0).message()).contains("stopped while waiting for ranks 1, 3 of 4 at 127.0.0.1:");
        assertThat(results.get(1).message()).contains("stopped while waiting for ");
        assertThat(results.get(2).message()).contains("stopped while waiting for rank 0 at 127.0.0.1:", "refused");
    }

    @Test
    void aRankThatWaitsSaysForWhomEveryTenSeconds() {
        long[] seconds = {0};
        var waiting = new Waiting(Duration.ofSeconds(300), notes::add, () -> false, () -> seconds[0] * 1_000_000_000L);
        for (; seconds[0] <= 35; seconds[0]++) {
            waiting.check(() -> "rank 1 of 2 at a:1");
        }
        assertThat(notes).containsExactly("waiting for rank 1 of 2 at a:1, 10 s of 300 s",
                "waiting for rank 1 of 2 at a:1, 20 s of 300 s", "waiting for rank 1 of 2 at a:1, 30 s of 300 s");
    }

    @Test
    void aRankWhoseProcessEndsIsNamedOnAllOthers() throws Exception {
        List<Ranks.Result<Object>> results = together(hellos(3), true, group -> {
            Communicator end = group.communicator();
            end.barrier();
            if (end.rank() == 1) {
                end.abort("a failure");
                return "ended";
            }
            end.sum(MemorySegment.ofArray(new float[8]), 8);
            return "not reached";
        });
        for (int other : List.of(0, 2)) {
            assertThat(results.get(other).message()).contains("rank 1 (node-1, cpu) stopped after broadcast "
                    + "(collective 2): a failure");
        }
    }

    @Test
    void aHangingRankIsNamedOnAllOthers() throws Exception {
        List<Ranks.Result<Object>> results = together(hellos(3), true, group -> {
            Communicator end = group.communicator();
            end.barrier();
            end.timeout(Duration.ofMillis(500));
            if (end.rank() == 2) {
                sleep(); // keeps its connection open
                return "slept";
            }
            end.sum(MemorySegment.ofArray(new float[8]), 8);
            return "not reached";
        });
        for (int other : List.of(0, 1)) {
            assertThat(results.get(other).message()).contains("rank 2 (node-2, cpu) did not reach rank 0 (node-0, "
                    + "cpu)'s sum of 8 floats (collective 3) within");
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(3000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Hello> hellos(int ranks) {
        return IntStream.range(0, ranks).mapToObj(rank -> new Hello(rank, ranks, "node-" + rank, "cpu", "1", "",
                Map.of("batch", "64", "programs", "ab"))).toList();
    }

    private <T> List<Ranks.Result<T>> together(List<Hello> hellos, boolean oneHost,
            Function<Rendezvous.Group, T> work) throws Exception {
        return together(freePort(), hellos, oneHost, work);
    }

    private <T> List<Ranks.Result<T>> together(int port, List<Hello> hellos, boolean oneHost,
            Function<Rendezvous.Group, T> work) throws Exception {
        var rendezvous = new Rendezvous("127.0.0.1", port, oneHost, LIMIT, notes::add,
                () -> false);
        return Ranks.run(hellos.stream().<Callable<T>>map(hello -> () -> work.apply(rendezvous.meet(hello,
                () -> "from rank 0".getBytes(UTF_8)))).toList());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
