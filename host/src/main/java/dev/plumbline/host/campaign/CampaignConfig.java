package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.LabelRules;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.memory.MemorySize;
import dev.plumbline.host.report.summary.Summary;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.task.TaskText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a whole job works on, as its YAML file says. Paths are relative to that file.
 *
 * @param title for people
 * @param original the float32 model
 * @param pairs compressed models by the name of their pair: lower-case letters, digits, hyphens
 * @param preprocessing for models that carry none, or not all of it; may be absent
 * @param output the output of all models that holds their scores; may be absent, where only one
 *     fits the classes of the data
 * @param task of all models; what their metadata say if absent
 * @param threshold below which a label does not count, and the class in its place; may be absent
 * @param seeds pictures that the search starts from
 * @param heldout pictures that a second search starts from, which the repair does not see
 * @param evaluation pictures for the score, agreement and attack
 * @param annotations what people noted about the evaluation pictures, in place of labels; may be
 *     absent
 * @param training pictures to repair with; their labels are not used
 * @param search how to search; may be absent
 * @param repair how to repair; may be absent
 * @param precision how the graph that the repair trains is chosen; the compressed model's if absent
 * @param guard band of the repaired models; none if absent
 * @param epsilon strengths of the attack, whole numbers of 1/255
 * @param devices names of devices of the fleet, or addresses of agents, HOST:PORT
 * @param access how the job comes to them; in the clear if absent
 * @param randomSeed of the whole job
 * @param maxMemory the most that the process takes; what the machine has left if absent
 * @param allowOverlap whether parts of the data may share pictures; the report then says so
 */
