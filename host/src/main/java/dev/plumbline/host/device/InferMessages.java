package dev.plumbline.host.device;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.device.v1.ChannelTable;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Layout;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import java.util.List;

/** Pictures, preprocessing and logits as the wire carries them. */
final class InferMessages {
  private InferMessages() {}

  static InferHeader header(String modelSha256, PictureShape shape, Preprocessing preprocessing) {
    var wire =
        dev.plumbline.device.v1.Preprocessing.newBuilder()
            .setLayout(
                switch (preprocessing.layout()) {
                  case NCHW -> Layout.LAYOUT_NCHW;
                  case NHWC -> Layout.LAYOUT_NHWC;
                  case TENSOR -> throw new IllegalArgumentException("pictures for tensors");
                });
    for (int c = 0; c < preprocessing.channels(); c++) {
      ChannelTable.Builder table = ChannelTable.newBuilder();
      for (float value : preprocessing.table(c)) {
        table.addValues(value);
      }
      wire.addTables(table).addPictureChannels(preprocessing.pictureChannel(c));
    }
    return InferHeader.newBuilder()
        .setModelSha256(modelSha256)
        .setShape(
            dev.plumbline.device.v1.PictureShape.newBuilder()
                .setChannels(shape.channels())
                .setHeight(shape.height())
                .setWidth(shape.width()))
        .setPreprocessing(wire)
        .build();
  }

  static PictureBatch batch(int first, List<Picture> pictures, PictureShape shape) {
    byte[] pixels = new byte[pictures.size() * shape.bytes()];
    int at = 0;
    for (Picture picture : pictures) {
      System.arraycopy(picture.pixels(), 0, pixels, at, shape.bytes());
      at += shape.bytes();
    }
    ByteString wrapped = UnsafeByteOperations.unsafeWrap(pixels);
    return PictureBatch.newBuilder()
        .setId(first)
        .setCount(pictures.size())
        .setPixels(wrapped)
        .build();
  }

  /** Picture by picture, then class. */
  static float[] logits(InferResponse response) {
    float[] logits = new float[response.getLogitsCount()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = response.getLogits(i);
    }
    return logits;
  }
}
