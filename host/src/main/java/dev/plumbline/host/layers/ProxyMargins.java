package dev.plumbline.host.layers;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.proxy.ProxyJudge;
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
    List<? extends Input> pictures,
    List<? extends Decision> expected) {
  /**
   * Margins of some pictures.
   *
   * @param indices of the pictures
   */
  double[] of(OnnxModel model, int[] indices) {
    Task task = Tasks.of(model);
    double[] margins = new double[indices.length];
    List<Input> asked = Arrays.stream(indices).<Input>mapToObj(pictures::get).toList();
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, device);
        ProxyJudge judge =
            ProxyJudge.ofGraph(graph, new ArrayPreprocessing(manager, device, preprocessing))) {
      float[][] logits = judge.logits(asked);
      for (int i = 0; i < indices.length; i++) {
        margins[i] = task.margin(logits[i], expected.get(indices[i]));
      }
    }
    return margins;
  }

  static boolean deviates(double margin) {
    return !(margin >= 0);
  }
}
