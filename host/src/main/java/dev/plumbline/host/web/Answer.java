package dev.plumbline.host.web;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What the dashboard answers to a request. */
sealed interface Answer {
  int status();

  String type();

  /** Bytes that are at hand. */
  record Content(int status, String type, byte[] bytes) implements Answer {}

  /** A file that is sent piece by piece. */
  record File(int status, String type, Path path) implements Answer {}

  static Answer html(String text) {
    return new Content(200, "text/html;charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(String text) {
    return new Content(200, "application/json", text.getBytes(StandardCharsets.UTF_8));
  }

  /** One plain sentence. */
  static Answer sentence(int status, String text) {
    return new Content(
        status, "text/plain;charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
