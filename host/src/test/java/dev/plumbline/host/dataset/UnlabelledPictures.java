package dev.plumbline.host.dataset;

import java.util.List;

/** Pictures in memory whose labels say nothing: all are 0. */
public record UnlabelledPictures(List<Picture> pictures, List<String> classNames)
    implements Dataset {
  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public PictureShape shape() {
    return pictures.get(0).shape();
  }

  @Override
  public Picture picture(int index) {
    return pictures.get(index);
  }

  @Override
  public int label(int index) {
    return 0;
  }

  @Override
  public String name(int index) {
    return Integer.toString(index);
  }
}
