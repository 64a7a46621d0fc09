package dev.janiko.registry.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts what the user named for a host, then what this Java runtime trusts, then what the
 * environment and the machine do: {@code SSL_CERT_FILE}, {@code SSL_CERT_DIR}, {@code
 * /kaniko/ssl/certs} and the system's bundle. The latter are only read if the former do not help,
 * as there are many.
 */
final class TrustedCertificates extends X509ExtendedTrustManager {
  private static final Path KANIKO = Path.of("/kaniko/ssl/certs");
  private static final List<Path> BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final Map<String, String> environment;
  private final List<X509ExtendedTrustManager> managers = new ArrayList<>();
  private boolean machineRead;

  private TrustedCertificates(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the certificates that the user named.
   *
   * @throws IOException if one of the files cannot be used
   */
  static TrustedCertificates of(List<Path> named, Map<String, String> environment)
      throws IOException {
    TrustedCertificates trusted = new TrustedCertificates(environment);
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : named) {
      certificates.addAll(Pem.certificates(file));
    }
    try {
      trusted.add(certificates);
      trusted.add(null);
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates cannot be used: " + e.getMessage(), e);
    }
    return trusted;
  }

  private void add(@Nullable List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (certificates != null) {
      if (certificates.isEmpty()) {
        return;
      }
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), certificates.get(i));
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        managers.add(extended);
      }
    }
  }

  /** The next manager to ask, if there is one. */
  private synchronized @Nullable X509ExtendedTrustManager manager(int index) {
    if (index == managers.size() && !machineRead) {
      machineRead = true;
      try {
        add(ofMachine());
      } catch (GeneralSecurityException | IOException e) {
        return null;
      }
    }
    return index < managers.size() ? managers.get(index) : null;
  }

  /** What cannot be read is left out, as it was not named for this purpose. */
  private List<X509Certificate> ofMachine() {
    List<X509Certificate> all = new ArrayList<>();
    String file = environment.getOrDefault("SSL_CERT_FILE", "");
    if (!file.isEmpty()) {
      addFile(all, Path.of(file));
    }
    for (String folder : environment.getOrDefault("SSL_CERT_DIR", "").split(":", -1)) {
      if (!folder.isEmpty()) {
        addFolder(all, Path.of(folder));
      }
    }
    addFolder(all, KANIKO);
    for (Path bundle : BUNDLES) {
      if (Files.isReadable(bundle)) {
        addFile(all, bundle);
        break;
      }
    }
    return all;
  }

  private static void addFolder(List<X509Certificate> all, Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      files.forEach(file -> addFile(all, file));
    } catch (IOException e) {
      // Left out.
    }
  }

  private static void addFile(List<X509Certificate> all, Path file) {
    try {
      all.addAll(Pem.certificates(file));
    } catch (IOException e) {
      // Left out.
    }
  }

  private interface Check {
    void with(X509ExtendedTrustManager manager) throws CertificateException;
  }

  private void check(Check check) throws CertificateException {
    CertificateException first = null;
    int index = 0;
    for (X509ExtendedTrustManager manager = manager(index);
        manager != null;
        manager = manager(++index)) {
      try {
        check.with(manager);
        return;
      } catch (CertificateException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new CertificateException("no certificates are trusted") : first;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("we are no server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("we are no server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("we are no server");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(manager -> manager.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
