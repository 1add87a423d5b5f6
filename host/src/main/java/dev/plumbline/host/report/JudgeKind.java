package dev.plumbline.host.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a judge is. */
public enum JudgeKind {
  /** The differentiable stand-in that the search walked on. */
  @JsonProperty("proxy")
  PROXY("proxy"),
  /** The compressed model itself, in ONNX Runtime on the host. */
  @JsonProperty("host")
  HOST("host"),
  /** The compressed model itself, on a device, through its agent. */
  @JsonProperty("device")
  DEVICE("device");

  private final String word;

  JudgeKind(String word) {
    this.word = word;
  }

  /** The word for it in files and on pages. */
  @Override
  public String toString() {
    return word;
  }
}
