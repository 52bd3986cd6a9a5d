import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.yolofit.api.DetectedObject;
import io.yolofit.api.Prediction;
import io.yolofit.api.Yolo;
import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A prediction server: `curl --data-binary @image.jpg localhost:8080/predict`. Arguments: weights, port.
public final class Server {
    private static final int LARGEST_IMAGE = 32 << 20;

    private Server() {}

    public static void main(String[] arguments) throws IOException {
        Yolo model = Yolo.load(Path.of(arguments[0]));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                Integer.parseInt(arguments[1])), 0);
        server.createContext("/predict", exchange -> answer(exchange, model));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop(1);
            model.close();
        }));
        server.start();
        IO.println("listening on " + server.getAddress());
    }

    private static void answer(HttpExchange exchange, Yolo model) throws IOException {
        try (exchange) {
            byte[] image = exchange.getRequestBody().readNBytes(LARGEST_IMAGE + 1);
            if (!exchange.getRequestMethod().equals("POST") || image.length > LARGEST_IMAGE) {
                send(exchange, 400, error("POST an image of at most " + LARGEST_IMAGE + " bytes"));
                return;
            }
            try {
                send(exchange, 200, json(model.predict(ByteBuffer.wrap(image))));
            } catch (YoloFitException wrong) {
                send(exchange, 400, error(wrong.getMessage()));
            }
        }
    }

    private static String error(String message) {
        return "{\"error\": " + quoted(message) + "}";
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static String json(Prediction found) {
        return found.objects().stream().map(Server::json).collect(Collectors.joining(", ",
                "{\"width\": " + found.width() + ", \"height\": " + found.height() + ", \"objects\": [", "]}"));
    }

    private static String json(DetectedObject one) {
        return String.format(Locale.ROOT,
                "{\"class\": %s, \"confidence\": %.4f, \"box\": [%.1f, %.1f, %.1f, %.1f]}",
                quoted(one.name()), one.confidence(), one.x1(), one.y1(), one.x2(), one.y2());
    }

    private static String quoted(String text) {
        return '"' + text.chars().mapToObj(c -> c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", c)
                : String.valueOf((char) c)).collect(Collectors.joining()) + '"';
    }
}
