package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What kind of judge says whether a picture is a deviation. */
public enum JudgeKind {
  /** The differentiable stand-in of the compressed model. */
  @JsonProperty("proxy")
  PROXY,
  /** The compressed model in ONNX Runtime on the host. */
  @JsonProperty("host")
  HOST,
  /** The compressed model on a device, through its agent. */
  @JsonProperty("device")
  DEVICE;

  /** The word for it in files and messages. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
