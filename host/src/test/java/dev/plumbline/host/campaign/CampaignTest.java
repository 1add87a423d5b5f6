package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.RecordedRun;
import dev.plumbline.host.memory.TestBudget;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.train.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job on noise: small enough to be done several times. */
class CampaignTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);

  @TempDir Path temp;

  @BeforeEach
  void writeModelsAndPictures() throws IOException {
    OnnxModel original =
        PreprocessingMetadata.write(
            Architecture.parse("resnet8").build(SHAPE, 2, 1),
            new Preprocessing(List.of(0.5f), List.of(0.3f), Layout.NCHW, ChannelOrder.RGB));
    original.write(temp.resolve("original.onnx"));
    Pruner.prune(original, 0.6).write(temp.resolve("pruned.onnx"));
    Random random = new Random(1);
    for (int i = 0; i < 24; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      Path folder = Files.createDirectories(temp.resolve("data").resolve(i < 12 ? "a" : "b"));
      Files.write(folder.resolve(i + ".png"), PngFile.encode(new Picture(SHAPE, pixels)));
    }
  }

  private CampaignConfig job(int repairEpochs) throws IOException {
    Path file = temp.resolve("job.yaml");
    Files.writeString(
        file,
        """
        original: original.onnx
        pairs: {pruned: pruned.onnx}
        seeds: {data: data, range: "0:6"}
        heldout: {data: data, range: "6:12"}
        evaluation: {data: data, range: "12:24"}
        training: {data: data}
        search: {steps: 3}
        repair: {epochs: %d, rounds: 0}
        epsilon: [8]
        random_seed: 1
        allow_overlap: true
        """
            .formatted(repairEpochs));
    return CampaignConfig.read(file);
  }

  @Test
  void theWayToTheDevicesIsReadRelativeToTheJob() throws IOException {
    CampaignConfig plain = job(1);
    assertEquals(AccessConfig.none(), plain.access());
    Path file = temp.resolve("job.yaml");
    Files.writeString(file, Files.readString(file) + "access: {ca: ca.pem, token_file: token}\n");
    AccessConfig access = CampaignConfig.read(file).access();
    assertEquals(temp.resolve("ca.pem"), access.ca().orElseThrow());
    assertEquals(temp.resolve("token"), access.tokenFile().orElseThrow());
    assertEquals(DeviceAccess.USUAL_RECONNECT, access.toAccess().reconnect());
    Files.writeString(file, Files.readString(file).replace("{ca:", "{reconnect: 5, ca:"));
    assertEquals(Duration.ofSeconds(5), CampaignConfig.read(file).access().toAccess().reconnect());
    Files.writeString(file, Files.readString(file).replace("reconnect: 5", "reconnect: -5"));
    Refusal.says(() -> CampaignConfig.read(file), "job.yaml", "reconnect of access is -5");
    Files.writeString(
        file, Files.readString(file).replace("{reconnect: -5,", "{certificate: x.pem,"));
    Refusal.says(() -> CampaignConfig.read(file), "job.yaml", "certificate and key");
  }

  @Test
  void aSearchThatCannotBeIsRefusedBeforeAnyWork() throws IOException {
    job(1);
    Path file = temp.resolve("job.yaml");
    String plain = Files.readString(file);
    Map<String, String> wrong =
        Map.of(
            "epsilon: 0", "epsilon is 0.0",
            "min_confidence: 1", "least confidence is 1.0",
            "min_confidence: 0.5, algorithm: compd", "compd, which has no such bound",
            "algorithm: guess", "'guess'",
            "steps: 0", "steps is 0",
            "keep_close: 0", "margin of close pictures is 0.0",
            "rate: 1", "unknown key 'rate', expected algorithm, batch, close_per_seed");
    wrong.forEach(
        (keys, sentence) -> {
          try {
            Files.writeString(file, plain.replace("steps: 3", keys));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          Refusal.says(() -> CampaignConfig.read(file), "job.yaml", sentence);
        });
    Files.writeString(
        file, plain.replace("steps: 3", "steps: 3, epsilon: 16/255, min_confidence: 0.7"));
    SearchSettings settings = CampaignConfig.read(file).search().orElseThrow();
    assertEquals(16.0 / 255, settings.epsilon());
    assertEquals(0.7, settings.minConfidence());
    assertEquals(3, settings.steps());
  }

  private void run(int repairEpochs, String out, Steps steps) throws IOException {
    run(job(repairEpochs), out, steps);
  }

  private void run(CampaignConfig config, String out, Steps steps) {
    new Campaign(
            config,
            temp.resolve(out),
            Accelerator.CPU.torchDevice(),
            RuntimeProvider.cpu(),
            FleetDatabase.open(database()),
            "test")
        .run(steps);
  }

  private String database() {
    return "jdbc:h2:file:" + temp.resolve("fleet");
  }

  /** Figures that do not depend on the clock. */
  private JsonNode figures(String out) throws IOException {
    JsonNode summary =
        new ObjectMapper().readTree(Files.readAllBytes(temp.resolve(out).resolve("summary.json")));
    ObjectNode pair = (ObjectNode) summary.get("pruned");
    assertTrue(pair.has("seconds"));
    pair.remove("seconds");
    return pair;
  }

  @Test
  void aWholeJobLeavesAReportAndFiguresOfEveryStep() throws IOException {
    run(1, "out", new Steps());
    JsonNode figures = figures("out");
    assertEquals(18, figures.get("mutated").asInt());
    assertEquals(
        18,
        figures.get("effective").asInt()
            + figures.get("valid").asInt()
            + figures.get("invalid").asInt());
    for (String key : List.of("accuracy", "agreement", "repair", "fgsm", "judges", "fleet")) {
      assertFalse(figures.path(key).isEmpty(), key);
    }
    // Compressed and original, each in the same batch, another batch and other threads, and the
    // original against its known labels.
    assertEquals(7, figures.at("/fleet/noise/0/repeats").size(), figures.toString());
    assertEquals("proxy", figures.at("/fleet/disagreement_corpus/0/first").asText());
    assertTrue(figures.at("/fleet/provenance/kinds/proxy_only").isInt(), figures.toString());
    // The compressed model was judged, and then the repaired one.
    List<RecordedRun> runs = FleetDatabase.open(database()).history().runs();
    assertEquals(2, runs.size());
    assertEquals(Optional.of(true), runs.get(1).passed());
    assertEquals(List.of("host"), runs.get(1).judges());
    assertTrue(Files.size(temp.resolve("out").resolve("report.html")) > 0);
    OnnxModel repaired = OnnxModel.read(temp.resolve("out/pruned/repaired.onnx"));
    OnnxModel pruned = OnnxModel.read(temp.resolve("pruned.onnx"));
    assertEquals(Pruner.sparsity(pruned), Pruner.sparsity(repaired));
    List<Integer> before = deviating("out", "pruned.onnx");
    JsonNode learned = figures.at("/repair/learned");
    assertEquals(before.size(), learned.path("before").asInt(-1));
    assertEquals(
        deviating("out", "out/pruned/repaired.onnx").size(), learned.path("after").asInt(-1));
    // Without rounds nothing is set aside.
    assertTrue(figures.at("/repair/set_aside").isEmpty(), figures.toString());
  }

  /** The seed of each picture of a job's corpus on which ONNX Runtime sees a model deviate. */
  private List<Integer> deviating(String out, String model) {
    Corpus corpus = Corpus.open(temp.resolve(out).resolve("pruned").resolve("corpus"));
    List<Integer> seeds = new ArrayList<>();
    try (PictureClassifier classifier =
        PictureClassifier.open(
            OnnxModel.read(temp.resolve(model)),
            corpus.header().preprocessing(),
            RuntimeProvider.cpu())) {
      for (CorpusInput input : corpus.inputs()) {
        float[] logits = classifier.logits(List.of(corpus.picture(input)))[0];
        int label = logits[1] > logits[0] ? 1 : 0;
        if (label != Label.of(input.seedDecision()).number()) {
          seeds.add(input.seed());
        }
      }
    }
    return seeds;
  }

  @Test
  void aJobThatIsDoneDoesNoStepAgain() throws IOException {
    run(1, "out", new Steps());
    JsonNode first = figures("out");
    Steps second = new Steps();
    run(1, "out", second);
    assertEquals(List.of(), second.begun);
    assertEquals(first, figures("out"));
  }

  @Test
  void roundsOfTheRepairAreInTheReportAndGoOnWhereTheyWereCutOff() throws IOException {
    job(1);
    Path file = temp.resolve("job.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("rounds: 0", "rounds: 2, max_accuracy_drop: 100")
            .replace("steps: 3", "steps: 12, epsilon: 64, confirm_in_walk: false"));
    CampaignConfig config = CampaignConfig.read(file);
    Steps cut = new Steps("training");
    assertThrows(CancellationException.class, () -> run(config, "cut", cut));
    run(config, "cut", new Steps());
    JsonNode rounds = figures("cut").at("/repair/rounds");
    assertFalse(rounds.isEmpty(), "no round");
    assertEquals("host", rounds.at("/0/judge").asText());
    List<Integer> deviating = deviating("cut", "pruned.onnx");
    assertFalse(deviating.isEmpty(), "a job that finds nothing shows nothing");
    JsonNode host = figures("cut").at("/judges/1");
    assertEquals("host", host.get("id").asText());
    assertEquals(Set.copyOf(deviating).size(), host.get("seeds_with_deviation").asInt());
    assertPartsOfTheCorpus(figures("cut").get("repair"));
    // The searches of the rounds confirm as the job's own does.
    List<Corpus> corpora = corpora("cut");
    assertTrue(corpora.size() > 1, corpora.toString());
    for (Corpus corpus : corpora) {
      assertEquals(false, corpus.header().settings().get("confirm_in_walk"));
    }
    assertTrue(
        Files.readString(temp.resolve("cut").resolve("report.html"))
            .contains("Rounds of search and repair"));
    run(config, "whole", new Steps());
    assertEquals(rounds, figures("whole").at("/repair/rounds"));
  }

  /** What a search says of memory is what it goes by: SearchBatchTest. */
  @Test
  void searchesOfAJobAndOfItsRepairFollowTheMemoryAndTheJobsBatch() throws IOException {
    job(1);
    Path file = temp.resolve("job.yaml");
    String plain =
        Files.readString(file)
            .replace("rounds: 0", "rounds: 1, max_accuracy_drop: 100, training_seeds: 2")
            .replace("steps: 3", "steps: 12, epsilon: 64");
    Files.writeString(file, plain);
    CampaignConfig byMemory = CampaignConfig.read(file);
    Steps little = new Steps();
    TestBudget.leaving(temp.resolve("machine"), 16 << 10, () -> run(byMemory, "little", little));
    List<Corpus> searched = corpora("little");
    assertTrue(searched.size() > 1, "no search of the repair");
    List<String> room = said(little, "memory has room for ");
    assertEquals(searched.size(), room.size(), room.toString());
    for (Corpus corpus : searched) {
      assertFalse(corpus.header().settings().containsKey("batch"));
    }
    Files.writeString(file, plain.replace("steps: 12", "batch: 2, steps: 12"));
    CampaignConfig byJob = CampaignConfig.read(file);
    Steps two = new Steps();
    TestBudget.leaving(temp.resolve("machine"), 16 << 10, () -> run(byJob, "two", two));
    assertEquals(List.of(), said(two, "memory has room for "));
    assertEquals(searched.size(), corpora("two").size());
    for (Corpus corpus : corpora("two")) {
      assertEquals(2, corpus.header().settings().get("batch"));
    }
  }

  private static List<String> said(Steps steps, String beginning) {
    return steps.said.stream().filter(line -> line.startsWith(beginning)).toList();
  }

  /** Of the job's searches and of those of its repair's rounds. */
  private List<Corpus> corpora(String out) throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve(out))) {
      return files
          .filter(found -> found.endsWith("corpus.json"))
          .map(found -> Corpus.open(found.getParent()))
          .toList();
    }
  }

  private void assertPartsOfTheCorpus(JsonNode repair) {
    Set<Integer> aside =
        PairRepair.setAside(Corpus.open(temp.resolve("cut").resolve("pruned/corpus")), 1);
    assertFalse(aside.isEmpty());
    Map<String, String> models =
        Map.of("before", "pruned.onnx", "after", "cut/pruned/repaired.onnx");
    models.forEach(
        (when, model) -> {
          List<Integer> seeds = deviating("cut", model);
          long set = seeds.stream().filter(aside::contains).count();
          assertEquals(set, repair.at("/set_aside/" + when).asLong(-1), when);
          assertEquals(seeds.size() - set, repair.at("/learned/" + when).asLong(-1), when);
        });
    assertTrue(repair.at("/learned/before").asInt() > 0, "none learned from deviates");
    assertTrue(repair.at("/set_aside/before").asInt() > 0, "none set aside deviates");
    JsonNode first = repair.at("/rounds/0");
    assertEquals(repair.at("/learned/before"), first.get("corpus_before"));
    assertEquals(repair.at("/set_aside/before"), first.get("set_aside_before"));
  }

  @Test
  void aJobThatWasCutOffGoesOnWithTheStepThatIsMissing() throws IOException {
    Steps cut = new Steps("training");
    assertThrows(CancellationException.class, () -> run(1, "cut", cut));
    assertTrue(cut.begun.contains("searching"));
    assertFalse(Files.exists(temp.resolve("cut").resolve("summary.json")));
    Steps rest = new Steps();
    run(1, "cut", rest);
    assertFalse(rest.begun.contains("searching"), rest.begun.toString());
    assertTrue(rest.begun.contains("training"), rest.begun.toString());
    run(1, "whole", new Steps());
    assertEquals(figures("whole"), figures("cut"));
  }

  @Test
  void aChangedSettingRepeatsItsStepAndWhatFollows() throws IOException {
    run(1, "out", new Steps());
    Steps again = new Steps();
    run(2, "out", again);
    assertFalse(again.begun.contains("searching"), again.begun.toString());
    for (String step :
        List.of("training", "judging on host", "attacking repaired.onnx, epsilon 8")) {
      assertTrue(again.begun.contains(step), () -> step + " is not in " + again.begun);
    }
  }

  @Test
  void aJobWhosePairsDifferInShapeIsRefusedBeforeAnyStep() throws IOException {
    Architecture.parse("resnet8")
        .build(new PictureShape(1, 20, 20), 2, 1)
        .write(temp.resolve("pruned.onnx"));
    Steps steps = new Steps();
    Refusal.says(() -> run(1, "out", steps), "1x20x20", "1x16x16", "expected the same shape");
    assertEquals(List.of(), steps.begun);
  }
}
