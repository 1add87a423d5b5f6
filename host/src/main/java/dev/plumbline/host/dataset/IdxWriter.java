package dev.plumbline.host.dataset;

import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes data as gzipped IDX files that {@link Datasets#open} reads. */
public final class IdxWriter {
  private IdxWriter() {}

  /**
   * Writes {@code train-…} or {@code t10k-…images-idx3-ubyte.gz} (idx4, with a dimension for the
   * channels, where pictures have 3), the labels beside, and {@code classes.txt}. The same data
   * gives the same bytes: the gzip header holds no time. The file of pictures comes last, so a
   * folder without it never looks whole.
   *
   * @param data at most 256 classes
   * @param folder is made where it is missing; files of these names are replaced
   * @param split which the data is to be
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(Dataset data, Path folder, Split split) {
    if (data.classNames().size() > 256) {
      throw new IllegalArgumentException(data.classNames().size() + " classes in a byte");
    }
    PictureShape shape = data.shape();
    boolean grey = shape.channels() == 1;
    String prefix = IdxData.prefix(split);
    String names = String.join("\n", data.classNames()) + "\n";
    WholeFile.write(
        folder.resolve(IdxData.CLASSES_FILE),
        out -> out.write(names.getBytes(StandardCharsets.UTF_8)));
    WholeFile.write(
        folder.resolve(prefix + "-labels-idx1-ubyte.gz"),
        out -> {
          try (OutputStream gzip = new SmallGzip(out)) {
            gzip.write(header(data.size()));
            for (int i = 0; i < data.size(); i++) {
              gzip.write(data.label(i));
            }
          }
        });
    WholeFile.write(
        folder.resolve(prefix + "-images-idx" + (grey ? 3 : 4) + "-ubyte.gz"),
        out -> {
          try (OutputStream gzip = new SmallGzip(out)) {
            gzip.write(
                grey
                    ? header(data.size(), shape.height(), shape.width())
                    : header(data.size(), shape.channels(), shape.height(), shape.width()));
            for (int i = 0; i < data.size(); i++) {
              gzip.write(data.picture(i).pixels());
            }
          }
        });
  }

  private static byte[] header(int... dimensions) {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * dimensions.length);
    header.putInt(IdxFile.UNSIGNED_BYTES + dimensions.length);
    for (int dimension : dimensions) {
      header.putInt(dimension);
    }
    return header.array();
  }

  /** Written once and committed, so worth the slowest compression. */
  private static final class SmallGzip extends GZIPOutputStream {
    SmallGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
