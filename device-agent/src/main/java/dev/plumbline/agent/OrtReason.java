package dev.plumbline.agent;

import ai.onnxruntime.OrtException;

/** ONNX Runtime's reasons may be long and of several lines: theirs is not our one sentence. */
final class OrtReason {
  private static final int MAX_CHARACTERS = 500;

  private OrtReason() {}

  static String line(OrtException reason) {
    String line =
        String.valueOf(reason.getMessage())
            .replaceAll("\\s+", " ")
            // The place in its source, where it has one.
            .replaceFirst("^.*\\[ONNXRuntimeError\\] : \\d+ : \\w+ : ", "")
            .replaceFirst("Load model from \\S+ failed: ?", "")
            .trim();
    return line.length() > MAX_CHARACTERS ? line.substring(0, MAX_CHARACTERS) + "..." : line;
  }
}
