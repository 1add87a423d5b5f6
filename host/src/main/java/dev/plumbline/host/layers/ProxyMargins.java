package dev.plumbline.host.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GraphBatch;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;

/**
 * How sure proxies are of labels that are given: the logit of the label less the greatest of the
 * others. Below 0, or 0 with the other before it, the model deviates.
 *
 * @param pictures of one shape
 * @param labels one for each
 */
record ProxyMargins(
    Preprocessing preprocessing, Device device, List<Picture> pictures, int[] labels) {
  private static final int MOST = 100;

  /**
   * Margins of some pictures.
   *
   * @param indices of the pictures
   */
  double[] of(OnnxModel model, int[] indices) {
    double[] margins = new double[indices.length];
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, device)) {
      ArrayPreprocessing arrays = new ArrayPreprocessing(manager, device, preprocessing);
      int together =
          indices.length == 0
              ? MOST
              : new GraphBatch(graph, arrays, pictures.get(indices[0]))
                  .withoutGradient("judging", MOST);
      for (int from = 0; from < indices.length; from += together) {
        int to = Math.min(indices.length, from + together);
        List<Picture> batch = Arrays.stream(indices, from, to).mapToObj(pictures::get).toList();
        try (NDManager step = manager.newSubManager()) {
          NDArray logits = graph.logits(arrays.toInput(arrays.upload(step, batch)));
          float[] values = logits.toFloatArray();
          int classes = values.length / batch.size();
          for (int i = from; i < to; i++) {
            margins[i] = margin(values, (i - from) * classes, classes, labels[indices[i]]);
          }
        }
      }
    }
    return margins;
  }

  /** The first of equal logits is the label. */
  private static double margin(float[] logits, int offset, int classes, int label) {
    double margin = Double.POSITIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      if (c != label) {
        double ahead = (double) logits[offset + label] - logits[offset + c];
        margin = Math.min(margin, c < label && ahead == 0 ? -Double.MIN_VALUE : ahead);
      }
    }
    return margin;
  }

  static boolean deviates(double margin) {
    return !(margin >= 0);
  }
}
