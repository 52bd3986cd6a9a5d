package io.yolofit.app.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.inference.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Reports the progress of a run to Kubeflow Trainer, which shows it in the status of the TrainJob:
/// `{"trainerStatus": {"progressPercentage", "estimatedRemainingSeconds", "metrics": [{"name", "value"}],
/// "lastUpdatedTime"}}` by POST to `KUBEFLOW_TRAINER_SERVER_URL`.
///
/// A server that cannot be reached is reported once, and never stops a run.
final class KubeflowProgress {
    private static final String PREFIX = "KUBEFLOW_TRAINER_SERVER_";
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int PERCENT = 100;
    private static final int LEAST_ERROR = 400;

    private final String address;
    private final Optional<Path> certificate;
    private final Optional<Path> token;
    private final Consumer<String> notes;
    private boolean failed;

    /// @param certificate file of the authority that signed the server's certificate; empty for those of the JDK
    /// @param token       file of the bearer token; read for every report, because it is renewed
    /// @param notes       receives the first failure
    private KubeflowProgress(String address, Optional<Path> certificate, Optional<Path> token,
            Consumer<String> notes) {
        this.address = address;
        this.certificate = certificate;
        this.token = token;
        this.notes = notes;
    }

    /// Empty outside of a TrainJob.
    static Optional<KubeflowProgress> of(Map<String, String> environment, Consumer<String> notes) {
        return Optional.ofNullable(environment.get(PREFIX + "URL")).filter(url -> !url.isBlank())
                .map(url -> new KubeflowProgress(url, file(environment, "CA_CERT"), file(environment, "TOKEN"), notes));
    }

    private static Optional<Path> file(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(PREFIX + name)).filter(path -> !path.isBlank()).map(Path::of);
    }

    /// Reports every epoch of a run.
    TrainingEvent.Listener listener(int epochs) {
        return event -> {
            if (event instanceof TrainingEvent.EpochEnded epoch) {
                report(epoch.epoch(), epochs, epoch.seconds(), metrics(epoch));
            }
        };
    }

    private static Map<String, Double> metrics(TrainingEvent.EpochEnded epoch) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", epoch.mean().sum());
        epoch.validation().map(Validation::metrics).ifPresent(found -> {
            metrics.put("mAP50", found.map50());
            metrics.put("mAP50-95", found.map());
        });
        return metrics;
    }

    /// Reports an epoch.
    ///
    /// @param done    completed epochs
    /// @param seconds training time so far
    /// @param metrics by name
    void report(int done, int epochs, double seconds, Map<String, Double> metrics) {
        try {
            post(body(done, epochs, seconds, metrics));
        } catch (IOException | URISyntaxException | IllegalArgumentException | GeneralSecurityException failure) {
            if (!failed) {
                failed = true;
                notes.accept("progress cannot be reported to " + address + ": " + failure.getMessage());
            }
        }
    }

    private static String body(int done, int epochs, double seconds, Map<String, Double> metrics) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        ObjectNode status = root.putObject("trainerStatus");
        status.put("progressPercentage", PERCENT * done / epochs);
        status.put("estimatedRemainingSeconds", Math.round(seconds / done * (epochs - done)));
        var list = status.putArray("metrics");
        metrics.forEach((name, value) -> list.addObject().put("name", name).put("value", String.valueOf(value)));
        status.put("lastUpdatedTime", Instant.now().toString());
        return root.toString();
    }

    private void post(String body) throws IOException, URISyntaxException, GeneralSecurityException {
        URLConnection opened = new URI(address).toURL().openConnection();
        if (!(opened instanceof HttpURLConnection connection)) {
            throw new IOException("not an http address");
        }
        if (connection instanceof HttpsURLConnection secure && certificate.isPresent()) {
            secure.setSSLSocketFactory(trusting(certificate.get()).getSocketFactory());
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        if (token.isPresent()) {
            connection.setRequestProperty("Authorization", "Bearer " + Files.readString(token.get()).strip());
        }
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        int code = connection.getResponseCode();
        connection.disconnect();
        if (code >= LEAST_ERROR) {
            throw new IOException("the server answered " + code);
        }
    }

    private static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(certificate)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority" + number++, one);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