public record CampaignConfig(
    String title,
    Path original,
    Map<String, Path> pairs,
    Optional<PreprocessingConfig> preprocessing,
    Optional<String> output,
    Optional<TaskText> task,
    Optional<String> threshold,
    DataConfig seeds,
    DataConfig heldout,
    DataConfig evaluation,
    Optional<Path> annotations,
    DataConfig training,
    Optional<SearchSettings> search,
    Optional<RepairConfig> repair,
    Optional<PrecisionConfig> precision,
    Optional<GuardConfig> guard,
    List<Epsilon> epsilon,
    List<String> devices,
    AccessConfig access,
    long randomSeed,
    Optional<MemorySize> maxMemory,
    boolean allowOverlap) {

  /** How to search, as usual where the job does not say. */
  SearchSettings searchSettings() {
    return search.orElseGet(() -> SearchSettings.usual(SearchAlgorithms.USUAL));
  }

  /**
   * A part of a data set, with the keys of the command line's options.
   *
   * @param data folder, zip or file
   * @param split train or test; may be absent
   * @param range FROM:TO; may be absent
   * @param classes file with the model's classes; may be absent
   * @param labelMap file with a class for each label; may be absent
   * @param labelOffset added to labels that are numbers; 0 if absent
   * @param listRoot where the paths of a list begin; the list's folder if absent
   * @param unlabelled whether the pictures have no labels; they have if absent
   * @param skipBroken whether broken pictures are left out; refused if absent
   */
  public record DataConfig(
      Path data,
      Optional<String> split,
      Optional<String> range,
      Optional<Path> classes,
      @JsonProperty("label_map") Optional<Path> labelMap,
      @JsonProperty("label_offset") Optional<Integer> labelOffset,
      @JsonProperty("list_root") Optional<Path> listRoot,
      Optional<Boolean> unlabelled,
      @JsonProperty("skip_broken") Optional<Boolean> skipBroken) {

    DataRequest request() {
      return new DataRequest(
          data,
          split.map(Split::parse).orElse(null),
          range.map(Range::parse).orElse(null),
          LabelRules.read(
              unlabelled.orElse(false),
              classes.orElse(null),
              labelMap.orElse(null),
              labelOffset.orElse(0)),
          listRoot.orElse(null),
          skipBroken.orElse(false));
    }

    DataConfig relativeTo(Path folder) {
      return new DataConfig(
          folder.resolve(data),
          split,
          range,
          classes.map(folder::resolve),
          labelMap.map(folder::resolve),
          labelOffset,
          listRoot.map(folder::resolve),
          unlabelled,
          skipBroken);
    }

    @Override
    public String toString() {
      return data + split.map(s -> " " + s).orElse("") + range.map(r -> " " + r).orElse("");
    }
  }

  /**
   * @param recipe logits, distill or compd; logits if absent
   * @param epochs over the training data, in each round; 3 if absent
   * @param batch pictures of each step; 128 if absent
   * @param trainingRate the rate that the original was trained with; if absent what its metadata
   *     say, else 0.1
   * @param rounds of search and repair; 0 to repair once with the corpus alone; 3 if absent, of
   *     compd 0
   * @param goal share of the deviations at which no further round begins; none if absent
   * @param budget seconds after which no further round begins; no bound if absent
   * @param maxAccuracyDrop most that the score on the evaluation pictures may lose: percentage
   *     points, of an error with a unit per cent; 0.2 if absent
   * @param learnedScales whether scales are trained; if absent those of recipe match are
   * @param trainingSeeds training pictures that each round searches from too; if absent twice as
   *     many as the corpus has seeds
   * @param attackSeeds held-out seeds of a new search against each model; 50 if absent, 0 for none
   */
  public record RepairConfig(
      Optional<String> recipe,
      Optional<Integer> epochs,
      Optional<Integer> batch,
      @JsonProperty("training_rate") Optional<Double> trainingRate,
      Optional<Integer> rounds,
      Optional<Double> goal,
      Optional<Double> budget,
      @JsonProperty("max_accuracy_drop") Optional<Double> maxAccuracyDrop,
      @JsonProperty("learned_scales") Optional<Boolean> learnedScales,
      @JsonProperty("training_seeds") Optional<Integer> trainingSeeds,
      @JsonProperty("attack_seeds") Optional<Integer> attackSeeds) {
    static RepairConfig usual() {
      return new RepairConfig(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  public CampaignConfig {
    if (original == null || pairs == null || pairs.isEmpty()) {
      throw new IllegalArgumentException("original and pairs are needed");
    }
    if (seeds == null || heldout == null || evaluation == null || training == null) {
      throw new IllegalArgumentException("seeds, heldout, evaluation and training are needed");
    }
    pairs.keySet().forEach(CampaignConfig::requirePairName);
    title = title == null ? "Plumbline" : title;
    epsilon =
        epsilon == null
            ? List.of(new Epsilon(2), new Epsilon(8), new Epsilon(16))
            : List.copyOf(epsilon);
    Epsilon.whole(epsilon);
    devices = devices == null ? List.of() : List.copyOf(devices);
    access = access == null ? AccessConfig.none() : access;
  }

  /** A pair's name is that of its folder in the job's, too. */
  private static void requirePairName(String name) {
    if (!Summary.isPairName(name)) {
      throw new IllegalArgumentException(
          "a pair named '" + name + "', expected up to 40 lower-case letters, digits and hyphens");
    }
  }

  /**
   * Reads a job's file.
   *
   * @throws BadInputException if it is not there or says something else than a job
   */
  public static CampaignConfig read(Path file) {
    return JobFile.read(file, CampaignConfig.class).relativeTo(file.toAbsolutePath().getParent());
  }

  private CampaignConfig relativeTo(Path folder) {
    Map<String, Path> resolved = new java.util.LinkedHashMap<>();
    pairs.forEach((name, model) -> resolved.put(name, folder.resolve(model)));
    return new CampaignConfig(
        title,
        folder.resolve(original),
        resolved,
        preprocessing,
        output,
        task.map(text -> text.in(folder)),
        threshold,
        seeds.relativeTo(folder),
        heldout.relativeTo(folder),
        evaluation.relativeTo(folder),
        annotations.map(folder::resolve),
        training.relativeTo(folder),
        search,
        repair,
        precision,
        guard,
        epsilon,
        devices,
        access.relativeTo(folder),
        randomSeed,
        maxMemory,
        allowOverlap);
  }

  /** This job with other devices. */
  public CampaignConfig withDevices(List<String> others) {
    return with(others, randomSeed);
  }

  /** This job with another random seed. */
  public CampaignConfig withRandomSeed(long other) {
    return with(devices, other);
  }

  private CampaignConfig with(List<String> itsDevices, long itsRandomSeed) {
    return new CampaignConfig(
        title,
        original,
        pairs,
        preprocessing,
        output,
        task,
        threshold,
        seeds,
        heldout,
        evaluation,
        annotations,
        training,
        search,
        repair,
        precision,
        guard,
        epsilon,
        itsDevices,
        access,
        itsRandomSeed,
        maxMemory,
        allowOverlap);
  }
}
