package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One picture's file, decoded once, to be brought to the models' resolution in several ways. */
public final class PictureFile {
  private final String name;
  private final byte[] content;
  private final Decoded decoded;

  private PictureFile(String name, byte[] content, Decoded decoded) {
    this.name = name;
    this.content = content;
    this.decoded = decoded;
  }

  /**
   * @throws BadInputException if it is no regular file or no picture
   */
  public static PictureFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          file + (Files.exists(file) ? " is no file" : " does not exist") + ": expected a picture");
    }
    try {
      byte[] content = Files.readAllBytes(file);
      return new PictureFile(
          file.toString(), content, PictureDecoder.decoded(content, file.toString()));
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  /** Whether its EXIF data say that it is to be turned. */
  public boolean isTurned() {
    return ExifOrientation.of(content) != Orientation.UPRIGHT;
  }

  /** Whether some of its pixels are not opaque. */
  public boolean isTransparent() {
    return decoded.isTransparent();
  }

  /** What is lost of its values, for a warning. */
  public Optional<String> warning() {
    ClippedPictures clipped = new ClippedPictures();
    clipped.note(name, decoded);
    return clipped.warning();
  }

  /** The file as programs read it that drop alpha. */
  public PictureFile withoutAlpha() {
    return new PictureFile(name, content, Decoded.opaque(decoded.picture()));
  }

  /**
   * The picture at a model's resolution.
   *
   * @throws BadInputException as {@link Geometry} says
   */
  public Picture through(Geometry geometry) {
    return geometry.apply(decoded, content, name);
  }
}
