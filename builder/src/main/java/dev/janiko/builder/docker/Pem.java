package dev.janiko.builder.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM files (RFC 7468), as openssl and docker's images make them. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] VERSION_0 = {2, 1, 0};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 4;
  private static final int PARAMETERS = 0xa0;
  private static final int OBJECT_ID = 6;

  private Pem() {}

  static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  /** A key in PKCS #8, PKCS #1 (RSA) or SEC 1 (elliptic curves), not encrypted. */
  static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw new GeneralSecurityException(file.getFileName() + " holds no private key");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(matcher.group(2).strip());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(file.getFileName() + " is damaged", e);
    }
    return switch (matcher.group(1)) {
      case "RSA PRIVATE KEY" -> decode(pkcs8(RSA, der), List.of("RSA"));
      case "EC PRIVATE KEY" -> decode(pkcs8(tagged(SEQUENCE, EC, curve(der)), der), List.of("EC"));
      case "PRIVATE KEY" -> decode(der, List.of("RSA", "EC", "EdDSA"));
      default -> throw new GeneralSecurityException(file.getFileName() + " is encrypted");
    };
  }

  private static PrivateKey decode(byte[] pkcs8, List<String> algorithms)
      throws GeneralSecurityException {
    GeneralSecurityException failure = new GeneralSecurityException("the key is of no known kind");
    for (String algorithm : algorithms) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
  }

  private static byte[] tagged(int tag, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = body.size();
    if (length >= 0x80) {
      out.write(length > 0xff ? 0x82 : 0x81);
      if (length > 0xff) {
        out.write(length >> 8);
      }
    }
    out.write(length);
    out.writeBytes(body.toByteArray());
    return out.toByteArray();
  }

  /** The object id of the curve, which a SEC 1 key has in its field [0]. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    for (int i = 0; i + 4 < der.length; i++) {
      if ((der[i] & 0xff) == PARAMETERS && der[i + 2] == OBJECT_ID) {
        int end = i + 4 + der[i + 3];
        if (der[i + 1] == der[i + 3] + 2 && end <= der.length) {
          return Arrays.copyOfRange(der, i + 2, end);
        }
      }
    }
    throw new GeneralSecurityException("the key does not name its curve");
  }
}
