package dev.plumbline.host.gateway;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.Callers;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** What a request shows of who sends it. */
public final class Credentials {
  private static final String BASIC = "Basic ";

  private Credentials() {}

  /**
   * Who calls.
   *
   * @throws Callers.NotAdmittedException with a sentence for them, if they may not
   */
  public static Caller caller(Callers callers, Request request)
      throws Callers.NotAdmittedException {
    Object tls = request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    X509Certificate[] chain =
        tls instanceof EndPoint.SslSessionData session ? session.peerCertificates() : null;
    return callers.admit(chain, bearer(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
  }

  /** Browsers ask for a name and a password, of which the latter is the token. */
  private static String bearer(String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return authorization;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
      String pair = new String(decoded, StandardCharsets.UTF_8);
      return "Bearer " + pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return authorization;
    }
  }
}
