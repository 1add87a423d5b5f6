package dev.plumbline.host.gateway;

import com.google.protobuf.MessageLite;
import dev.plumbline.agent.security.StatusText;
import io.grpc.Status;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What the gateway itself answers to a call of gRPC. */
final class GrpcAnswer {
  static final String STATUS = "grpc-status";
  static final String MESSAGE = "grpc-message";
  private static final String TYPE = "application/grpc";

  private GrpcAnswer() {}

  /** A status without a message. */
  static void refuse(Response response, Callback callback, Status status) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
    put(response.getHeaders(), status);
    response.write(true, null, callback);
  }

  /** Writes a status where gRPC looks for it. */
  static void put(HttpFields.Mutable fields, Status status) {
    fields.put(STATUS, Integer.toString(status.getCode().value()));
    if (status.getDescription() != null) {
      fields.put(MESSAGE, StatusText.encoded(status.getDescription()));
    }
  }

  /** One message and the status OK. */
  static void answer(Response response, Callback callback, MessageLite message) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
    HttpFields.Mutable trailers = HttpFields.build();
    put(trailers, Status.OK);
    response.setTrailersSupplier(() -> trailers);
    byte[] bytes = message.toByteArray();
    // Before a message stand whether it is compressed and its length.
    ByteBuffer framed = ByteBuffer.allocate(5 + bytes.length);
    framed.put((byte) 0).putInt(bytes.length).put(bytes).flip();
    response.write(true, framed, callback);
  }
}
