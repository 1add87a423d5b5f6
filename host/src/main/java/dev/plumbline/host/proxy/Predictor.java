package dev.plumbline.host.proxy;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;

/** What a model says of pictures when no gradient is asked for. */
interface Predictor extends AutoCloseable {
  /**
   * Asks the model; a GPU answers later.
   *
   * @param input N x C x H x W or as the model's layout is
   */
  ProxyJudge.Answer ask(NDArray input);

  @Override
  void close();

  /**
   * The one nearest to the model as it is deployed. On a CPU that is ONNX Runtime, with kernels of
   * integers that do not saturate: the same on every processor. Asked as a graph are a model for
   * which it has no such kernels, and one that quantizes dynamically, as one range for a whole
   * batch is not that of each picture.
   */
  static Predictor of(DifferentiableGraph graph) {
    boolean anyBatch = graph.part().graph().input().fixedBatch() == 0;
    if (graph.device().isGpu() || !anyBatch || graph.part().graph().quantizesDynamically()) {
      return new OfGraph(graph);
    }
    return RuntimeSession.openUnsaturated(graph.part())
        .<Predictor>map(OfSession::new)
        .orElseGet(() -> new OfGraph(graph));
  }

  /** The graph itself, on its device. */
  record OfGraph(DifferentiableGraph graph) implements Predictor {
    @Override
    public ProxyJudge.Answer ask(NDArray input) {
      NDArray logits = graph.logits(input);
      int classes = (int) logits.getShape().get(1);
      Task task = Tasks.of(graph.model());
      return () -> Predictions.of(task, logits.toFloatArray(), classes, graph.model().name());
    }

    /** The graph is its owner's. */
    @Override
    public void close() {}
  }

  /** ONNX Runtime on the CPU. */
  record OfSession(RuntimeSession session) implements Predictor {
    @Override
    public ProxyJudge.Answer ask(NDArray input) {
      float[][] scores = session.logits(input.toFloatArray(), input.getShape().getShape());
      Task task = Tasks.of(session.model());
      return () -> Predictions.of(task, scores, session.model().name());
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
