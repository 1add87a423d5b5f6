package dev.plumbline.agent;

import dev.plumbline.agent.security.CallGate;
import io.grpc.servlet.jakarta.ServletAdapter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Hands gRPC calls on, and answers everything else in words instead of a page of error. */
final class GrpcEndpoint extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient ServletAdapter grpc;
  private final transient CallGate gate;

  GrpcEndpoint(ServletAdapter grpc, CallGate gate) {
    this.grpc = grpc;
    this.gate = gate;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean http2 = request.getProtocol().equals("HTTP/2.0");
    if (http2 && request.getMethod().equals("POST") && ServletAdapter.isGrpc(request)) {
      gate.serve(grpc, request, response);
      return;
    }
    response.setStatus(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
    response.setContentType("text/plain;charset=utf-8");
    response.getWriter().println("This is an agent of Plumbline; it speaks gRPC over HTTP/2.");
  }

  @Override
  public void destroy() {
    grpc.destroy();
  }
}
