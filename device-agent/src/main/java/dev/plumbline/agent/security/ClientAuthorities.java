package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The CAs whose client certificates the agent takes.
 *
 * @param trust judges by these CAs alone
 */
record ClientAuthorities(List<X509Certificate> certificates, X509TrustManager trust) {
  static ClientAuthorities read(Path file) throws UnusableFileException {
    List<X509Certificate> certificates = PemIdentity.certificates(file);
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
      return new ClientAuthorities(certificates, trust);
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableFileException(
          "certificate file " + file + " cannot serve as CAs: " + e.getMessage(), e);
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
