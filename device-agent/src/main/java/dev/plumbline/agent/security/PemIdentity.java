package dev.plumbline.agent.security;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * A certificate and its private key, as two PEM files hold them.
 *
 * @param chain the certificate itself first
 */
public record PemIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  /**
   * Reads the pair.
   *
   * @throws UnusableFileException if a file is missing or no PEM, or the two do not belong together
   */
  public static PemIdentity read(Path certificate, Path key) throws UnusableFileException {
    List<X509Certificate> chain = certificates(certificate);
    PrivateKey secret = privateKey(key);
    if (!fits(secret, chain.get(0))) {
      throw new UnusableFileException(
          "key " + key + " is not that of certificate " + certificate + "; expected the pair");
    }
    return new PemIdentity(secret, chain);
  }

  /** All certificates of a PEM file, at least one. */
  static List<X509Certificate> certificates(Path file) throws UnusableFileException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] found = CertificateUtils.getX509Certificates(in);
      if (found.length == 0) {
        throw new UnusableFileException(
            "certificate file " + file + " is empty; expected X.509 certificates in PEM");
      }
      return List.of(found);
    } catch (IOException e) {
      throw unreadable("certificate file", file, e);
    } catch (CertificateException e) {
      throw new UnusableFileException(
          "certificate file " + file + " holds no X.509 certificates in PEM", e);
    }
  }

  private static PrivateKey privateKey(Path file) throws UnusableFileException {
    try (InputStream in = Files.newInputStream(file)) {
      String pem = Files.readString(file);
      if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
        throw new UnusableFileException(
            "key file "
                + file
                + " holds no unencrypted PKCS #8 key in PEM; 'openssl pkcs8 -topk8 -nocrypt' makes"
                + " one of other keys");
      }
      return CertificateUtils.getPrivateKey(in);
    } catch (IOException e) {
      throw unreadable("key file", file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnusableFileException(
          "key file " + file + " holds no RSA or EC key that Java can read", e);
    }
  }

  static UnusableFileException unreadable(String what, Path file, IOException e) {
    return new UnusableFileException(
        what
            + " "
            + file
            + (Files.exists(file)
                ? " cannot be read as text of PEM or UTF-8 (" + e.getMessage() + ")"
                : " does not exist"),
        e);
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate) {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    byte[] proof = {1, 2, 3};
    try {
      Signature sign = Signature.getInstance(algorithm);
      sign.initSign(key);
      sign.update(proof);
      byte[] signature = sign.sign();
      Signature verify = Signature.getInstance(algorithm);
      verify.initVerify(certificate.getPublicKey());
      verify.update(proof);
      return verify.verify(signature);
    } catch (GeneralSecurityException e) {
      // Keys of two kinds, or of two sizes: either way not a pair.
      return false;
    }
  }
}
