package io.yolofit.app.live;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.yolofit.train.options.value.PageAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Serves a site. A name that it does not have is 404, and every method but GET and HEAD is 405.
///
/// On a loopback address, the request must name a loopback host, so that no other site reaches the page by a host name
/// of its own (DNS rebinding). On other addresses, all paths begin with a random token. Every request has a virtual
/// thread; a client that does not read blocks its own.
final class PageServer implements AutoCloseable {
    private static final int USUAL_PORT = 8080;
    private static final int TOKEN_BYTES = 16;
    private static final int MOST_STREAMS = 512;
    private static final int DRAIN_MILLIS = 2000;
    /// After the last frame, browsers fetch the last pictures.
    private static final int QUIET_MILLIS = 400;
    private static final int DRAIN_STEP_MILLIS = 20;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final HttpServer server;
    private final ExecutorService threads;
    private final Site site;
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger answering = new AtomicInteger();
    private volatile long lastAnswer;
    private volatile boolean wasRead;
    private final boolean loopback;
    private final String base;
    private final String url;

    private PageServer(HttpServer server, Optional<String> host, Site site) {
        this.server = server;
        this.site = site;
        loopback = server.getAddress().getAddress().isLoopbackAddress();
        base = loopback ? "/" : "/" + token() + "/";
        url = "http://" + host.orElse("localhost") + ":" + server.getAddress().getPort() + base;
        threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("yolofit-page-", 0).factory());
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// @throws IOException if the address cannot be used
    static PageServer open(PageAddress address, Site site) throws IOException {
        InetAddress host = address.host().isEmpty() ? InetAddress.getLoopbackAddress()
                : InetAddress.getByName(address.host().get());
        HttpServer bound = address.port().isPresent() ? bind(host, address.port().get()) : bindUsual(host);
        return new PageServer(bound, address.host(), site);
    }

    private static HttpServer bindUsual(InetAddress host) throws IOException {
        try {
            return bind(host, USUAL_PORT);
        } catch (BindException _) {
            return bind(host, 0); // in use: any free port; the address is printed
        }
    }

    private static HttpServer bind(InetAddress host, int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(host, port), 0);
    }

    private static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// The address for a browser.
    String url() {
        return url;
    }

    private void answer(HttpExchange exchange) throws IOException {
        answering.incrementAndGet();
        try {
            checked(exchange);
        } finally {
            lastAnswer = System.nanoTime();
            answering.decrementAndGet();
        }
    }

    private void checked(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", "default-src 'none'; img-src 'self' data:; "
                    + "style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-store");
            if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                refuse(exchange, HttpURLConnection.HTTP_BAD_METHOD);
            } else if (loopback && !isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
                refuse(exchange, HttpURLConnection.HTTP_FORBIDDEN);
            } else if (path == null || !path.startsWith(base)) {
                refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND);
            } else {
                answer(exchange, path.substring(base.length()));
            }
        }
    }

    private void answer(HttpExchange exchange, String name) throws IOException {
        switch (site.find(name)) {
            case Site.Body(String type, byte[] bytes) -> send(exchange, type, bytes);
            case Site.Frames(Feed feed) -> stream(exchange, feed);
            case Site.Nothing() -> refuse(exchange, HttpURLConnection.HTTP_NOT_FOUND);
        }
    }

    private static boolean isLocal(String host) {
        return host != null && LOOPBACK.contains(host.replaceFirst(":\\d+$", ""));
    }

    private static void refuse(HttpExchange exchange, int code) throws IOException {
        exchange.sendResponseHeaders(code, -1);
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private void stream(HttpExchange exchange, Feed feed) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD") || readers.get() >= MOST_STREAMS) {
            refuse(exchange, HttpURLConnection.HTTP_UNAVAILABLE);
            return;
        }
        readers.incrementAndGet();
        wasRead = true;
        feed.enter();
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, 0);
            OutputStream out = exchange.getResponseBody();
            long last = -1;
            for (Feed.Frame frame = feed.next(last); frame != null; frame = feed.next(last)) {
                out.write((frame.data().length == 0 ? ":" : "data: ").getBytes(StandardCharsets.US_ASCII));
                out.write(frame.data());
                out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                last = frame.number();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            feed.leave();
            readers.decrementAndGet();
        }
    }

    /// Waits until all readers have the last frame and its pictures, two seconds at most, and closes all connections.
    @Override
    public void close() {
        try {
            for (int waited = 0; waited < DRAIN_MILLIS && isBusy(); waited += DRAIN_STEP_MILLIS) {
                Thread.sleep(DRAIN_STEP_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private boolean isBusy() {
        return answering.get() > 0 || wasRead && System.nanoTime() - lastAnswer < (long) QUIET_MILLIS * NANOS_PER_MILLI;
    }
}
