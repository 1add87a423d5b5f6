package dev.plumbline.host.device;

import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * A device as the host knows it, whose Infer calls are timed.
 *
 * @param overhead is told, for each call that went well, the nanoseconds from its start to its end
 *     that were no inference
 */
public record SoakDevice(DeviceAddress address, Preprocessing preprocessing, LongConsumer overhead)
    implements JudgeSource {
  @Override
  public String id() {
    return address.toString();
  }

  @Override
  public JudgeKind kind() {
    return JudgeKind.DEVICE;
  }

  @Override
  public Judge open(OnnxModel model) {
    DeviceAccess access = DeviceAccess.inTheClear();
    DeviceClient client =
        new DeviceClient(
            address,
            access.channel(address).intercept(new Timing(overhead)),
            Duration.ofMinutes(2));
    return DeviceJudge.connect(id(), client, access, model, preprocessing, DeviceLine::meet);
  }

  private record Timing(LongConsumer overhead) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      ClientCall<Q, A> call = next.newCall(method, options);
      return method.getBareMethodName().equals("Infer") ? new Timed<>(call, overhead) : call;
    }
  }

  private static final class Timed<Q, A> extends SimpleForwardingClientCall<Q, A> {
    private final LongConsumer overhead;

    Timed(ClientCall<Q, A> call, LongConsumer overhead) {
      super(call);
      this.overhead = overhead;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      long began = System.nanoTime();
      super.start(
          new SimpleForwardingClientCallListener<>(listener) {
            private long inference;

            @Override
            public void onMessage(A message) {
              inference += ((InferResponse) message).getInferenceNanos();
              super.onMessage(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              if (status.isOk()) {
                overhead.accept(System.nanoTime() - began - inference);
              }
              super.onClose(status, trailers);
            }
          },
          headers);
    }
  }
}
