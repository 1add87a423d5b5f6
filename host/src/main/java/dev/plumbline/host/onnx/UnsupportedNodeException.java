package dev.plumbline.host.onnx;

import dev.plumbline.host.OneLine;

/** A model holds something that Plumbline does not compute; the message names it. */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedNodeException(String message) {
    super(OneLine.of(message));
  }

  public UnsupportedNodeException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
