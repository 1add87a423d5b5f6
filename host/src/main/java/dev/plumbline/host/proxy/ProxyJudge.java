package dev.plumbline.host.proxy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GraphBatch;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.List;
import java.util.Optional;

/**
 * The differentiable stand-in of a model as a judge. It answers about pictures like every judge,
 * and about a batch of arrays that is on the device already. Its graph belongs to the caller.
 */
public final class ProxyJudge implements Judge {
  /** How the proxy is called among judges. */
  public static final String ID = "proxy";

  /** Pictures that are judged together at most. */
  private static final int MOST = 100;

  private final DifferentiableGraph graph;
  private final ArrayPreprocessing arrays;
  private final Predictor predictor;

  private ProxyJudge(DifferentiableGraph graph, ArrayPreprocessing arrays, Predictor predictor) {
    this.graph = graph;
    this.arrays = arrays;
    this.predictor = predictor;
  }

  /**
   * The form of the proxy that is nearest to the model as it is deployed: integer kernels that do
   * not saturate, where ONNX Runtime has them, and else the graph.
   *
   * @param graph frozen; outlives the judge
   * @param arrays of the model's preprocessing, on the graph's device
   */
  public static ProxyJudge nearestToDeployed(DifferentiableGraph graph, ArrayPreprocessing arrays) {
    return new ProxyJudge(graph, arrays, Predictor.of(graph));
  }

  /**
   * The graph that gradients flow through.
   *
   * @param graph frozen; outlives the judge
   * @param arrays of the model's preprocessing, on the graph's device
   */
  public static ProxyJudge ofGraph(DifferentiableGraph graph, ArrayPreprocessing arrays) {
    return new ProxyJudge(graph, arrays, new Predictor.OfGraph(graph));
  }

  /**
   * The fingerprint of a model's proxy.
   *
   * @param device that computes gradients
   */
  public static JudgeInfo info(OnnxModel model, Device device) {
    return new JudgeInfo(
        ID,
        JudgeKind.PROXY,
        System.getProperty("os.arch"),
        "libtorch " + Engine.getEngine("PyTorch").getVersion(),
        device.toString(),
        "",
        List.of(),
        0,
        0,
        model.sha256());
  }

  @Override
  public JudgeInfo info() {
    return info(graph.model(), graph.device());
  }

  /**
   * @throws BadInputException if a logit is not finite
   */
  @Override
  public void judge(List<? extends Input> pictures, LogitsSink sink) {
    if (pictures.isEmpty()) {
      return;
    }
    int together = new GraphBatch(graph, arrays, pictures.get(0)).withoutGradient("judging", MOST);
    for (int from = 0; from < pictures.size(); from += together) {
      List<? extends Input> batch =
          pictures.subList(from, Math.min(pictures.size(), from + together));
      try (NDManager scope = DeviceArrays.owner()) {
        NDArray input = arrays.toInput(arrays.upload(scope, batch));
        sink.accept(from, ask(input).await().scores());
      }
    }
  }

  /** What was asked of the proxy. */
  public interface Answer {
    /**
     * Waits for it.
     *
     * @throws BadInputException if a logit is not finite
     */
    Predictions await();
  }

  /**
   * Asks about a batch that is on the device; a GPU answers later.
   *
   * @param input in the model's layout
   */
  public Answer ask(NDArray input) {
    return predictor.ask(input);
  }

  /** What the model is for. */
  public Task task() {
    return Tasks.of(graph.model());
  }

  /** The graph, where it is the graph itself that answers. */
  public Optional<DifferentiableGraph> graph() {
    return predictor instanceof Predictor.OfGraph ? Optional.of(graph) : Optional.empty();
  }

  @Override
  public void close() {
    predictor.close();
  }
}
