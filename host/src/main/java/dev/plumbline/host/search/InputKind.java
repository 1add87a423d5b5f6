package dev.plumbline.host.search;

import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.WholeNumberBounds;

/** What a search changes, as far as algorithms care. */
enum InputKind {
  PICTURES("pictures"),
  TENSORS("tensors"),
  /** Tensors that a model takes as integers or truth values: nothing lies between two of them. */
  WHOLE_NUMBERS("tensors of whole numbers");

  private final String words;

  InputKind(String words) {
    this.words = words;
  }

  /** What the seeds of a search are. */
  static InputKind of(InputShape seeds, SearchSettings settings) {
    if (seeds instanceof PictureShape) {
      return PICTURES;
    }
    return settings.tensors().orElse(null) instanceof WholeNumberBounds ? WHOLE_NUMBERS : TENSORS;
  }

  /** For messages. */
  String words() {
    return words;
  }
}
