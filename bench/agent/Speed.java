import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.sun.management.OperatingSystemMXBean;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceClient;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** An agent and ONNX Runtime in this process in turns, model by model, at batch 1 and 32. */
final class Speed {
  private static final int ROUNDS = 7;
  private static final double ROUND_SECONDS = 1;

  /** Of one way to run pictures: how many per second, and processor time per picture. */
  private record Rate(double perSecond, double hostMicros, double agentMicros) {}

  public static void main(String[] args) throws Exception {
    Path launcher = Path.of(args[0]);
    int threads = Integer.parseInt(args[1]);
    Path folder = Files.createTempDirectory("speed");
    System.out.printf(
        "%d rounds, %d threads; pictures/s, and processor time per picture in microseconds%n",
        ROUNDS, threads);
    try (AgentProcess agent =
        AgentProcess.start(
            launcher,
            List.of("--model-dir", folder.toString(), "--threads", Integer.toString(threads)))) {
      for (String model : Arrays.asList(args).subList(2, args.length)) {
        for (int batch : new int[] {1, 32}) {
          compare(agent, Path.of(model), threads, batch);
        }
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
      }
    }
  }

  private static void compare(AgentProcess agent, Path model, int threads, int batch)
      throws Exception {
    try (InProcess here = new InProcess(model, threads, batch);
        Streaming there = new Streaming(agent, model, here.shape, batch)) {
      int pictures = rounded(here.run(20 * batch).perSecond() * ROUND_SECONDS, batch);
      // Java compiles what runs often.
      there.run(pictures);
      there.run(pictures);
      List<Rate> inProcess = new ArrayList<>();
      List<Rate> streamed = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      List<Double> work = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        Rate one = here.run(pictures);
        Rate other = there.run(pictures);
        inProcess.add(one);
        streamed.add(other);
        ratios.add(other.perSecond() / one.perSecond());
        work.add(other.agentMicros() / one.hostMicros());
      }
      Collections.sort(ratios);
      Collections.sort(work);
      System.out.printf(
          "%s, %s, batch %d: ratio %.3f (%.3f to %.3f), the agent's processor time %.2f times that"
              + " in process; in process %.0f/s, %.1f us; streamed %.0f/s, agent %.1f us,"
              + " host %.1f us%n",
          model.getFileName(),
          here.shape,
          batch,
          ratios.get(ROUNDS / 2),
          ratios.get(0),
          ratios.get(ROUNDS - 1),
          work.get(ROUNDS / 2),
          median(inProcess, Comparator.comparing(Rate::perSecond)).perSecond(),
          median(inProcess, Comparator.comparing(Rate::hostMicros)).hostMicros(),
          median(streamed, Comparator.comparing(Rate::perSecond)).perSecond(),
          median(streamed, Comparator.comparing(Rate::agentMicros)).agentMicros(),
          median(streamed, Comparator.comparing(Rate::hostMicros)).hostMicros());
    }
  }

  private static Rate median(List<Rate> rates, Comparator<Rate> by) {
    return rates.stream().sorted(by).toList().get(ROUNDS / 2);
  }

  private static int rounded(double pictures, int batch) {
    return Math.max(1, (int) (pictures / batch)) * batch;
  }

  private static long hostNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** ONNX Runtime alone: its input is there already, and its logits are copied out. */
  private static final class InProcess implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final PictureShape shape;
    private final FloatBuffer values;
    private final int batch;

    InProcess(Path model, int threads, int batch) throws OrtException {
      this.batch = batch;
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        session = environment.createSession(model.toString(), options);
      }
      input = session.getInputNames().iterator().next();
      long[] s = ((TensorInfo) session.getInputInfo().get(input).getInfo()).getShape();
      shape = new PictureShape((int) s[1], (int) s[2], (int) s[3]);
      values =
          ByteBuffer.allocateDirect(batch * shape.bytes() * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      Random random = new Random(1);
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, random.nextFloat());
      }
    }

    Rate run(int pictures) throws OrtException {
      long[] dimensions = {batch, shape.channels(), shape.height(), shape.width()};
      long cpu = hostNanos();
      long start = System.nanoTime();
      for (int done = 0; done < pictures; done += batch) {
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values, dimensions);
            OrtSession.Result result = session.run(Map.of(input, tensor))) {
          ((OnnxTensor) result.get(0)).getFloatBuffer();
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Rate(pictures / seconds, (hostNanos() - cpu) / 1e3 / pictures, 0);
    }

    @Override
    public void close() throws OrtException {
      session.close();
    }
  }

  /** The same through an agent, as judging does it. */
  private static final class Streaming implements AutoCloseable {
    private final ProcessHandle process;
    private final DeviceClient client;
    private final String sha256;
    private final PictureShape shape;
    private final Preprocessing preprocessing;
    private final Picture picture;
    private final int batch;

    Streaming(AgentProcess agent, Path model, PictureShape shape, int batch) {
      this.process = ProcessHandle.of(agent.pid()).orElseThrow();
      this.shape = shape;
      this.batch = batch;
      this.client = new DeviceClient(agent.address());
      this.sha256 = client.putModel(model);
      List<Float> half = Collections.nCopies(shape.channels(), 0.5f);
      this.preprocessing =
          new Preprocessing(
              half, half, Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);
      byte[] pixels = new byte[shape.bytes()];
      new Random(1).nextBytes(pixels);
      this.picture = new Picture(shape, pixels);
    }

    private long agentNanos() {
      return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    Rate run(int pictures) {
      List<Picture> all = Collections.nCopies(pictures, picture);
      long agent = agentNanos();
      long cpu = hostNanos();
      long start = System.nanoTime();
      client.inferEach(sha256, shape, preprocessing, all, batch, (first, logits) -> {});
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Rate(
          pictures / seconds,
          (hostNanos() - cpu) / 1e3 / pictures,
          (agentNanos() - agent) / 1e3 / pictures);
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
