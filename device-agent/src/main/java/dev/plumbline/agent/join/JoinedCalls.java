package dev.plumbline.agent.join;

import dev.plumbline.agent.security.Caller;
import java.util.Objects;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Says of calls that came over a connection which the agent dialled whose they are. */
public final class JoinedCalls extends Handler.Wrapper {
  /** Header in which the joined host says who called it; believed of no other caller. */
  static final String CALLER = "plumbline-caller";

  public JoinedCalls(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getConnectionMetaData().getConnector() instanceof JoinedConnector joined) {
      String forWhom = Objects.requireNonNullElse(request.getHeaders().get(CALLER), "");
      request.setAttribute(
          Caller.JoinedHost.ATTRIBUTE, new Caller.JoinedHost(joined.host(), forWhom));
    }
    return super.handle(request, response, callback);
  }
}
