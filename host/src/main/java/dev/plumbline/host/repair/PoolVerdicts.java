package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What judges say of the pictures of a repair. Each is asked once about a model and a picture; what
 * it said is remembered for as long as the program runs.
 */
final class PoolVerdicts {
  private record Asked(String judge, String model) {}

  private final Map<Asked, Map<String, Boolean>> known = new HashMap<>();
  private final Progress progress;

  PoolVerdicts(Progress progress) {
    this.progress = progress;
  }

  /**
   * The pictures on which a model deviates from the original's decision.
   *
   * @return their ids
   * @throws dev.plumbline.host.judging.DeviceUnreachableException if the judge is a device that is
   *     lost
   */
  Set<String> deviating(JudgeSource source, OnnxModel model, CorpusPool pool) {
    Map<String, Boolean> verdicts =
        known.computeIfAbsent(new Asked(source.id(), model.sha256()), a -> new HashMap<>());
    List<PoolPicture> open =
        pool.pictures().stream().filter(picture -> !verdicts.containsKey(picture.id())).toList();
    if (!open.isEmpty()) {
      ask(source, model, open, verdicts);
    }
    return pool.pictures().stream()
        .map(PoolPicture::id)
        .filter(verdicts::get)
        .collect(Collectors.toSet());
  }

  private void ask(
      JudgeSource source, OnnxModel model, List<PoolPicture> open, Map<String, Boolean> verdicts) {
    Task task = Tasks.of(model);
    try (Judge judge = source.open(model);
        Progress.Step step = progress.begin("judging on " + source.id(), open.size())) {
      judge.judge(
          new ArrayList<>(open.stream().map(PoolPicture::picture).toList()),
          (first, logits) -> {
            for (int i = 0; i < logits.length; i++) {
              PoolPicture picture = open.get(first + i);
              Decision found = task.decide(logits[i]);
              verdicts.put(picture.id(), task.differ(picture.expected(), found));
            }
            step.at(first + logits.length, "");
          });
    }
  }
}
