package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The CAs whose certificates are taken.
 *
 * @param trust judges by these CAs alone
 */
public record ClientAuthorities(List<X509Certificate> certificates, X509TrustManager trust) {
  /**
   * Reads CAs.
   *
   * @param files one at least
   * @throws UnusableFileException if a file holds no certificates in PEM
   */
  public static ClientAuthorities read(List<Path> files) throws UnusableFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : files) {
      certificates.addAll(PemIdentity.certificates(file));
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca-" + i, certificates.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      X509TrustManager trust =
          Arrays.stream(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .findFirst()
              .orElseThrow();
      return new ClientAuthorities(List.copyOf(certificates), trust);
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableFileException(
          "certificate file " + files.get(0) + " cannot serve as CAs: " + e.getMessage(), e);
    }
  }

  /** Whether the chain leads to one of the CAs and is valid now. */
  boolean admits(X509Certificate[] chain) {
    try {
      trust.checkClientTrusted(chain, "UNKNOWN");
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }
}
