package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.robustness.Fgsm;
import dev.plumbline.host.task.AttackReference;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * FGSM on one model: white-box on its differentiable form, judged on the model itself.
 *
 * @param data the pictures
 * @param preprocessing of all models
 * @param provider runs them
 * @param truth what should be decided on each picture; empty where nobody noted it
 */
public record Attack(
    Dataset data,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    Optional<List<Decision>> truth) {
  private static final int BATCH = 100;

  /**
   * Why models of a task cannot be attacked on these pictures, as a sentence; empty if they can.
   */
  public Optional<String> refusal(Task task) {
    return task.attackRefusal(truth.isPresent());
  }

  /** What the attacks on models of a task lead away from. */
  public AttackReference from(Task task) {
    return task.attackedFrom(truth.isPresent());
  }

  /**
   * The share of pictures on which a model still decides what the attack leads away from.
   *
   * @param epsilons strengths, in 1/255
   * @param device computes gradients
   * @return 0 to 1, by strength
   * @throws BadInputException if models of this task cannot be attacked, or the model does not take
   *     the pictures
   */
  public Map<Integer, Double> shares(
      OnnxModel model, List<Integer> epsilons, Device device, Progress progress) {
    Task task = Tasks.of(model);
    refusal(task)
        .ifPresent(
            why -> {
              throw new BadInputException(why);
            });
    ModelContract.of(model).requireClasses(data, preprocessing);
    Map<Integer, Double> shares = new TreeMap<>();
    List<Decision> kept = kept(model, task, progress);
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, device);
        PictureClassifier judge = PictureClassifier.open(model, preprocessing, provider)) {
      for (int epsilon : epsilons) {
        List<Picture> attacked =
            Fgsm.attack(graph, preprocessing, data, kept, epsilon, BATCH, progress);
        List<Decision> found = new ArrayList<>(attacked.size());
        judge.each(attacked, (index, row) -> found.add(task.decide(row)));
        shares.put(epsilon, task.agreement(kept, found));
      }
    }
    return shares;
  }

  private List<Decision> kept(OnnxModel model, Task task, Progress progress) {
    return from(task) == AttackReference.DECISIONS
        ? new ModelDecisions(preprocessing, provider)
            .of(model, data, "asking " + model.fileName(), progress)
        : truth.orElseThrow();
  }
}
