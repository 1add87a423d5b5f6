package dev.plumbline.host.cli;

import java.nio.file.Path;
import java.util.Locale;

/** Tiny models that are no classifiers, which bench/kinds made, and what is theirs. */
enum KindFixture {
  DETECTION("detector.onnx", "detection", "coco.json", "map", "mAP@[.50:.95]", "decisions"),
  SEGMENTATION(
      "segmenter.onnx", "segmentation,iou=0.8", "masks", "mean_iou", "mean IoU", "decisions"),
  MULTI_LABEL(
      "labeller.onnx", "multi-label", "labels.csv", "mean_average_precision", "mAP", "decisions"),
  REGRESSION("area.onnx", "regression,bound=0.3", "areas.csv", "mae", "MAE", "annotations");

  final Path folder;
  final String model;
  final String task;
  final String annotations;
  final String score;
  final String name;
  final String attackedFrom;

  KindFixture(
      String model,
      String task,
      String annotations,
      String score,
      String name,
      String attackedFrom) {
    this.folder = kinds().resolve(name().toLowerCase(Locale.ROOT).replace('_', '-'));
    this.model = model;
    this.task = task;
    this.annotations = annotations;
    this.score = score;
    this.name = name;
    this.attackedFrom = attackedFrom;
  }

  Path original() {
    return folder.resolve(model);
  }

  boolean namesClasses() {
    return this == DETECTION || this == MULTI_LABEL;
  }

  Object[] data(Object... args) {
    Object[] data = {"--data", folder.resolve("pictures"), "--unlabelled", "--task", task};
    Object[] all = VerbAnswer.with(args, VerbAnswer.with(data, "--mean", "0", "--std", "1"));
    return namesClasses() ? VerbAnswer.with(all, "--classes", folder.resolve("classes.txt")) : all;
  }

  private static Path kinds() {
    return Path.of("src/test/resources/kinds").toAbsolutePath();
  }

  Path annotated() {
    return folder.resolve(annotations);
  }

  /** The model, quantized. */
  Path quantizedIn(Path temp) {
    Path out = temp.resolve("int8.onnx");
    VerbAnswer.of(data("quantize", original(), "--out", out)).done();
    return out;
  }
}
