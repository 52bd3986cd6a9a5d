package io.yolofit.bench.page;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Clients of a page, in a process of their own, so that their work is not that of the run. Every other one never
/// reads.
final class PageClients implements AutoCloseable {
    private static final int RETRY_MILLIS = 100;

    private final Process process;

    private PageClients(Process process) {
        this.process = process;
    }

    /// Starts the process and waits until all clients are connected.
    static PageClients start(int port, int clients) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), PageBenchmark.class.getName(), "clients", String.valueOf(port),
                String.valueOf(clients)).redirectErrorStream(true).start();
        String answer = process.inputReader().readLine();
        if (!"connected".equals(answer)) {
            process.destroyForcibly();
            throw new IOException("the clients of the page did not connect: " + answer);
        }
        return new PageClients(process);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// The process of the clients: opens the stream of the page many times.
    ///
    /// @param connected is run when all clients have asked for the stream
    static void watch(int port, int clients, Runnable connected) throws IOException, InterruptedException {
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
        connected.run();
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

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
