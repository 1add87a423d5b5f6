package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How pictures are brought to a model's resolution. */
final class GeometryOptions {
  @Option(
      names = "--resize",
      paramLabel = "N|WxH",
      description =
          "Resize pictures: the shorter side to N pixels, or both to WIDTHxHEIGHT; none for"
              + " pictures that are resized already.")
  private String resize;

  @Option(
      names = "--letterbox",
      paramLabel = "WxH[,VALUE]",
      description =
          "In place of --resize: the whole picture in a frame of grey VALUE, 0 to 255 (default:"
              + " 114).")
  private String letterbox;

  @Option(
      names = "--crop",
      paramLabel = "WxH",
      description = "Keep the middle, after resizing; a smaller picture gets a black border.")
  private String crop;

  @Option(
      names = "--interpolation",
      paramLabel = "NAME",
      description =
          "nearest, box, bilinear, hamming, bicubic, lanczos (Pillow's) or area (OpenCV's"
              + " INTER_AREA) (default: bilinear).")
  private String interpolation;

  @Option(
      names = "--antialias",
      negatable = true,
      description =
          "Resize as Pillow does, the default; --no-antialias as OpenCV and PyTorch's interpolate"
              + " do.")
  private Boolean antialias;

  @Option(
      names = "--orientation",
      paramLabel = "exif|stored",
      description =
          "Turn pictures as their EXIF data say, or leave them as they are stored (default: exif).")
  private String orientation;

  @Option(
      names = "--background",
      paramLabel = "COLOUR",
      description =
          "What is behind transparent pixels: white, black, grey, #RRGGBB or R,G,B; without it they"
              + " are refused.")
  private String background;

  /** What was given. */
  PreprocessingEntries entries() {
    return PreprocessingEntries.of(key -> Optional.ofNullable(text(key)));
  }

  private String text(Key key) {
    return switch (key) {
      case RESIZE -> resize;
      case LETTERBOX -> letterbox;
      case CROP -> crop;
      case INTERPOLATION -> interpolation;
      case ANTIALIAS -> antialias == null ? null : antialias.toString();
      case ORIENTATION -> orientation;
      case BACKGROUND -> background;
      case MEAN, STD, LAYOUT, CHANNELS, SCALE -> null;
    };
  }

  /**
   * For a verb that makes a model of the pictures.
   *
   * @throws BadInputException if an option cannot be read
   */
  Geometry geometry() {
    try {
      return entries().geometry();
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--" + e.getMessage(), e);
    }
  }
}
