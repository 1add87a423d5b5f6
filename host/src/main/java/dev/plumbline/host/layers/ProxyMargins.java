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
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.Arrays;
import java.util.List;

/**
 * How far proxies are from changing decisions that are given.
 *
 * @param pictures of one shape
 * @param expected what the original decides on each
 */
record ProxyMargins(
    Preprocessing preprocessing,
    Device device,
    List<Picture> pictures,
    List<? extends Decision> expected) {
  private static final int MOST = 100;

  /**
   * Margins of some pictures.
   *
   * @param indices of the pictures
   */
  double[] of(OnnxModel model, int[] indices) {
    Task task = Tasks.of(model);
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
            float[] row =
                Arrays.copyOfRange(values, (i - from) * classes, (i - from + 1) * classes);
            margins[i] = task.margin(row, expected.get(indices[i]));
          }
        }
      }
    }
    return margins;
  }

  static boolean deviates(double margin) {
    return !(margin >= 0);
  }
}
