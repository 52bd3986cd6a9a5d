import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Downloads one Maven release, checks its SHA-512 and unpacks it. Called by mvnw and mvnw.cmd when the release is
 * not there yet, as "java MavenWrapper.java version sha512 destination", by any JDK from 11 on: hence the old
 * language level, and no library. Exit status: 0 unpacked, 3 could not be downloaded, 4 could not be installed.
 */
final class MavenWrapper {
    private static final Duration TIMEOUT = Duration.ofSeconds(30); // to connect, and again for the first answer

    private MavenWrapper() {
    }

    public static void main(String[] args) {
        if (args.length != 3) {
            throw new IllegalArgumentException("expected version, sha512, destination; got " + Arrays.asList(args));
        }
        int status = 0;
        try {
            install(args[0], args[1], Path.of(args[2]).toAbsolutePath());
        } catch (NotDownloadedException e) {
            System.err.println("mvnw: " + e.getMessage());
            status = 3;
        } catch (IOException e) {
            Object reason = e instanceof FileSystemException ? e : e.getMessage();
            System.err.println("mvnw: cannot install Maven: " + reason);
            status = 4;
        }
        System.exit(status);
    }

    private static void install(String version, String sha512, Path destination) throws IOException {
        Files.createDirectories(destination.getParent());
        // In the folder of the destination: the last step is then a rename, and no process sees a part of Maven.
        Path work = Files.createTempDirectory(destination.getParent(), ".unpacking-");
        try {
            Path zip = work.resolve("maven.zip");
            download(address(version), zip);
            verify(zip, sha512);
            unzip(zip, work);
            publish(work.resolve("apache-maven-" + version), destination);
        } finally {
            delete(work);
        }
    }

    /** Maven Central answers under Maven's own group id, read backwards; MVNW_REPOURL names another repository. */
    private static URI address(String version) {
        List<String> groupId = Arrays.asList("org", "apache", "maven");
        String central = "https://repo." + groupId.get(2) + "." + groupId.get(1) + "." + groupId.get(0) + "/maven2";
        String chosen = System.getenv("MVNW_REPOURL");
        String repository = chosen == null || chosen.isBlank() ? central : chosen.replaceAll("/+$", "");
        return URI.create(repository + "/" + String.join("/", groupId) + "/apache-maven/" + version
                + "/apache-maven-" + version + "-bin.zip");
    }

    private static void download(URI address, Path zip) throws IOException {
        System.err.println("mvnw: downloading " + address);
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        try {
            HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
            int status = client.send(request, HttpResponse.BodyHandlers.ofFile(zip)).statusCode();
            if (status != 200) {
                throw new IOException("HTTP status " + status);
            }
        } catch (IOException | InterruptedException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new NotDownloadedException("cannot download " + address + " (" + reason + ").\n"
                    + "mvnw: The first build needs the network. Behind a mirror, set MVNW_REPOURL to its address;\n"
                    + "mvnw: behind a proxy, set MAVEN_OPTS=\"-Dhttps.proxyHost=... -Dhttps.proxyPort=...\".");
        }
    }

    private static void verify(Path zip, String expected) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
        StringBuilder actual = new StringBuilder();
        for (byte b : digest.digest(Files.readAllBytes(zip))) {
            actual.append(String.format(Locale.ROOT, "%02x", b));
        }
        if (!actual.toString().equals(expected)) {
            throw new IOException("the download has SHA-512\n    " + actual
                    + "\nbut .mvn/wrapper/maven-wrapper.properties expects\n    " + expected
                    + "\nTry again; if it repeats, the repository's file is not the release.");
        }
    }

    private static void unzip(Path zip, Path folder) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive's entry '" + entry.getName() + "' points outside of it");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                Files.copy(in, target);
                // java.util.zip does not read Unix modes: what lies in bin/ is to be run
                if (target.getParent().endsWith("bin") && !target.toFile().setExecutable(true, false)) {
                    throw new IOException("cannot make " + target + " executable");
                }
            }
        }
    }

    /** Several first builds may end here at once; the first one wins, and the others use what it unpacked. */
    private static void publish(Path unpacked, Path destination) throws IOException {
        try {
            Files.move(unpacked, destination, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.exists(destination.resolve("bin").resolve("mvn"))) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    /** The network's fault, not the archive's: mvnw may then use an installed Maven. */
    private static final class NotDownloadedException extends IOException {
        private static final long serialVersionUID = 1;

        NotDownloadedException(String message) {
            super(message);
        }
    }
}
