package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What grpcurl and its like do: a call by a client that has no .proto file. */
class ReflectionCallTest {
  private static final String SERVICE = "plumbline.device.v1.DeviceService";

  @TempDir Path folder;

  @Test
  void aClientWithoutTheProtoFileDescribesTheDevice() throws Exception {
    try (AgentFixture agent =
        new AgentFixture(folder, AgentFixture.BOUNDS, Duration.ofMinutes(1))) {
      ServerReflectionResponse response =
          new Talk<ServerReflectionRequest, ServerReflectionResponse>(
                  ServerReflectionGrpc.newStub(agent.channel)::serverReflectionInfo)
              .send(ServerReflectionRequest.newBuilder().setFileContainingSymbol(SERVICE).build())
              .endSending()
              .answer();
      List<ByteString> files = response.getFileDescriptorResponse().getFileDescriptorProtoList();
      assertEquals(1, files.size());
      FileDescriptor file =
          FileDescriptor.buildFrom(
              FileDescriptorProto.parseFrom(files.get(0)), new FileDescriptor[0]);
      MethodDescriptor describe =
          file.findServiceByName("DeviceService").findMethodByName("Describe");
      DynamicMessage answer =
          ClientCalls.blockingUnaryCall(
              agent.channel,
              method(describe),
              CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
              DynamicMessage.getDefaultInstance(describe.getInputType()));
      DynamicMessage fingerprint = (DynamicMessage) field(answer, "fingerprint");
      assertEquals(AgentBuild.onnxRuntimeVersion(), field(fingerprint, "runtime"));
      DynamicMessage limits = (DynamicMessage) field(answer, "limits");
      assertEquals(AgentFixture.BOUNDS.maxBatch(), field(limits, "max_batch"));
    }
  }

  private static Object field(DynamicMessage message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> method(
      MethodDescriptor method) {
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(MethodType.UNARY)
        .setFullMethodName(
            io.grpc.MethodDescriptor.generateFullMethodName(SERVICE, method.getName()))
        .setRequestMarshaller(marshaller(method.getInputType()))
        .setResponseMarshaller(marshaller(method.getOutputType()))
        .build();
  }

  private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }
}
