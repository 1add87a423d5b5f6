package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.robustness.Fgsm;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of models on labelled pictures that nothing else touched.
 *
 * @param data the pictures
 * @param preprocessing of all models
 * @param provider runs them
 */
public record Evaluation(Dataset data, Preprocessing preprocessing, RuntimeProvider provider) {
  private static final int ATTACK_BATCH = 100;

  CleanFigures clean(
      OnnxModel original, OnnxModel compressed, OnnxModel repaired, Progress progress) {
    int[] truth = truth();
    int[] o = labels(original, "original", progress);
    int[] c = labels(compressed, "compressed", progress);
    int[] r = labels(repaired, "repaired", progress);
    return new CleanFigures(
        Logits.agreement(o, truth),
        Logits.agreement(c, truth),
        Logits.agreement(r, truth),
        Logits.agreement(c, o),
        Logits.agreement(r, o));
  }

  AttackFigures attack(
      OnnxModel original,
      OnnxModel compressed,
      OnnxModel repaired,
      List<Integer> epsilons,
      Device device,
      Progress progress) {
    return new AttackFigures(
        attack(original, epsilons, device, progress),
        attack(compressed, epsilons, device, progress),
        attack(repaired, epsilons, device, progress));
  }

  /** White-box on the differentiable form of a model, judged on the model itself. */
  public Map<Integer, Double> attack(
      OnnxModel model, List<Integer> epsilons, Device device, Progress progress) {
    Map<Integer, Double> accuracy = new TreeMap<>();
    int[] truth = truth();
    ModelContract.of(model).requireClasses(data, preprocessing);
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, device);
        PictureClassifier judge = PictureClassifier.open(model, preprocessing, provider)) {
      for (int epsilon : epsilons) {
        List<Picture> attacked =
            Fgsm.attack(graph, preprocessing, data, truth, epsilon, ATTACK_BATCH, progress);
        accuracy.put(epsilon, Logits.agreement(Logits.labels(judge.logits(attacked)), truth));
      }
    }
    return accuracy;
  }

  /** Labels of all pictures by a model. */
  int[] labels(OnnxModel model, String name, Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider);
        Progress.Step step = progress.begin("evaluating the " + name + " model", data.size())) {
      return Logits.labels(classifier.logits(data, step));
    }
  }

  private int[] truth() {
    int[] labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    return labels;
  }
}
