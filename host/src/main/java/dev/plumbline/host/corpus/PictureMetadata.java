package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code metadata.jsonl} beside the pictures of a corpus, for other tools: a row for each picture
 * with {@code file_name} first, as the {@code imagefolder} loader of Hugging Face's {@code
 * datasets} wants it. Plumbline itself does not read it. Every row has every key, so that it is a
 * table.
 */
final class PictureMetadata {
  static final String FILE = CorpusFiles.PICTURES + "/metadata.jsonl";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PictureMetadata() {}

  /**
   * Writes the file for a corpus that is otherwise whole.
   *
   * @param shape of the pictures
   * @param seeds all of which there is a picture; those without a row have no label here
   */
  static void write(
      Path folder,
      PictureShape shape,
      List<String> classNames,
      List<CorpusInput> inputs,
      Set<Integer> seeds) {
    StringBuilder text = new StringBuilder();
    Map<Integer, Decision> decisions = new HashMap<>();
    for (CorpusInput input : inputs) {
      decisions.putIfAbsent(input.seed(), input.seedDecision());
      text.append(mutated(input, classNames)).append('\n');
    }
    for (int seed : new TreeSet<>(seeds)) {
      String file = CorpusInput.seedPicture(seed, shape);
      text.append(seed(seed, file, decisions.get(seed), classNames)).append('\n');
    }
    WholeFile.write(
        folder.resolve(FILE), out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static ObjectNode mutated(CorpusInput input, List<String> classNames) {
    ObjectNode row =
        row(input.picture(), "mutated", input.seed(), input.seedDecision(), classNames);
    row.put("step", input.step());
    row.put("class", input.pictureClass().word());
    decided(row, "original", input.originalDecision(), classNames);
    decided(row, "compressed", input.compressedDecision(), classNames);
    row.put("rms", input.rms());
    row.put("linf", input.linf());
    return row;
  }

  private static ObjectNode seed(
      int seed, String file, Decision decision, List<String> classNames) {
    ObjectNode row = row(file, "seed", seed, decision, classNames);
    row.put("step", 0);
    row.put("class", "seed");
    decided(row, "original", decision, classNames);
    row.putNull(decision instanceof Label || decision == null ? "compressed_label" : "compressed");
    row.put("rms", 0.0);
    row.put("linf", 0.0);
    return row;
  }

  private static ObjectNode row(
      String picture, String kind, int seed, Decision decision, List<String> classNames) {
    ObjectNode row = JSON.createObjectNode();
    row.put("file_name", picture.substring(picture.lastIndexOf('/') + 1));
    row.put("kind", kind);
    row.put("seed", seed);
    if (decision == null || decision instanceof Label) {
      Integer label = decision == null ? null : (Integer) Label.of(decision).number();
      row.put("label", label);
      row.put("label_name", label == null ? null : classNames.get(label));
    } else {
      row.put("decision", decision.text(classNames));
    }
    return row;
  }

  /** What a model decides: a label by its number, others in words. */
  private static void decided(
      ObjectNode row, String model, Decision decision, List<String> classNames) {
    if (decision == null) {
      row.putNull(model + "_label");
    } else if (decision instanceof Label label) {
      row.put(model + "_label", label.number());
    } else {
      row.put(model, decision.text(classNames));
    }
  }
}
