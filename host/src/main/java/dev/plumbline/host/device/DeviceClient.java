package dev.plumbline.host.device;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.HealthRequest;
import dev.plumbline.device.v1.HealthResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.judging.Placement;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One agent, seen from the host. Nothing is sent before the first method asks for it.
 *
 * <p>Every method throws {@link DeviceUnreachableException} when the device cannot be reached, is
 * lost or stays silent for too long, and {@link BadInputException} with the agent's own sentence
 * when it refuses what it was sent. One thread at a time.
 */
public final class DeviceClient implements AutoCloseable {
  /** For calls that ask for no work. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** An emulator takes many times as long over a batch as the slowest board. */
  private static final Duration EMULATED_PATIENCE = Duration.ofMinutes(20);

  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final DeviceAddress address;
  private final ManagedChannel channel;
  private Duration patience;
  private Limits limits;

  private ModelInputs inputs = ModelInputs.ONLY_PICTURES;

  /** Threads that calls ask for; 0 for the agent's own. */
  private int threads;

  /** The model's outputs that calls ask for; empty for the first. */
  private List<String> outputs = List.of();

  /** A client that lets the device be silent for two minutes while it works. */
  public DeviceClient(DeviceAddress address) {
    this(address, DeviceAccess.inTheClear());
  }

  /** One that comes to the device in the given way, as patient as the other. */
  public DeviceClient(DeviceAddress address, DeviceAccess access) {
    this(address, access, Duration.ofMinutes(2));
  }

  /**
   * @param patience how long the device may be silent while an answer is due: above the time that
   *     it takes to load a model or to run one batch; one that says that it is emulated gets 20
   *     minutes at least
   */
  public DeviceClient(DeviceAddress address, DeviceAccess access, Duration patience) {
    this(address, access.channel(address), patience);
  }

  DeviceClient(DeviceAddress address, ManagedChannelBuilder<?> line, Duration patience) {
    this.address = address;
    this.patience = patience;
    this.channel =
        line.maxInboundMessageSize(MAX_ANSWER_BYTES)
            // Nothing that takes answers waits: they are queued for the thread that asked.
            .directExecutor()
            // A device that lost its power ends no connection: this notices, within half a minute.
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .build();
  }

  /**
   * Asks a device whether it is there, before long work that needs it.
   *
   * @throws DeviceUnreachableException if it does not answer
   */
  public static void requireReachable(DeviceAddress address, DeviceAccess access) {
    try (DeviceClient client = new DeviceClient(address, access)) {
      client.health();
    }
  }

  public DeviceAddress address() {
    return address;
  }

  /** What would produce a verdict on the device. */
  public Fingerprint describe() {
    DescribeResponse response =
        unary("asking", stub -> stub.describe(DescribeRequest.getDefaultInstance()));
    limits = response.getLimits();
    Fingerprint fingerprint = Fingerprint.of(response.getFingerprint());
    if (!fingerprint.emulator().isEmpty() && patience.compareTo(EMULATED_PATIENCE) < 0) {
      patience = EMULATED_PATIENCE;
    }
    return fingerprint;
  }

  /** Whether the device takes work, and what that costs it. */
  public DeviceHealth health() {
    HealthResponse response =
        unary("asking", stub -> stub.health(HealthRequest.getDefaultInstance()));
    return new DeviceHealth(
        response.getStatus() == HealthResponse.Status.STATUS_SERVING,
        response.getModels(),
        Duration.ofMillis(response.getUptimeMillis()),
        response.getResidentBytes());
  }

  /** The most threads that {@link #ask} may ask for; 0 if the agent knows its own number only. */
  int maxThreads() {
    return limits().getMaxThreads();
  }

  /** For outputs in the device's answers. */
  AnswerRoom answerRoom() {
    return new AnswerRoom(limits().getMaxOutputBytes());
  }

  /** Has models run with 1 to {@link #maxThreads} threads from now on; 0 for the agent's own. */
  void ask(int number) {
    threads = number;
  }

  /**
   * Has calls return outputs of their model by name, not the first.
   *
   * @throws BadInputException if the agent returns the first output whatever it is asked for, or
   *     one only where several are asked for
   */
  void readOutputs(List<String> names) {
    boolean able = speaksNamedTensors() || limits().getNamesOutputs() && names.size() == 1;
    if (!able) {
      throw new BadInputException(
          "the agent of device "
              + address
              + (limits().getNamesOutputs()
                  ? " returns one output of a model only"
                  : " returns the first output of a model only")
              + ", expected one that returns "
              + (names.size() == 1 ? "the output " : "the outputs ")
              + String.join(", ", names)
              + ": update the agent");
    }
    outputs = List.copyOf(names);
  }

