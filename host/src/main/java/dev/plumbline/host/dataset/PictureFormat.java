package dev.plumbline.host.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Kinds of picture files. The name of a file says whether it is looked at, its content which kind
 * it is of.
 */
enum PictureFormat {
  PNG(List.of(".png"), List.of("\u0089PNG\r\n\u001a\n")),
  JPEG(List.of(".jpg", ".jpeg", ".jpe", ".jfif"), List.of("\u00ff\u00d8")),
  WEBP(List.of(".webp"), List.of("RIFF????WEBP")),
  BMP(List.of(".bmp", ".dib"), List.of("BM")),
  TIFF(List.of(".tif", ".tiff"), List.of("II*\0", "MM\0*")),
  GIF(List.of(".gif"), List.of("GIF87a", "GIF89a"));

  /** For messages. */
  static final String NAMES = "PNG, JPEG, WebP, BMP, TIFF or GIF";

  private final List<String> endings;
  private final List<byte[]> starts;

  PictureFormat(List<String> endings, List<String> starts) {
    this.endings = endings;
    this.starts = starts.stream().map(s -> s.getBytes(StandardCharsets.ISO_8859_1)).toList();
  }

  /** Which kind a file is of by its first bytes; empty if it is no picture known here. */
  static Optional<PictureFormat> of(byte[] content) {
    return Arrays.stream(values())
        .filter(format -> format.starts.stream().anyMatch(start -> startsWith(content, start)))
        .findFirst();
  }

  /** Whether a file's name is that of a picture. */
  static boolean isName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).anyMatch(f -> f.endings.stream().anyMatch(name::endsWith));
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    if (content.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (start[i] != '?' && start[i] != content[i]) {
        return false;
      }
    }
    return true;
  }
}
