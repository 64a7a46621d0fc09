package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The network's files, written once for each content. */
final class NetworkFiles {
  private static final String HOSTS =
      "127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n";
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Path folder;
  private final Map<String, UnixPath> written = new HashMap<>();

  NetworkFiles(Path folder) {
    this.folder = folder;
  }

  /** A copy of the build's own /etc/resolv.conf. */
  UnixPath resolvConf() throws IOException {
    String content = Files.isReadable(RESOLV_CONF) ? latin1(RESOLV_CONF) : "";
    return file("resolv.conf", content);
  }

  private static String latin1(Path path) throws IOException {
    return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
  }

  /** An /etc/hosts with some entries beside the usual. */
  UnixPath hosts(List<Command.HostEntry> extra) throws IOException {
    StringBuilder content = new StringBuilder(HOSTS);
    for (Command.HostEntry entry : extra) {
      content.append(entry.address()).append('\t').append(entry.host()).append('\n');
    }
    return file("hosts", content.toString());
  }

  private synchronized UnixPath file(String kind, String content) throws IOException {
    UnixPath known = written.get(kind + content);
    if (known != null) {
      return known;
    }
    Path file = folder.resolve(kind + "-" + written.size());
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    UnixPath path = UnixPath.of(file.toString());
    written.put(kind + content, path);
    return path;
  }
}
