package dev.plumbline.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates as PEM files, made by the JDK's keytool, for the host's tests too. */
public final class TestCertificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final Path store;

  public TestCertificates(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("test.p12");
  }

  /** A certificate and its key. */
  public record Pair(Path certificate, Path key) {}

  /** A CA of that name; its certificate's file. */
  public Path authority(String name) throws Exception {
    keytool(name, "-ext", "bc:c");
    return export(name).certificate();
  }

  /** A certificate for 127.0.0.1, signed by a CA that was made before. */
  public Pair signed(String name, String authority) throws Exception {
    return signed(name, authority, "127.0.0.1");
  }

  /** A certificate for an IP address, signed by a CA that was made before. */
  public Pair signed(String name, String authority, String address) throws Exception {
    keytool(name, "-signer", authority, "-ext", "san=ip:" + address);
    return export(name);
  }

  /** A certificate that is good for what keytool's options say, signed by a CA made before. */
  public Pair signedWith(String name, String authority, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-signer", authority));
    all.addAll(List.of(options));
    keytool(name, all.toArray(String[]::new));
    return export(name);
  }

  private void keytool(String alias, String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  private Pair export(String alias) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    StringBuilder chain = new StringBuilder();
    for (Certificate certificate : keys.getCertificateChain(alias)) {
      chain.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Key key = keys.getKey(alias, PASSWORD.toCharArray());
    return new Pair(
        Files.writeString(folder.resolve(alias + ".pem"), chain),
        Files.writeString(folder.resolve(alias + ".key"), pem("PRIVATE KEY", key.getEncoded())));
  }

  private static String pem(String what, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }
}
