package dev.plumbline.agent;

import dev.plumbline.agent.security.Disconnection;
import org.eclipse.jetty.ee10.servlet.ServletChannel;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives every request a servlet channel of its own. Jetty keeps the last one of a connection for
 * the next request; a late write of a cancelled call would then end up in a stranger's answer. And
 * a {@link Disconnection}, which hears of a client that goes at any time.
 */
final class FreshServletChannel extends Handler.Wrapper {
  FreshServletChannel(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    request.getComponents().getCache().removeAttribute(ServletChannel.class.getName());
    Disconnection disconnection = new Disconnection();
    request.setAttribute(Disconnection.ATTRIBUTE, disconnection);
    request.addFailureListener(failure -> disconnection.happens());
    return super.handle(request, response, callback);
  }
}
