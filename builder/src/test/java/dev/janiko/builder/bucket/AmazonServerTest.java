package dev.janiko.builder.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.fetch.FetchException;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that speaks as S3 does and checks signatures, in a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AmazonServerTest {
  private static final String SECRET = "se/cret+key";
  private static final String OBJECT = "s3://team/some folder/a+b=\u00fc.tgz";
  private static final Map<String, String> KEYS =
      Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", SECRET);

  @TempDir private static Path temp;
  private final Http http = Http.create(TransportOptions.of(Map.of()));
  private final Map<String, String> variables = new HashMap<>();
  private Process server;

  @BeforeAll
  void serve() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    Path data = temp.resolve("data");
    Files.createDirectories(data.resolve("team/some folder"));
    Files.writeString(data.resolve("team/some folder/a+b=\u00fc.tgz"), "content");
    Path settings = temp.resolve("settings");
    Files.write(
        settings,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=aws-v4",
            "s3proxy.identity=AKID",
            "s3proxy.credential=" + SECRET,
            "jclouds.provider=filesystem",
            "jclouds.identity=x",
            "jclouds.credential=y",
            "jclouds.filesystem.basedir=" + data));
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Files.readString(Path.of("target/s3-server.classpath")).strip(),
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await(port);
    variables.put("S3_ENDPOINT", "http://127.0.0.1:" + port);
    variables.put("S3_FORCE_PATH_STYLE", "true");
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
  }

  private void await(int port) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !server.isAlive()) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  @AfterAll
  void stop() throws Exception {
    http.close();
    server.destroy();
    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private Path get(String address, Map<String, String> more) throws IOException {
    Map<String, String> all = new HashMap<>(variables);
    all.putAll(more);
    Path file = temp.resolve("file");
    new BucketDownloads(http)
        .download(BucketObject.parse(address).orElseThrow(), new CloudVariables(all), file);
    return file;
  }

  @Test
  void keysOfTheEnvironmentSign() throws Exception {
    assertThat(get(OBJECT, KEYS)).hasContent("content");
  }

  @Test
  void keysOfAProfileSign() throws Exception {
    Path home = Files.createDirectories(temp.resolve("home"));
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(
        home.resolve(".aws/credentials"),
        "[default]\naws_access_key_id = no\n[ci]\naws_access_key_id = AKID\n"
            + "aws_secret_access_key = "
            + SECRET
            + "\n");
    Files.writeString(home.resolve(".aws/config"), "[profile ci]\nregion = eu-west-1\n");
    assertThat(get(OBJECT, Map.of("HOME", home.toString(), "AWS_PROFILE", "ci")))
        .hasContent("content");
  }

  @Test
  void whoAskedAndWhatWasAnsweredIsToldWithoutTheSecret() {
    assertThatThrownBy(() ->
            get(OBJECT, Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "wr0ng")))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(OBJECT)
        .hasMessageContaining("403 SignatureDoesNotMatch")
        .hasMessageContaining("$AWS_ACCESS_KEY_ID")
        .hasMessageNotContaining("wr0ng");
    assertThatThrownBy(() -> get(OBJECT, Map.of()))
        .hasMessageContaining("asked without credentials");
    assertThatThrownBy(() -> get("s3://team/none", KEYS)).hasMessageContaining("404 NoSuchKey");
  }
}
