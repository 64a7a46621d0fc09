package dev.janiko.builder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.context.NamedContext;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.builder.sandbox.SecretValue;
import dev.janiko.builder.step.MountResources;
import dev.janiko.builder.support.BuildSite;
import dev.janiko.builder.support.GitServer;
import dev.janiko.builder.support.Order;
import dev.janiko.builder.support.TestImage;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarReader;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole builds in namespaces whose files come from elsewhere. */
@Timeout(120)
final class FetchingBuildTest {
  @TempDir Path temp;
  private BuildSite site;
  private GitServer git;
  private HttpServer web;

  @BeforeEach
  void open() throws Exception {
    site = BuildSite.open(temp);
    git = GitServer.start(Files.createDirectory(temp.resolve("served")));
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
  }

  @AfterEach
  void close() throws Exception {
    web.stop(0);
    git.close();
    site.close();
  }

  private String serve(String path, byte[] content) {
    web.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Last-Modified", "Mon, 03 Feb 2020 04:05:06 GMT");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
          }
        });
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  private ContextSpec named(Map<String, NamedContext> names) {
    return new ContextSpec(
        new ContextPlace.Folder(site.context()), Optional.empty(), Optional.empty(), names);
  }

  private static ContextSpec from(ContextPlace place) {
    return new ContextSpec(place, Optional.empty(), Optional.empty(), Map.of());
  }

  private Image build(ContextSpec spec) throws Exception {
    return build(spec, Platform.host());
  }

  private Image build(ContextSpec spec, Platform platform) throws Exception {
    return build(site.order().of(spec).platform(platform), platform);
  }

  private Image build(Order order, Platform platform) throws Exception {
    Path layout = Files.createTempDirectory(temp, "layout");
    site.build(order.to(layout));
    return OciLayout.at(layout).read("", platform);
  }

  private Image build(String... lines) throws Exception {
    site.dockerfile(lines);
    return build(new ContextSpec(site.context(), Optional.empty()));
  }

  /** The entries of the uppermost layer. */
  private static Map<String, TarEntry> entries(Image image) throws Exception {
    Map<String, TarEntry> entries = new TreeMap<>();
    try (InputStream in = new GZIPInputStream(image.layers().getLast().open())) {
      TarReader tar = new TarReader(in);
      for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
        entries.put(next.get().name(), next.get());
      }
    }
    return entries;
  }

  private static TarEntry entry(Image image, String name) throws Exception {
    return requireNonNull(entries(image).get(name), name);
  }

  private static List<String> files(Image image) throws Exception {
    return entries(image).keySet().stream().filter(name -> !name.endsWith("/")).toList();
  }

  private static byte[] archive(String... files) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(
          TestImage.tar(tar -> {
            for (int i = 0; i < files.length; i += 2) {
              TestImage.add(tar, files[i], files[i + 1]);
            }
          }));
    }
    return bytes.toByteArray();
  }

  @Test
  void aFileOfTheWebIsRootsAloneAndHasItsTime() throws Exception {
    String address = serve("/dir/file.txt", "text".getBytes(UTF_8));
    Image image = build("FROM scratch", "ADD " + address + "?a=b /in/", "ADD " + address + " /as");
    TarEntry entry = entry(image, "as");
    assertThat(entry.mode()).isEqualTo(0600);
    assertThat(entry.uid()).isZero();
    assertThat(entry.mtime()).isEqualTo(Timestamp.ofSeconds(1580702706));
    assertThat(image.config().history().stream().map(HistoryEntry::createdBy))
        .containsExactly(
            "ADD " + address + "?a=b /in/ # buildkit", "ADD " + address + " /as # buildkit");
  }

  @Test
  void anArchiveOfTheWebIsUnpackedOnRequestAlone() throws Exception {
    String address = serve("/a.tgz", archive("one", "1"));
    assertThat(files(build("FROM scratch", "ADD " + address + " /d/"))).containsExactly("d/a.tgz");
    assertThat(files(build("FROM scratch", "ADD --unpack " + address + " /d/")))
        .containsExactly("d/one");
  }

  @Test
  void whatTheWebGivesIsCheckedAndCredentialsAreNotTold() throws Exception {
    String address = serve("/file", "text".getBytes(UTF_8)).replace("://", "://user:s3cret@");
    assertThatThrownBy(() ->
            build(
                "FROM scratch", "ADD --checksum=sha256:" + "0".repeat(64) + " " + address + " /x"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("digest mismatch sha256:");
    assertThatThrownBy(() -> build("FROM scratch", "ADD --checksum=md5:0 " + address + " /x"))
        .hasMessageStartingWith("invalid checksum digest format");
    assertThatThrownBy(() -> build("FROM scratch", "COPY " + address + " /x"))
        .hasMessage("source can't be a URL for COPY");
    Image image = build("FROM scratch", "ADD " + address + " /x");
    assertThat(image.config().history().getLast().createdBy()).doesNotContain("s3cret");
    assertThat(site.heard().toString()).doesNotContain("s3cret");
  }

  @Test
  void aRepositoryIsAddedWithoutItsGitFolder() throws Exception {
    Path tree = git.repository("r.git", "a/one", "1", "two", "2");
    assertThat(tree.resolve("two").toFile().setExecutable(true)).isTrue();
    String commit = git.commit("r.git", "executable");
    String address = git.address() + "r.git";
    Image whole = build("FROM scratch", "ADD --checksum=" + commit + " " + address + " /src");
    assertThat(files(whole)).containsExactly("src/a/one", "src/two");
    assertThat(entry(whole, "src/two").mode()).isEqualTo(0755);
    assertThat(entry(whole, "src/a/one").mode()).isEqualTo(0644);
    assertThat(files(build("FROM scratch", "ADD " + address + "#main:a /src/")))
        .containsExactly("src/one");
    assertThat(files(build("FROM scratch", "ADD --keep-git-dir=true " + address + " /src")))
        .contains("src/.git/HEAD", "src/two");
  }

  private Image build(Map<String, String> secrets, String... lines) throws Exception {
    site.dockerfile(lines);
    Map<String, SecretValue> values = new TreeMap<>();
    secrets.forEach((id, value) -> values.put(id, SecretValue.of(value)));
    MountResources resources = new MountResources(Optional.empty(), values, Map.of(), "");
    return build(site.order().mounts(resources), Platform.host());
  }

  @Test
  void secretsOpenPrivateRepositories() throws Exception {
    git.repository("r.git", "file", "x");
    git.require("x-access-token", "t0ken");
    String add = "ADD " + git.address() + "r.git /src";
    String port = git.authority().replaceFirst(".*:", "");
    assertThatThrownBy(() -> build("FROM scratch", add))
        .hasMessageContaining("to ADD the secret GIT_AUTH_TOKEN");
    String header =
        "Basic " + Base64.getEncoder().encodeToString("x-access-token:t0ken".getBytes(UTF_8));
    for (Map<String, String> secrets :
        List.of(
            Map.of("GIT_AUTH_TOKEN", "t0ken\n"),
            Map.of("GIT_AUTH_TOKEN.127.0.0.1", "t0ken", "GIT_AUTH_TOKEN", "wrong"),
            Map.of("GIT_AUTH_HEADER.127.0.0.1:" + port, header, "GIT_AUTH_TOKEN", "wrong"))) {
      assertThat(files(build(secrets, "FROM scratch", add))).containsExactly("src/file");
    }
    int asked = git.authorizations().size();
    Map<String, String> elsewhere = Map.of("GIT_AUTH_TOKEN.example.org", "t0ken");
    assertThatThrownBy(() -> build(elsewhere, "FROM scratch", add))
        .isInstanceOf(BuildException.class)
        .hasMessageNotContaining("t0ken");
    assertThat(git.authorizations()).hasSize(asked);
    assertThat(site.heard().toString()).doesNotContain("t0ken");
  }

  @Test
  void secretsOpenPrivateFilesOfTheWeb() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    web.createContext(
        "/private",
        exchange -> {
          try (exchange) {
            seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    int port = web.getAddress().getPort();
    String address = "http://127.0.0.1:" + port + "/private";
    String add = "ADD " + address + " /x";
    build(Map.of("HTTP_AUTH_TOKEN_127.0.0.1", "one"), "FROM scratch", add);
    build(
        Map.of("HTTP_AUTH_HEADER_127.0.0.1:" + port, "Own two", "HTTP_AUTH_TOKEN_127.0.0.1", "x"),
        "FROM scratch",
        add);
    build(Map.of("HTTP_AUTH_TOKEN_example.org", "x"), "FROM scratch", add);
    build(
        Map.of("HTTP_AUTH_TOKEN_127.0.0.1", "x"),
        "FROM scratch",
        add.replace("://", "://user:pass@"));
    assertThat(seen).containsExactly("Bearer one", "Own two", "null", "Basic dXNlcjpwYXNz");
  }

  @Test
  void aRepositoryOverSshNeedsAnAgent() {
    assertThatThrownBy(() -> build("FROM scratch", "ADD git@127.0.0.1:r.git /src"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("give one with --ssh default");
  }

  @Test
  void aContextMayBeARepository() throws Exception {
    git.repository(
        "r.git", "app/Dockerfile", "FROM scratch\nCOPY . /\n", "app/file", "x", "other", "y");
    GitReference whole = GitReference.parse(git.address() + "r.git#main:app").orElseThrow();
    GitOptions options = new GitOptions(false, true, Optional.empty());
    assertThat(files(build(from(new ContextPlace.Git(whole, options)))))
        .containsExactly("Dockerfile", "file");
    GitReference all = GitReference.parse(git.address() + "r.git").orElseThrow();
    ContextSpec below =
        new ContextSpec(
            new ContextPlace.Git(all, options),
            Optional.of(Path.of("app")),
            Optional.empty(),
            Map.of());
    assertThat(files(build(below))).containsExactly("Dockerfile", "file");
    assertThat(site.heard(BuildEvent.BuildStarted.class).toString())
        .doesNotContain(temp.toString());
  }

  @Test
  void aFolderInARepositoryDoesNotLeadOut() throws Exception {
    Path tree = git.repository("r.git", "Dockerfile", "FROM scratch\n");
    Files.createSymbolicLink(tree.resolve("out"), Path.of("/etc"));
    git.commit("r.git", "link");
    GitOptions options = new GitOptions(false, true, Optional.empty());
    for (String folder : List.of("out", "../..", "nope")) {
      GitReference reference = GitReference.parse(git.address() + "r.git#:" + folder).orElseThrow();
      assertThatThrownBy(() -> build(from(new ContextPlace.Git(reference, options))))
          .as(folder)
          .isInstanceOf(BuildException.class);
    }
  }

  @Test
  void aContextMayBeAnArchiveFromAnywhere() throws Exception {
    byte[] archive = archive("Dockerfile", "FROM scratch\nCOPY file /x\n", "file", "1");
    Path file = Files.write(temp.resolve("a.tgz"), archive);
    String address = serve("/context.tar.gz", archive);
    for (ContextPlace place :
        List.of(
            new ContextPlace.Archive(file),
            new ContextPlace.Stream(new ByteArrayInputStream(archive), "standard input"),
            new ContextPlace.Web(address))) {
      assertThat(files(build(from(place)))).as("%s", place).containsExactly("x");
    }
  }

  @Test
  void whatIsNoArchiveIsADockerfile() throws Exception {
    byte[] text = "FROM scratch\nCOPY <<E /x\nhi\nE\n".getBytes(UTF_8);
    ContextPlace place = new ContextPlace.Stream(new ByteArrayInputStream(text), "standard input");
    assertThat(files(build(from(place)))).containsExactly("x");
    assertThatThrownBy(() ->
            build(from(new ContextPlace.Stream(InputStream.nullInputStream(), "standard input"))))
        .hasMessage("the build context on standard input is empty");
    Path file = Files.write(temp.resolve("text"), text);
    assertThatThrownBy(() -> build(from(new ContextPlace.Archive(file))))
        .hasMessageEndingWith("is no tar archive");
    assertThatThrownBy(() -> build(from(new ContextPlace.Archive(temp.resolve("none")))))
        .hasMessageContaining("none")
        .hasMessageContaining("no such file");
  }

  @Test
  void aDockerfileMayComeByItself() throws Exception {
    Files.writeString(site.context().resolve("file"), "1");
    byte[] text = "FROM scratch\nCOPY file /x\n".getBytes(UTF_8);
    for (DockerfilePlace place :
        List.of(
            new DockerfilePlace.Stream(new ByteArrayInputStream(text)),
            new DockerfilePlace.Web(serve("/Dockerfile", text)))) {
      ContextSpec spec =
          new ContextSpec(
              new ContextPlace.Folder(site.context()),
              Optional.empty(),
              Optional.of(place),
              Map.of());
      assertThat(files(build(spec))).containsExactly("x");
    }
  }

  @Test
  void namesStandForFoldersLayoutsAndImages() throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("file"), "1");
    Files.writeString(other.resolve("ignored"), "1");
    Files.writeString(other.resolve(".dockerignore"), "ignored\n");
    site.dockerfile("FROM scratch", "COPY --from=other . /");
    Map<String, NamedContext> folder =
        Map.of("other", new NamedContext.Files(new ContextPlace.Folder(other)));
    assertThat(files(build(named(folder)))).containsExactly(".dockerignore", "file");

    Image made = new TestImage().layer("made", "1").image();
    Path layout = temp.resolve("images");
    OciLayout.at(layout).write(made, "v1");
    site.dockerfile(
        "FROM base AS a", "COPY Dockerfile /d", "FROM scratch", "COPY --from=base made /m");
    for (NamedSource source :
        List.of(
            new NamedSource.Layout(layout, Optional.of("v1"), Optional.empty()),
            new NamedSource.Layout(layout, Optional.empty(), Optional.of(made.digest())),
            new NamedSource.Image(site.registry().put("real", made)))) {
      Map<String, NamedContext> names = Map.of("base", new NamedContext.Image(source));
      assertThat(files(build(named(names)))).as("%s", source).containsExactly("m");
    }
    site.dockerfile("FROM base", "COPY Dockerfile /d");
    NamedSource source = new NamedSource.Layout(layout, Optional.of("v1"), Optional.empty());
    Image upon = build(named(Map.of("base", new NamedContext.Image(source))));
    assertThat(upon.config().diffIds()).startsWith(made.config().diffIds().getFirst());
    NamedSource missing = new NamedSource.Layout(layout, Optional.of("v2"), Optional.empty());
    assertThatThrownBy(() -> build(named(Map.of("base", new NamedContext.Image(missing)))))
        .hasMessageContaining("no such image in layout");
  }

  @Test
  void filesAreCopiedForMachinesThatAreNotHere() throws Exception {
    Platform arm = Platform.parse("linux/arm/v7");
    site.dockerfile("FROM scratch", "ARG TARGETARCH TARGETVARIANT", "COPY $TARGETARCH /x");
    Files.writeString(site.context().resolve("arm"), "1");
    Image image = build(new ContextSpec(site.context(), Optional.empty()), arm);
    assertThat(image.config().platform()).isEqualTo(arm);
    assertThat(files(image)).containsExactly("x");
  }

  @Test
  void commandsForMachinesThatAreNotHereAreRefusedBeforeOthersRun() throws Exception {
    site.dockerfile("FROM scratch", "COPY Dockerfile /", "RUN true");
    assertThatThrownBy(() ->
            build(new ContextSpec(site.context(), Optional.empty()), Platform.parse("linux/s390x")))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> assertThat(e.location().orElseThrow().startLine()).isEqualTo(3))
        .hasMessageStartingWith("a command for linux/s390x cannot be run here, on linux/");
  }
}
