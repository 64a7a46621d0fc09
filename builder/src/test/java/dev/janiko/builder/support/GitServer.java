package dev.janiko.builder.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves git repositories on this machine by HTTP, through git's own {@code http-backend}. */
public final class GitServer implements AutoCloseable {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "GIT_CONFIG_NOSYSTEM", "1",
          "GIT_CONFIG_GLOBAL", "/dev/null",
          "GIT_AUTHOR_NAME", "Somebody",
          "GIT_AUTHOR_EMAIL", "somebody@example.org",
          "GIT_AUTHOR_DATE", "2020-02-03T04:05:06Z",
          "GIT_COMMITTER_NAME", "Somebody",
          "GIT_COMMITTER_EMAIL", "somebody@example.org",
          "GIT_COMMITTER_DATE", "2020-02-03T04:05:06Z");

  private final Path folder;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile Optional<String> login = Optional.empty();

  private GitServer(Path folder, HttpServer server) {
    this.folder = folder;
    this.server = server;
  }

  /** Serves the bare repositories in a folder. */
  public static GitServer start(Path folder) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    GitServer git = new GitServer(folder, server);
    server.setExecutor(git.threads);
    server.createContext("/", git::serve);
    server.start();
    return git;
  }

  /** Makes all repositories private: only these may see them. */
  public void require(String user, String password) {
    String pair = user + ":" + password;
    login = Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  /** The address of all repositories, ending with a slash. */
  public String address() {
    return "http://" + authority() + "/";
  }

  /** Host and port. */
  public String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The authorizations that came with requests. */
  public List<String> authorizations() {
    return authorizations;
  }

  /** A repository with a first commit of files, told as paths and contents in turn. */
  public Path repository(String name, String... files) throws IOException {
    Path bare = folder.resolve(name);
    Path tree = Files.createDirectories(folder.resolve("trees").resolve(name));
    git(folder, "init", "-q", "--bare", "-b", "main", bare.toString());
    git(tree, "init", "-q", "-b", "main");
    git(tree, "remote", "add", "origin", bare.toString());
    commit(name, "first", files);
    return tree;
  }

  /** Adds a commit of files to the present branch of a repository, and publishes all. */
  public String commit(String name, String message, String... files) throws IOException {
    Path tree = folder.resolve("trees").resolve(name);
    for (int i = 0; i < files.length; i += 2) {
      Path file = tree.resolve(files[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, files[i + 1]);
    }
    git(tree, "add", "-A");
    git(tree, "commit", "-q", "--allow-empty", "-m", message);
    publish(tree);
    return git(tree, "rev-parse", "HEAD").strip();
  }

  /** Publishes all branches and tags. */
  public static void publish(Path tree) throws IOException {
    git(tree, "push", "-q", "--force", "origin", "--all");
    git(tree, "push", "-q", "--force", "origin", "--tags");
  }

  /** Runs git, and returns what it prints. */
  public static String git(Path folder, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(SETTINGS);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (await(process) != 0) {
      throw new IOException(command + ": " + output);
    }
    return output;
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (given != null) {
        authorizations.add(given);
      }
      if (login.isPresent() && !login.get().equals(given)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      answer(exchange);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.putAll(SETTINGS);
    environment.put("GIT_PROJECT_ROOT", folder.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put(
        "QUERY_STRING", Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""));
    set(environment, "CONTENT_TYPE", exchange, "Content-Type");
    set(environment, "HTTP_CONTENT_ENCODING", exchange, "Content-Encoding");
    set(environment, "GIT_PROTOCOL", exchange, "Git-Protocol");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream input = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(input);
    }
    InputStream output = process.getInputStream();
    int status = 200;
    for (String line = line(output); !line.isEmpty(); line = line(output)) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      if (line.startsWith("Status:")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(line.substring(0, colon), value);
      }
    }
    exchange.sendResponseHeaders(status, 0);
    output.transferTo(exchange.getResponseBody());
  }

  private static void set(
      Map<String, String> environment, String name, HttpExchange exchange, String header) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      environment.put(name, value);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.write(c);
    }
    return line.toString(UTF_8).strip();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
