package dev.janiko.registry.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM (RFC 7468, and the older forms of OpenSSL's keys). */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  /** rsaEncryption with no parameters: the algorithm of a PKCS #1 key. */
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** The identifier of id-ecPublicKey, which the curve's identifier follows. */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final byte[] VERSION = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;

  private Pem() {}

  /**
   * The certificates of a file, in their order.
   *
   * @throws IOException if it cannot be read, is malformed or holds none
   */
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Matcher block = BLOCK.matcher(Files.readString(file, ISO_8859_1));
      while (block.find()) {
        if (block.group(1).endsWith("CERTIFICATE")) {
          ByteArrayInputStream bytes = new ByteArrayInputStream(decoded(block.group(2)));
          all.add((X509Certificate) factory.generateCertificate(bytes));
        }
      }
    } catch (CertificateException | IllegalArgumentException e) {
      throw new IOException("malformed certificate in " + file, e);
    }
    if (all.isEmpty()) {
      throw new IOException("no certificate in " + file + ": it must be in PEM");
    }
    return List.copyOf(all);
  }

  /**
   * The private key of a file.
   *
   * @throws IOException if it cannot be read, is malformed, encrypted, or there is none
   */
  static PrivateKey key(Path file) throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(file, ISO_8859_1));
    while (block.find()) {
      String kind = block.group(1);
      if (kind.equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("ENCRYPTED")) {
        throw new IOException("the key in " + file + " is encrypted, which is not supported");
      }
      try {
        switch (kind) {
          case "PRIVATE KEY" -> {
            return parsed(decoded(block.group(2)));
          }
          case "RSA PRIVATE KEY" -> {
            return parsed(wrapped(RSA, decoded(block.group(2))));
          }
          case "EC PRIVATE KEY" -> {
            byte[] key = decoded(block.group(2));
            return parsed(wrapped(der(SEQUENCE, EC, curve(key)), key));
          }
          default -> {}
        }
      } catch (GeneralSecurityException | RuntimeException e) {
        // Their words may tell of the key.
        throw new IOException("malformed private key in " + file);
      }
    }
    throw new IOException("no private key in " + file + ": it must be in PEM");
  }

  private static byte[] decoded(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }

  private static PrivateKey parsed(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // It is another algorithm's.
      }
    }
    throw new InvalidKeySpecException("unknown algorithm");
  }

  /** A key in its algorithm's own form as PKCS #8 (RFC 5208). */
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
  }

  /** The identifier of the curve within a key of RFC 5915. */
  private static byte[] curve(byte[] key) {
    int at = content(key, 0);
    while (at < key.length) {
      int content = content(key, at);
      int end = content + length(key, at);
      if ((key[at] & 0xff) == CURVE) {
        return Arrays.copyOfRange(key, content, end);
      }
      at = end;
    }
    throw new IllegalArgumentException("a key of no curve");
  }

  /** Where the content of the element begins. */
  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.size() < 0x80) {
      out.write(content.size());
    } else {
      out.write(0x82);
      out.write(content.size() >> 8);
      out.write(content.size());
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
