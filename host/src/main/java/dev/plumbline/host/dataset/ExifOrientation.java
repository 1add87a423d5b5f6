package dev.plumbline.host.dataset;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;

/** What a file's EXIF data, in whatever format it lies, say about the camera's orientation. */
final class ExifOrientation {
  private ExifOrientation() {}

  /**
   * @param file a whole file that holds a picture
   * @return {@link Orientation#UPRIGHT} where the file says nothing that can be read, as Pillow has
   *     it: such a file is shown as it is stored
   */
  static Orientation of(byte[] file) {
    boolean png = PictureFormat.of(file).equals(Optional.of(PictureFormat.PNG));
    byte[] read = png ? PngChunks.forExif(file) : file;
    try {
      ExifIFD0Directory exif =
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(read), read.length)
              .getFirstDirectoryOfType(ExifIFD0Directory.class);
      Integer tag = exif == null ? null : exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
      return tag == null ? Orientation.UPRIGHT : Orientation.of(tag);
    } catch (ImageProcessingException | IOException e) {
      return Orientation.UPRIGHT;
    }
  }
}
