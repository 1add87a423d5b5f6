package dev.plumbline.host.gateway;

import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Requests that a page of another site has a browser send. */
public final class Browsers {
  private Browsers() {}

  /**
   * Whether a request comes from a page of another site. Programs say of no page that it sends what
   * they send, and browsers let no page leave it out.
   */
  public static boolean isFromElsewhere(Request request) {
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin == null) {
      return false;
    }
    String own = request.getHttpURI().getScheme() + "://" + request.getHttpURI().getAuthority();
    return !origin.toLowerCase(Locale.ROOT).equals(own.toLowerCase(Locale.ROOT));
  }
}
