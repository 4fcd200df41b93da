package io.muster.testkit.podman;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A registry of images on the loopback address: what podman has, over plain HTTP, so with {@code
 * --tls-verify=false}. It knows what a pull asks for (the OCI distribution specification, "pull"),
 * and nothing else.
 */
public final class TinyRegistry implements AutoCloseable {
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/sha256:([0-9a-f]{64})");
    private static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Path> images = new ConcurrentHashMap<>(); // by name and tag
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile Optional<String> demanded = Optional.empty();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private TinyRegistry(Path folder, HttpServer server) {
        this.folder = folder;
        this.server = server;
    }

    /** Opens one that has nothing yet; images are kept in this folder. */
    public static TinyRegistry open(Path folder) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var registry = new TinyRegistry(folder, server);
        server.setExecutor(registry.threads);
        server.createContext("/", registry::answer);
        server.start();
        return registry;
    }

    /** Returns the full name of an image here. */
    public String image(String nameAndTag) {
        return "127.0.0.1:" + server.getAddress().getPort() + "/" + nameAndTag;
    }

    /** Returns what names this registry in a file of credentials. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Offers an image that podman has, under a name and a tag, such as {@code app:1}. */
    public void offer(PodmanHome home, String image, String nameAndTag)
            throws IOException, InterruptedException {
        var content = Files.createTempDirectory(Files.createDirectories(folder), "image");
        home.podman("push", "--quiet", image, "dir:" + content);
        images.put(nameAndTag, content);
    }

    /** From now on there is none of that name and tag. */
    public void withdraw(String nameAndTag) {
        images.remove(nameAndTag);
    }

    /** From now on only who names this user and password gets anything. */
    public void demand(String user, String password) {
        var credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        demanded = Optional.of("Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    /** From now on it takes requests and does not answer them. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    /** Answers what waits, and what comes. */
    public void letGo() {
        gate.countDown();
    }

    /** Returns what is demanded as a file of credentials has it, as podman login writes it. */
    public String credentials() {
        return "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
                .formatted(host(), demanded.orElse("Basic ").substring("Basic ".length()));
    }

    /** Returns what was asked for, as method and path. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns the credentials that were shown, as they came. */
    public List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            awaitGate();
            var shown = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
            authorizations.addAll(shown);
            if (demanded.isPresent() && !shown.contains(demanded.get())) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
                exchange.sendResponseHeaders(401, -1);
            } else if (path.equals("/v2/") || path.equals("/v2")) {
                exchange.sendResponseHeaders(200, -1);
            } else {
                serve(exchange, path);
            }
        }
    }

    private void awaitGate() throws IOException {
        try {
            if (!gate.await(1, TimeUnit.MINUTES)) {
                throw new IOException("nobody lets it go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at the gate", e);
        }
    }

    private void serve(HttpExchange exchange, String path) throws IOException {
        var manifest = MANIFEST.matcher(path);
        if (manifest.matches()) {
            var image = images.get(manifest.group(1) + ":" + manifest.group(2));
            if (image != null) {
                var content = Files.readAllBytes(image.resolve("manifest.json"));
                boolean docker = new String(content, StandardCharsets.UTF_8).contains(DOCKER);
                send(exchange, docker ? DOCKER : OCI, content);
                return;
            }
        }
        var blob = BLOB.matcher(path);
        if (blob.matches()) {
            for (var image : images.values()) {
                var file = image.resolve(blob.group(2));
                if (Files.exists(file)) {
                    send(exchange, "application/octet-stream", Files.readAllBytes(file));
                    return;
                }
            }
        }
        exchange.sendResponseHeaders(404, -1);
    }

    private static void send(HttpExchange exchange, String type, byte[] content)
            throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
        }
        exchange.sendResponseHeaders(200, head ? -1 : content.length);
        if (!head) {
            exchange.getResponseBody().write(content);
        }
    }
}
