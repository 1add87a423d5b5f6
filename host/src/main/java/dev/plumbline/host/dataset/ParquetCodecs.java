package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Unpacks the pages of Parquet files, in Java and up to a size. */
final class ParquetCodecs implements CompressionCodecFactory {
  // A page of pictures holds some megabytes. Its header may claim any size.
  private static final int MAX_PAGE = 512 << 20;

  private final Path file;

  ParquetCodecs(Path file) {
    this.file = file;
  }

  /** From all bytes of a page to as many as its header says. */
  private interface Unpacking {
    byte[] unpack(byte[] packed, int size) throws IOException;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Page((packed, size) -> packed);
      case GZIP -> new Page(ParquetCodecs::gunzip);
      case SNAPPY -> new Page((packed, size) -> unpack(new SnappyDecompressor(), packed, size));
      case ZSTD -> new Page((packed, size) -> unpack(new ZstdDecompressor(), packed, size));
      case LZ4_RAW -> new Page((packed, size) -> unpack(new Lz4Decompressor(), packed, size));
      default ->
          throw new BadInputException(
              file
                  + " has pages packed by "
                  + codec.name().toLowerCase(Locale.ROOT)
                  + ": expected snappy, zstd, gzip, lz4_raw or none");
    };
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("data is only read");
  }

  @Override
  public void release() {
    // Nothing is held.
  }

  private static byte[] gunzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(size);
    }
  }

  private static byte[] unpack(Decompressor codec, byte[] packed, int size) {
    byte[] unpacked = new byte[size];
    codec.decompress(packed, 0, packed.length, unpacked, 0, size);
    return unpacked;
  }

  private record Page(Unpacking codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int size) throws IOException {
      requireBounded(size);
      return BytesInput.from(codec.unpack(packed.toInputStream().readAllBytes(), size));
    }

    @Override
    public void decompress(ByteBuffer packed, int packedSize, ByteBuffer unpacked, int size)
        throws IOException {
      requireBounded(size);
      byte[] bytes = new byte[packedSize];
      packed.get(bytes);
      unpacked.put(codec.unpack(bytes, size));
    }

    private static void requireBounded(int size) throws IOException {
      if (size < 0 || size > MAX_PAGE) {
        throw new IOException("a page of " + size + " bytes, expected at most " + MAX_PAGE);
      }
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }
}
