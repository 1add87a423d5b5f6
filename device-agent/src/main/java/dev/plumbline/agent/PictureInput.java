package dev.plumbline.agent;

import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.ChannelTable;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.Layout;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.device.v1.PictureShape;
import dev.plumbline.device.v1.Preprocessing;
import java.nio.FloatBuffer;
import java.util.List;

/** Turns 8-bit pictures into model input, by the tables that the host has computed. */
final class PictureInput {
  private static final int TABLE = 256;
  private static final int MAX_CHANNELS = 16;

  /** Pixels of a channel that are looked up before they go to ONNX Runtime's buffer at once. */
  private static final int PIECE = 1024;

  private final int channels;
  private final int height;
  private final int width;
  private final boolean channelsLast;
  private final float[][] tables;
  private final int[] pictureChannels;
  private final int runBatch;
  private final Bounds bounds;
  private final byte[] pieceOfPixels;
  private final float[] pieceOfInput;

  /**
   * @throws RefusedException if shape and preprocessing do not go together, or the pictures to run
   *     at once are out of range
   */
  PictureInput(InferHeader header, Bounds bounds) {
    PictureShape shape = header.getShape();
    this.channels = shape.getChannels();
    this.height = shape.getHeight();
    this.width = shape.getWidth();
    this.bounds = bounds;
    if (channels < 1 || channels > MAX_CHANNELS || height < 1 || width < 1) {
      throw RefusedException.invalid(
          "pictures of "
              + this
              + "; expected 1 to "
              + MAX_CHANNELS
              + " channels, and height and width of at least 1");
    }
    // In this order nothing overflows: three numbers below 2^31, the first at most 16.
    long row = (long) channels * width;
    if (row > bounds.maxBatchBytes() || row * height > bounds.maxBatchBytes()) {
      throw RefusedException.tooMuch(
          "pictures of "
              + this
              + " are too big; expected at most "
              + bounds.maxBatchBytes()
              + " bytes");
    }
    Preprocessing preprocessing = header.getPreprocessing();
    this.channelsLast =
        switch (preprocessing.getLayout()) {
          case LAYOUT_NCHW -> false;
          case LAYOUT_NHWC -> true;
          case LAYOUT_UNSPECIFIED, UNRECOGNIZED ->
              throw RefusedException.invalid(
                  "layout "
                      + preprocessing.getLayoutValue()
                      + " is unknown; expected "
                      + Layout.LAYOUT_NCHW
                      + " or "
                      + Layout.LAYOUT_NHWC);
        };
    this.tables = tables(preprocessing.getTablesList());
    this.pictureChannels = pictureChannels(preprocessing.getPictureChannelsList());
    this.runBatch = header.getRunBatch();
    if (runBatch < 0 || runBatch > bounds.maxBatch()) {
      throw RefusedException.invalid(
          runBatch + " pictures to run at once; expected 1 to " + bounds.maxBatch() + ", or 0");
    }
    this.pieceOfPixels = new byte[PIECE];
    this.pieceOfInput = new float[channelsLast ? PIECE * channels : PIECE];
  }

  private float[][] tables(List<ChannelTable> from) {
    if (from.size() != channels) {
      throw RefusedException.invalid(
          from.size() + " preprocessing tables for " + channels + " channels; expected one each");
    }
    float[][] tables = new float[channels][TABLE];
    for (int c = 0; c < channels; c++) {
      ChannelTable table = from.get(c);
      if (table.getValuesCount() != TABLE) {
        throw RefusedException.invalid(
            "preprocessing table of channel "
                + c
                + " has "
                + table.getValuesCount()
                + " values; expected "
                + TABLE);
      }
      for (int v = 0; v < TABLE; v++) {
        tables[c][v] = table.getValues(v);
      }
    }
    return tables;
  }

  private int[] pictureChannels(List<Integer> from) {
    if (from.size() != channels || from.stream().anyMatch(c -> c < 0 || c >= channels)) {
      throw RefusedException.invalid(
          "picture channels "
              + from
              + " for "
              + channels
              + " channels; expected that many numbers from 0 to "
              + (channels - 1));
    }
    return from.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Pictures that are to run at once of a batch of so many. */
  int runBatch(int count) {
    return runBatch == 0 ? count : Math.min(runBatch, count);
  }

  /** Floats, and bytes, of one picture. */
  int size() {
    return channels * height * width;
  }

  /** Shape of a model's input without the batch. */
  long[] dimensions() {
    return channelsLast
        ? new long[] {height, width, channels}
        : new long[] {channels, height, width};
  }

  /**
   * @throws RefusedException if the batch is empty, too big or not as long as it says
   */
  void check(PictureBatch batch) {
    int count = batch.getCount();
    if (count < 1) {
      throw RefusedException.invalid("batch of " + count + " pictures; expected at least 1");
    }
    long bytes = (long) count * size();
    if (count > bounds.maxBatch() || bytes > bounds.maxBatchBytes()) {
      throw RefusedException.tooMuch(
          "batch of "
              + count
              + " pictures of "
              + this
              + " is too big; expected at most "
              + bounds.maxBatch()
              + " pictures and "
              + bounds.maxBatchBytes()
              + " bytes");
    }
    if (batch.getPixels().size() != bytes) {
      throw RefusedException.invalid(
          "batch of "
              + count
              + " pictures of "
              + this
              + " has "
              + batch.getPixels().size()
              + " bytes of pixels; expected "
              + bytes);
    }
  }

  /**
   * Writes pictures as model input, straight from the message. One thread at a time.
   *
   * <p>Piece by piece, since a float on its own costs several times as much to put into a direct
   * buffer as to look up.
   *
   * @param first of the pictures in {@code pixels}
   * @param count pictures to write
   * @param into receives them from index 0
   */
  void fill(ByteString pixels, int first, int count, FloatBuffer into) {
    int plane = height * width;
    for (int n = 0; n < count; n++) {
      for (int pixel = 0; pixel < plane; pixel += PIECE) {
        int length = Math.min(PIECE, plane - pixel);
        int from = (first + n) * size() + pixel;
        if (channelsLast) {
          for (int c = 0; c < channels; c++) {
            lookUp(pixels, from + pictureChannels[c] * plane, length, c, channels);
          }
          into.put(n * size() + pixel * channels, pieceOfInput, 0, length * channels);
        } else {
          for (int c = 0; c < channels; c++) {
            lookUp(pixels, from + pictureChannels[c] * plane, length, c, 1);
            into.put(n * size() + c * plane + pixel, pieceOfInput, 0, length);
          }
        }
      }
    }
  }

  /** Puts pixels of a channel into the piece, every {@code stride} floats one. */
  private void lookUp(ByteString pixels, int from, int length, int channel, int stride) {
    pixels.substring(from, from + length).copyTo(pieceOfPixels, 0);
    float[] table = tables[channel];
    int to = stride == 1 ? 0 : channel;
    for (int i = 0; i < length; i++, to += stride) {
      pieceOfInput[to] = table[pieceOfPixels[i] & 0xff];
    }
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
