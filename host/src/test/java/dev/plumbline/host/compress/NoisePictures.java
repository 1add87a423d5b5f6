package dev.plumbline.host.compress;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Pictures of random pixels; the label says which half of the range they are drawn from. */
record NoisePictures(PictureShape shape, int size) implements Dataset {

  @Override
  public Picture picture(int index) {
    byte[] pixels = new byte[shape.bytes()];
    Random random = new Random(index);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(128) + 128 * label(index));
    }
    return new Picture(shape, pixels);
  }

  @Override
  public int label(int index) {
    return index % 2;
  }

  @Override
  public String name(int index) {
    return "noise " + index;
  }

  @Override
  public List<String> classNames() {
    return List.of("dark", "bright");
  }

  /** Pixels in [0,1], as they are. */
  Preprocessing preprocessing() {
    return new Preprocessing(
        Collections.nCopies(shape.channels(), 0f),
        Collections.nCopies(shape.channels(), 1f),
        Layout.NCHW,
        ChannelOrder.RGB);
  }
}