  /**
   * Has calls give these inputs to their model.
   *
   * @throws BadInputException if the agent gives pictures alone
   */
  void feed(ModelInputs inputs) {
    if (!inputs.fixed().isEmpty() && !speaksNamedTensors()) {
      throw new BadInputException(
          "the agent of device "
              + address
              + " gives a model pictures only, expected one that gives it other inputs too: update"
              + " the agent");
    }
    this.inputs = inputs;
  }

  /** What ran of the models that the device has in memory, by their SHA-256. */
  public Map<String, Placement> ran() {
    Map<String, Placement> ran = new LinkedHashMap<>();
    unary("asking", stub -> stub.describe(DescribeRequest.getDefaultInstance()))
        .getModelsList()
        .forEach(model -> ran.put(model.getModelSha256(), Fingerprint.placement(model)));
    return ran;
  }

  /**
   * Puts a model on the device, unless it is there already; it is loaded when this returns.
   *
   * @return SHA-256 of the model, as {@link #infer} wants it
   */
  public String putModel(Path model) {
    return new ModelUpload(address, channel, patience, limits()).put(model);
  }

  /**
   * Runs a model on pictures.
   *
   * @param modelSha256 what {@link #putModel} gave
   * @param shape of every picture
   * @param batch pictures that the device runs at once, at least 1
   * @param step is told the number of pictures done
   * @return numbers of one output by picture, in the order of the pictures; NaN and infinities
   *     stand as the device gave them
   */
  public float[][] infer(
      String modelSha256,
      PictureShape shape,
      Preprocessing preprocessing,
      List<Picture> pictures,
      int batch,
      Progress.Step step) {
    float[][] all = new float[pictures.size()][];
    inferEach(
        modelSha256,
        shape,
        preprocessing,
        pictures,
        batch,
        (first, logits) -> {
          System.arraycopy(logits, 0, all, first, logits.length);
          step.at(first + logits.length, "");
        });
    return all;
  }

  /**
   * Runs a model on pictures and hands on what comes as it comes, so that a device that is lost
   * takes nothing along that it has judged.
   *
   * @see #infer(String, PictureShape, Preprocessing, List, int, Progress.Step)
   */
  public void inferEach(
      String modelSha256,
      PictureShape shape,
      Preprocessing preprocessing,
      List<Picture> pictures,
      int batch,
      LogitsSink sink) {
    runEach(
        modelSha256,
        shape,
        preprocessing,
        pictures,
        batch,
        part -> {
          float[] values = part.tensor().floats();
          float[][] rows = new float[part.count()][];
          for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(values, row * part.width(), (row + 1) * part.width());
          }
          sink.accept(part.first(), rows);
        });
  }

  /**
   * As {@link #inferEach}, with what the device's ONNX Runtime gave as it gave it: of an agent of
   * version 1 rows of float32.
   */
  void runEach(
      String modelSha256,
      PictureShape shape,
      Preprocessing preprocessing,
      List<Picture> pictures,
      int batch,
      OutputSink sink) {
    new PictureStream(address, channel, patience, limits(), threads, outputs, inputs)
        .run(modelSha256, shape, preprocessing, pictures, batch, sink);
  }

  /** As the other, on tensors of one shape. */
  void runEach(String modelSha256, List<TensorInput> tensors, int batch, OutputSink sink) {
    new TensorStream(address, channel, patience, limits(), threads, outputs)
        .run(modelSha256, inputs, tensors, batch, sink);
  }

  /** Whether answers have named tensors, or else logits. */
  boolean speaksNamedTensors() {
    return PictureStream.speaksNamedTensors(limits());
  }

  private Limits limits() {
    if (limits == null) {
      describe();
    }
    if (limits.getWindow() < 1 || limits.getMaxChunkBytes() < 1) {
      throw new DeviceUnreachableException(
          "device "
              + address
              + " allows "
              + limits.getWindow()
              + " unanswered chunks of "
              + limits.getMaxChunkBytes()
              + " bytes; expected at least 1 of each",
          null);
    }
    return limits;
  }

  private <T> T unary(
      String doing, Function<DeviceServiceGrpc.DeviceServiceBlockingStub, T> method) {
    try {
      return method.apply(
          DeviceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusRuntimeException e) {
      boolean unconnected = channel.getState(false) != ConnectivityState.READY;
      if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED && unconnected) {
        // Nobody was there to be late.
        throw Refusals.of(
            address,
            doing,
            Status.UNAVAILABLE
                .withDescription("no connection within " + DEADLINE.toSeconds() + " s")
                .withCause(e)
                .asRuntimeException());
      }
      throw Refusals.of(address, doing, e);
    }
  }

  /** Has the next call connect at once, where a connection has failed and would be waited for. */
  void connectAtOnce() {
    channel.resetConnectBackoff();
  }

  /** Hangs up. */
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
