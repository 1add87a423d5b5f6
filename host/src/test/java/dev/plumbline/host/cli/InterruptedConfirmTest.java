package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.LinearModel;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.RecordedRun;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real program, a real agent, a device that never answers, and Ctrl-C. */
class InterruptedConfirmTest {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);

  @TempDir Path temp;

  /** Takes every model and every picture, and says nothing of them. */
  private static final class Silent extends DeviceServiceGrpc.DeviceServiceImplBase {
    private final CountDownLatch asked = new CountDownLatch(1);

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
      response.onNext(
          DescribeResponse.newBuilder()
              .setLimits(
                  Limits.newBuilder()
                      .setWindow(2)
                      .setMaxChunkBytes(1 << 20)
                      .setMaxBatch(64)
                      .setMaxBatchBytes(1 << 20))
              .build());
      response.onCompleted();
    }

    @Override
    public StreamObserver<PutModelRequest> putModel(StreamObserver<PutModelResponse> response) {
      return new Ignoring<>(
          () -> response.onNext(PutModelResponse.newBuilder().setStored(true).build()),
          response::onCompleted);
    }

    @Override
    public StreamObserver<InferRequest> infer(StreamObserver<InferResponse> response) {
      return new Ignoring<>(asked::countDown, () -> {});
    }
  }

  private record Ignoring<T>(Runnable atMessage, Runnable atEnd) implements StreamObserver<T> {
    @Override
    public void onNext(T message) {
      atMessage.run();
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      atEnd.run();
    }
  }

  private Corpus corpus(OnnxModel model) {
    CorpusOrigin origin =
        new CorpusOrigin(
            "a".repeat(64),
            model.sha256(),
            new Preprocessing(
                List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), Layout.NCHW, ChannelOrder.RGB),
            SHAPE,
            Classification.PLAIN,
            List.of("a", "b", "c", "d"),
            Map.of("algorithm", "boundary", "steps", 1, "random_seed", 1, "data", "none"));
    Picture dark = new Picture(SHAPE, new byte[SHAPE.bytes()]);
    CorpusInput input =
        CorpusInput.found(
            Classification.PLAIN,
            0,
            1,
            Label.known(0),
            new Label(0, 0.6f),
            new Label(0, 0.6f),
            PictureDistance.between(dark, dark));
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("corpus"), origin)) {
      writer.seed(0, dark);
      writer.add(input, dark);
      return writer.finish(CorpusCounts.of(1, List.of(input)));
    }
  }

  @Test
  @Timeout(180)
  void whatTheOthersJudgedIsKeptInCorpusAndDatabase() throws Exception {
    Path model = LinearModel.write(temp, 1);
    Corpus corpus = corpus(OnnxModel.read(model));
    String url = "jdbc:h2:file:" + temp.resolve("fleet");
    Silent silent = new Silent();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(silent)
            .build()
            .start();
    try (AgentProcess agent = TestAgent.start(Files.createDirectory(temp.resolve("store")))) {
      Process program =
          new ProcessBuilder(
                  // Who runs tests in the background may have them ignore Ctrl-C.
                  "env",
                  "--default-signal=INT",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "confirm",
                  corpus.folder().toString(),
                  "--model",
                  model.toString(),
                  "--device",
                  "127.0.0.1:" + server.getPort(),
                  "--device",
                  agent.address().toString(),
                  "--accelerator",
                  "cpu",
                  "--database",
                  url)
              .redirectErrorStream(true)
              .redirectOutput(temp.resolve("said").toFile())
              .start();
      Set<String> others = Set.of("host", agent.address().toString());
      silent.asked.await();
      while (!judges(corpus).equals(others)) {
        assertEquals(true, program.isAlive(), Files.readString(temp.resolve("said")));
        Thread.sleep(50);
      }
      // As a terminal does for Ctrl-C; Java's own destroy would send SIGTERM.
      new ProcessBuilder("kill", "-INT", Long.toString(program.pid())).start().waitFor();
      program.waitFor(100, TimeUnit.SECONDS);
      String said = Files.readString(temp.resolve("said"));
      assertEquals(130, program.exitValue(), said);
      assertFalse(said.contains("fault of ours"), said);
      RecordedRun run = FleetDatabase.open(url).history().runs().get(0);
      assertEquals(Optional.empty(), run.passed());
      assertEquals(2, run.verdicts(), run.toString());
      // The one that was interrupted had its turn and said nothing; nobody calls it lost.
      assertFalse(said.contains("could not be reached or was lost"), said);
      assertEquals(others, judges(corpus));
    } finally {
      server.shutdownNow();
    }
  }

  private static Set<String> judges(Corpus corpus) {
    return Corpus.open(corpus.folder()).inputs().get(0).verdicts().keySet();
  }
}
