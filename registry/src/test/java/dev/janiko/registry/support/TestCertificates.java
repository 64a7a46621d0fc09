package dev.janiko.registry.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An authority of the tests, a server's certificate for 127.0.0.1 and a client's.
 *
 * @param folder holds {@code ca.pem}, and {@code server} and {@code client} each as {@code .pem}
 *     and {@code .key}
 */
public record TestCertificates(Path folder) {
  public static TestCertificates create(Path folder) throws Exception {
    TestCertificates all = new TestCertificates(folder);
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30",
        List.of(
            "-subj",
            "/CN=Janiko's tests",
            "-keyout",
            folder + "/ca.key",
            "-out",
            folder + "/ca.pem"));
    all.issue("server", "-newkey rsa:2048", "subjectAltName=IP:127.0.0.1");
    all.issue(
        "client",
        "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1",
        "extendedKeyUsage=clientAuth");
    return all;
  }

  private void issue(String name, String key, String extension) throws Exception {
    Path request = folder.resolve(name + ".csr");
    Path extensions = Files.writeString(folder.resolve(name + ".ext"), extension + "\n");
    openssl(
        "req -nodes " + key,
        List.of(
            "-subj", "/CN=" + name, "-keyout", file(name + ".key"), "-out", request.toString()));
    openssl(
        "x509 -req -days 30 -CAcreateserial",
        List.of(
            "-in",
            request.toString(),
            "-CA",
            file("ca.pem"),
            "-CAkey",
            file("ca.key"),
            "-extfile",
            extensions.toString(),
            "-out",
            file(name + ".pem")));
  }

  private static void openssl(String options, List<String> files) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Arrays.asList(options.split(" ", -1)));
    command.addAll(files);
    Programs.run(command.toArray(new String[0]));
  }

  private String file(String name) {
    return path(name).toString();
  }

  public Path path(String name) {
    return folder.resolve(name);
  }
}
