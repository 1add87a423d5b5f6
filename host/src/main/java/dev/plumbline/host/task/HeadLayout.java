package dev.plumbline.host.task;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How the outputs of a detector are laid out. A row has its outputs in the order given here. */
enum HeadLayout {
  /** One output, N x anchors x (box, objectness, classes). */
  YOLOV5,
  /** One output, N x (box, classes) x anchors. */
  YOLOV8,
  /** One output, N x queries x (box, classes), as RT-DETR is exported by Ultralytics. */
  RTDETR,
  /** Two outputs: boxes, N x anchors x 4, and scores, N x anchors x classes. */
  BOXES_SCORES,
  /** One output, N x objects x (box, score, class), objects chosen in the graph. */
  END2END,
  /** Boxes, N x objects x 4, scores, classes, both N x objects, and perhaps how many count. */
  NMS;

  /** As settings and files say it. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether each anchor has one object with the number of its class. */
  boolean isListed() {
    return this == END2END || this == NMS;
  }

  static List<String> words() {
    return Stream.of(values()).map(HeadLayout::word).toList();
  }

  /**
   * @throws IllegalArgumentException if there is no such layout
   */
  static HeadLayout of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
