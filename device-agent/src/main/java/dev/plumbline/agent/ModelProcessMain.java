package dev.plumbline.agent;

import dev.plumbline.agent.ModelWire.Answer;
import dev.plumbline.agent.ModelWire.Question;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that runs models for an agent that keeps them apart from itself. It answers one
 * question after the other, and ends with the agent.
 */
final class ModelProcessMain {
  private static final Logger LOG = LoggerFactory.getLogger(ModelProcessMain.class);
  private static final int CANNOT_START = 2;
  private static final int OUR_FAULT = 70;

  private final Inference inference;
  private final Bounds bounds;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Of the call that asked last; it is sent once. */
  private Asked asked;

  /** What the agent has been told about what ran. */
  private Map<String, RunReports.Report> told = Map.of();

  private ModelProcessMain(
      Inference inference, Bounds bounds, DataInputStream in, DataOutputStream out) {
    this.inference = inference;
    this.bounds = bounds;
    this.in = in;
    this.out = out;
  }

  public static void main(String[] args) {
    endWithTheAgent();
    int exit;
    try {
      exit = serve(ModelProcessSettings.parse(List.of(args)));
    } catch (IOException e) {
      LOG.error("the agent cannot be heard", e);
      exit = OUR_FAULT;
    }
    // A model that still runs on a thread of ONNX Runtime does not hold the process up.
    Runtime.getRuntime().halt(exit);
  }

  /** Its end of the pipe closes however the agent ends, also while a model runs here. */
  private static void endWithTheAgent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The agent says nothing here.
                }
              } catch (IOException e) {
                LOG.debug("the agent's end cannot be seen", e);
              }
              Runtime.getRuntime().halt(0);
            },
            "agent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static int serve(ModelProcessSettings settings) throws IOException {
    try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(settings.socket()));
        DataInputStream in =
            new DataInputStream(new BufferedInputStream(Channels.newInputStream(agent), 1 << 16));
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(agent), 1 << 16))) {
      Inference inference;
      try {
        inference = open(settings);
      } catch (StartException e) {
        ModelWire.write(out, Answer.FAILED);
        ModelWire.write(out, e.getMessage());
        out.flush();
        return CANNOT_START;
      }
      ModelWire.write(out, Answer.DONE);
      ModelWire.write(out, inference.runtimeVersion());
      out.flush();
      new ModelProcessMain(inference, settings.bounds(), in, out).answerAll();
      return 0;
    }
  }

  private static Inference open(ModelProcessSettings settings) throws IOException {
    settings.libraries().ifPresent(RuntimeLibraries::load);
    return new LocalInference(
        ProviderOrder.parse(settings.providers()),
        settings.threads(),
        new ModelStore(settings.modelFolder(), settings.bounds(), Quotas.DEFAULT),
        settings.bounds(),
        settings.longestRun());
  }

  private void answerAll() throws IOException {
    while (true) {
      Question question;
      try {
        question = ModelWire.readQuestion(in);
      } catch (EOFException e) {
        return;
      }
      try {
        answer(question);
      } catch (RefusedException e) {
        ModelWire.write(out, e);
      } catch (RuntimeException e) {
        LOG.error("{} failed", question, e);
        ModelWire.write(out, Answer.FAILED);
        ModelWire.write(out, e.toString());
      }
      out.flush();
    }
  }

  /** Reads all of a question before it works on it, and answers nothing before it is done. */
  private void answer(Question question) throws IOException {
    String sha256 = ModelWire.readText(in);
    switch (question) {
      case LOAD -> inference.load(sha256);
      case LOAD_FILE -> inference.load(sha256, Path.of(ModelWire.readText(in)));
      case FORGET -> inference.forget(sha256);
      case CHECK -> {
        readAsked();
        inference.check(sha256, asked);
      }
      case RUN -> {
        readAsked();
        InferRequest batch = InferRequest.parseFrom(ModelWire.readAliased(in));
        Inference.Outcome outcome = inference.run(sha256, asked, batch);
        ModelWire.write(out, Answer.DONE);
        ModelWire.write(out, outcome.answer());
        out.writeLong(outcome.nanos());
        tellReports();
        return;
      }
    }
    ModelWire.write(out, Answer.DONE);
  }

  private void readAsked() throws IOException {
    if (in.readBoolean()) {
      asked = new Asked(InferHeader.parseFrom(ModelWire.readBytes(in)), bounds);
    }
  }

  private void tellReports() throws IOException {
    Map<String, RunReports.Report> now = inference.reports().all();
    boolean isNew = !now.equals(told);
    out.writeBoolean(isNew);
    if (isNew) {
      told = now;
      out.writeInt(now.size());
      for (Map.Entry<String, RunReports.Report> report : now.entrySet()) {
        ModelWire.write(out, report.getKey());
        ModelWire.write(out, report.getValue());
      }
    }
  }
}
