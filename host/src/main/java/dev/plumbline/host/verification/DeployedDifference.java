package dev.plumbline.host.verification;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What is summed up of the deployed model's logits, batch after batch. */
final class DeployedDifference {
  private final OnnxModel model;
  private final Task task;
  private int same;
  private double largestDifference;
  private double largestMagnitude;

  DeployedDifference(OnnxModel model) {
    this.model = model;
    this.task = Tasks.of(model);
  }

  /**
   * @param graph logits of the graph
   * @param deployed logits of ONNX Runtime with all optimisations
   * @param pictures rows that count; the others fill a batch up
   */
  void add(float[][] graph, float[][] deployed, int pictures) {
    for (int i = 0; i < pictures; i++) {
      same += task.differ(task.decide(graph[i]), task.decide(deployed[i])) ? 0 : 1;
      // Of logits only differences count: those before a softmax lack its normalisation.
      float ofGraph = graph[i][0];
      float ofDeployed = deployed[i][0];
      for (int c = 0; c < graph[i].length; c++) {
        double found = (double) graph[i][c] - ofGraph;
        double other = (double) deployed[i][c] - ofDeployed;
        largestDifference = Math.max(largestDifference, Math.abs(found - other));
        largestMagnitude = Math.max(largestMagnitude, Math.abs(found));
      }
    }
  }

  Deployed result() {
    return new Deployed(same, largestDifference, largestMagnitude, causes());
  }

  private List<String> causes() {
    List<String> causes = new ArrayList<>();
    Graph graph = model.graph();
    for (Node node : graph.nodes()) {
      if (node.dequantizes() && node.inputs().size() > 2) {
        Optional<Tensor> value = graph.constant(node.inputs().get(0));
        Optional<Tensor> zero = graph.constant(node.inputs().get(2));
        boolean bias = value.filter(v -> v.type() == ElementType.INT32).isPresent();
        if (bias && zero.filter(z -> LongStream.of(z.longs()).anyMatch(v -> v != 0)).isPresent()) {
          causes.add(
              "bias "
                  + node.inputs().get(0)
                  + " is int32 with the zero point "
                  + zero.get().longs()[0]
                  + ", which ONNX Runtime's integer kernels leave out: write biases with a zero"
                  + " point of 0");
        }
      }
    }
    return causes;
  }
}
