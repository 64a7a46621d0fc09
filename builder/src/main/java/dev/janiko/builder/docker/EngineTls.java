package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How to speak TLS with an engine.
 *
 * @param folder holds {@code ca.pem}, {@code cert.pem} and {@code key.pem}, each if needed; the
 *     system's authorities and no certificate of our own if there is none
 * @param verify whether the engine's certificate is checked
 */
public record EngineTls(Optional<Path> folder, boolean verify) {
  private static final char[] NO_PASSWORD = new char[0];

  /** Checks the parts. */
  public EngineTls {
    requireNonNull(folder, "folder is null");
  }

  /** The system's authorities. */
  static EngineTls system() {
    return new EngineTls(Optional.empty(), true);
  }

  /** As docker's command: off unless one of the variables for it is not empty. */
  static Optional<EngineTls> of(Map<String, String> environment) {
    boolean verify = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
    if (!verify && environment.getOrDefault("DOCKER_TLS", "").isEmpty()) {
      return Optional.empty();
    }
    String path = environment.getOrDefault("DOCKER_CERT_PATH", "");
    String configuration = environment.getOrDefault("DOCKER_CONFIG", "");
    Path folder =
        !path.isEmpty()
            ? Path.of(path)
            : !configuration.isEmpty()
                ? Path.of(configuration)
                : Path.of(environment.getOrDefault("HOME", "/root"), ".docker");
    return Optional.of(new EngineTls(Optional.of(folder), verify));
  }

  /**
   * Sets TLS up.
   *
   * @throws EngineException if a certificate or the key cannot be used
   */
  SSLContext context() throws EngineException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trust(), new SecureRandom());
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new EngineException(
          EngineException.Reason.REFUSED,
          "the certificates for the Docker engine in "
              + folder.map(Path::toString).orElse("the system")
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  private Optional<Path> file(String name) {
    return folder.map(path -> path.resolve(name)).filter(Files::exists);
  }

  private KeyManager[] keys() throws GeneralSecurityException, IOException {
    Optional<Path> certificate = file("cert.pem");
    Optional<Path> key = file("key.pem");
    if (certificate.isEmpty() || key.isEmpty()) {
      return new KeyManager[0];
    }
    KeyStore store = empty();
    List<X509Certificate> chain = Pem.certificates(certificate.get());
    store.setKeyEntry("engine", Pem.key(key.get()), NO_PASSWORD, chain.toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager[] trust() throws GeneralSecurityException, IOException {
    if (!verify) {
      return new TrustManager[] {new TrustAll()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    Optional<Path> authority = file("ca.pem");
    if (authority.isEmpty()) {
      factory.init((KeyStore) null);
      return factory.getTrustManagers();
    }
    KeyStore store = empty();
    int number = 0;
    for (X509Certificate certificate : Pem.certificates(authority.get())) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** For engines whose user said not to verify. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
