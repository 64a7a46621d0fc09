package dev.janiko.registry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.support.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as openssl writes them. */
final class PemTest {
  @TempDir Path temp;

  private String file(String name) {
    return temp.resolve(name).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, genrsa -traditional 2048, BEGIN RSA PRIVATE KEY",
    "RSA, genpkey -algorithm RSA, BEGIN PRIVATE KEY",
    "EC, ecparam -name prime256v1 -genkey -noout, BEGIN EC PRIVATE KEY",
    "EC, ecparam -name secp384r1 -genkey, BEGIN EC PRIVATE KEY",
    "EC, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256, BEGIN PRIVATE KEY",
    "EdDSA, genpkey -algorithm ed25519, BEGIN PRIVATE KEY"
  })
  void keysOfEveryFormAreRead(String algorithm, String how, String beginning) throws Exception {
    String made = Programs.run(("openssl " + how).split(" ", -1));
    Path key = Files.writeString(temp.resolve("key"), made);
    assertThat(made).contains(beginning);
    PrivateKey read = Pem.key(key);
    assertThat(read.getAlgorithm()).isEqualTo(algorithm);
    Files.write(temp.resolve("ours"), read.getEncoded());
    // openssl itself finds the same public key in both.
    Programs.run("openssl", "pkey", "-in", key.toString(), "-pubout", "-out", file("a"));
    Programs.run(
        "openssl", "pkey", "-inform", "DER", "-in", file("ours"), "-pubout", "-out", file("b"));
    assertThat(temp.resolve("b")).hasSameTextualContentAs(temp.resolve("a"));
  }

  @Test
  void encryptedKeysAreRefusedInWords() throws Exception {
    Path key = temp.resolve("key");
    Programs.run(
        "openssl",
        "genpkey",
        "-algorithm",
        "ed25519",
        "-aes256",
        "-pass",
        "pass:x",
        "-out",
        key.toString());
    assertThatThrownBy(() -> Pem.key(key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("encrypted, which is not supported");
  }

  @Test
  void whatIsNoKeyIsNotShown() throws Exception {
    Path key =
        Files.writeString(
            temp.resolve("key"),
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> Pem.key(key))
        .hasMessage("malformed private key in " + key)
        .hasNoCause();
    Files.writeString(key, "nothing");
    assertThatThrownBy(() -> Pem.key(key)).hasMessageContaining("no private key in " + key);
  }
}
