package dev.plumbline.agent;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import dev.plumbline.device.v1.Fingerprint;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.ProviderRun;
import io.grpc.Status;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the agent and the process that runs its models say to each other: a question, an answer, and
 * so on. Both are of one build, so there is no version.
 */
final class ModelWire {
  private ModelWire() {}

  /** Questions of the agent. */
  enum Question {
    LOAD,
    LOAD_FILE,
    CHECK,
    RUN,
    FORGET
  }

  /** How an answer begins. */
  enum Answer {
    DONE,
    REFUSED,
    FAILED
  }

  /** Any other byte is no answer, but what a process left behind that came down. */
  static Answer readAnswer(DataInputStream in) throws IOException {
    int answer = in.readByte();
    if (answer < 0 || answer >= Answer.values().length) {
      throw new EOFException("answer " + answer);
    }
    return Answer.values()[answer];
  }

  static Question readQuestion(DataInputStream in) throws IOException {
    return Question.values()[in.readByte()];
  }

  static void write(DataOutputStream out, Question question) throws IOException {
    out.writeByte(question.ordinal());
  }

  static void write(DataOutputStream out, Answer answer) throws IOException {
    out.writeByte(answer.ordinal());
  }

  static void write(DataOutputStream out, MessageLite message) throws IOException {
    out.writeInt(message.getSerializedSize());
    message.writeTo(out);
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  /** A text of any length, which {@code writeUTF} does not take. */
  static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  static void write(DataOutputStream out, RefusedException refusal) throws IOException {
    write(out, Answer.REFUSED);
    out.writeInt(refusal.status().getCode().value());
    write(out, String.valueOf(refusal.getMessage()));
  }

  static RefusedException readRefusal(DataInputStream in) throws IOException {
    Status.Code code = Status.fromCodeValue(in.readInt()).getCode();
    return new RefusedException(code, readText(in));
  }

  static void write(DataOutputStream out, LoadedModel.Answer answer) throws IOException {
    out.writeInt(answer.batch());
    write(out, InferResponse.newBuilder().addAllOutputs(answer.outputs()).build());
  }

  static LoadedModel.Answer readAnswerOfModel(DataInputStream in) throws IOException {
    int batch = in.readInt();
    return new LoadedModel.Answer(InferResponse.parseFrom(readAliased(in)).getOutputsList(), batch);
  }

  /** A message whose tensors stay where they are in what was read. */
  static CodedInputStream readAliased(DataInputStream in) throws IOException {
    CodedInputStream message = CodedInputStream.newInstance(readBytes(in));
    message.enableAliasing(true);
    return message;
  }

  static void write(DataOutputStream out, RunReports.Report report) throws IOException {
    out.writeInt(report.batch());
    write(out, runs(report.counts()));
    write(out, runs(report.named()));
  }

  static RunReports.Report readReport(DataInputStream in) throws IOException {
    return new RunReports.Report(
        in.readInt(),
        Fingerprint.parseFrom(readBytes(in)).getRanList(),
        Fingerprint.parseFrom(readBytes(in)).getRanList());
  }

  private static Fingerprint runs(List<ProviderRun> runs) {
    return Fingerprint.newBuilder().addAllRan(runs).build();
  }
}
