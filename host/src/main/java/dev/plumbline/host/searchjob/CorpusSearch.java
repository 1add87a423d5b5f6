package dev.plumbline.host.searchjob;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusHeader;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.proxy.ProxyJudge;
import dev.plumbline.host.search.CloseValid;
import dev.plumbline.host.search.MutatedPicture;
import dev.plumbline.host.search.MutationSink;
import dev.plumbline.host.search.Search;
import dev.plumbline.host.search.SearchOutcome;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.search.SearchState;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.search.Seeds;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Searches with two models and saves what was found as a corpus, judged by the proxy. */
public final class CorpusSearch {
  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final Device device;
  private final RuntimeProvider host;

  /**
   * @param host runs the compressed model as it is deployed, where it has the last word on what the
   *     proxy calls effective
   * @throws BadInputException if the two models' inputs or numbers of classes differ
   */
  public CorpusSearch(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Device device,
      RuntimeProvider host) {
    ModelContract.requirePair(original, compressed);
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.device = device;
    this.host = host;
  }

  /**
   * Searches, or goes on with a search of the same models, seeds and settings that was cut off: it
   * is in the folder {@code OUT.partial}, and the corpus in the end is the one that it would have
   * made on this machine. It keeps the effective pictures and the close ones of the valid; its
   * counts are of all that the search made.
   *
   * @param seeds pictures to start from; their labels are only noted where the original differs
   * @param data how messages and the corpus call the seeds' source
   * @param out folder of the corpus, complete or absent
   * @throws BadInputException if models, seeds and settings do not go together, or the search that
   *     was cut off had others
   */
  public Corpus search(
      Dataset seeds, String data, SearchSettings settings, Path out, Progress progress) {
    return search(seeds, settings, origin(seeds, data, settings), out, progress);
  }

  /**
   * What the corpus of a search comes from.
   *
   * @throws BadInputException if models and seeds do not go together
   */
  CorpusOrigin origin(Dataset seeds, String data, SearchSettings settings) {
    ModelContract.of(original).requireInputs(seeds, preprocessing);
    ModelContract.of(compressed).requireInputs(seeds, preprocessing);
    ModelContract.of(original).requireClasses(seeds, preprocessing);
    return new CorpusOrigin(
        original.sha256(),
        compressed.sha256(),
        preprocessing,
        seeds.inputShape(),
        Tasks.ofPair(original, compressed),
        classNames(seeds),
        keptSettings(settings, data));
  }

  /** How many seeds walk together where nobody says it, as memory has room. */
  int batch(Dataset seeds, SearchSettings settings, Progress progress) {
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, device);
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, device)) {
      return Search.batch(o, c, preprocessing, seeds, settings, progress);
    }
  }

  /**
   * As {@link #search(Dataset, String, SearchSettings, Path, Progress)}, with an origin that is
   * known.
   */
  Corpus search(
      Dataset seeds, SearchSettings settings, CorpusOrigin origin, Path out, Progress progress) {
    return ofEarlierCall(out, origin)
        .orElseGet(() -> searched(seeds, settings, origin, out, progress));
  }

  /** A corpus names its classes; those of a classification by numbers if seeds know no names. */
  private List<String> classNames(Dataset seeds) {
    if (!seeds.classNames().isEmpty() || !ModelContract.of(original).classifies()) {
      return seeds.classNames();
    }
    int classes = ModelContract.of(original).classes(seeds.inputShape(), preprocessing);
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /** The corpus of a search that was cut off after its end and before anybody judged. */
  private Optional<Corpus> ofEarlierCall(Path out, CorpusOrigin origin) {
    if (!Files.exists(out.resolve("corpus.json"))) {
      return Optional.empty();
    }
    Corpus corpus = Corpus.open(out);
    boolean unjudged =
        corpus.header().judges().stream().allMatch(judge -> judge.id().equals(ProxyJudge.ID));
    if (!unjudged || !corpus.isOf(origin)) {
      return Optional.empty();
    }
    return Optional.of(corpus.withVerdicts(proxy(), proxyVerdicts(corpus.inputs())));
  }

  private Corpus searched(
      Dataset seeds, SearchSettings settings, CorpusOrigin origin, Path out, Progress progress) {
    Corpus corpus;
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, device);
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, device);
        CorpusWriter writer = CorpusWriter.resume(out, origin)) {
      Optional<SearchCheckpoint> from =
          writer.state().map(bytes -> SearchCheckpoint.read(bytes, seeds.inputShape()));
      Optional<SearchState> state = from.map(SearchCheckpoint::state);
      state.ifPresent(begun -> requireSeeds(begun, new Seeds(seeds), writer, out));
      CloseValid.Collecting collecting = settings.close().collecting();
      from.ifPresent(begun -> begun.close().forEach(collecting::add));
      Saving saving = new Saving(origin.task(), writer, seeds, collecting);
      SearchOutcome outcome;
      // Without one there is nothing to close.
      try (HostJudge confirming =
          settings.confirmInWalk() ? HostJudge.inTurn(compressed, preprocessing, host) : null) {
        outcome =
            Search.resume(
                o,
                c,
                preprocessing,
                seeds,
                settings,
                saving,
                progress,
                state,
                Optional.ofNullable(confirming));
      }
      corpus = writer.finish(counts(outcome));
    }
    return corpus.withVerdicts(proxy(), proxyVerdicts(corpus.inputs()));
  }

  private static void requireSeeds(SearchState state, Seeds seeds, CorpusWriter writer, Path out) {
    for (Walker walker : state.begun()) {
      int seed = walker.seed();
      if (seeds.index(seed) < 0 || !writer.seedPicture(seed).equals(seeds.input(seed))) {
        throw new BadInputException(
            "seed "
                + seed
                + " is another picture than when the unfinished search beside "
                + out
                + " began: expected the same data, or that the folder "
                + out.getFileName()
                + ".partial is deleted");
      }
    }
  }

  private static CorpusCounts counts(SearchOutcome outcome) {
    boolean found = outcome.effective() > 0;
    return new CorpusCounts(
        outcome.seeds(),
        Math.toIntExact(outcome.mutated()),
        Math.toIntExact(outcome.effective()),
        Math.toIntExact(outcome.valid()),
        Math.toIntExact(outcome.invalid()),
        outcome.seedsWithDeviation(),
        found ? outcome.meanRms() : null,
        found ? outcome.meanLinf() : null,
        Math.toIntExact(outcome.refused()));
  }

  private Map<String, Object> keptSettings(SearchSettings settings, String data) {
    Map<String, Object> map = new LinkedHashMap<>(settings.json());
    map.put("data", data);
    if (!new ModelReading(original).metadata().isEmpty()) {
      map.put(CorpusHeader.READING, new ModelReading(original).metadata());
    }
    return map;
  }

  private JudgeInfo proxy() {
    return ProxyJudge.info(compressed, device);
  }

  private static Map<String, Verdict> proxyVerdicts(List<CorpusInput> inputs) {
    Map<String, Verdict> verdicts = new HashMap<>();
    for (CorpusInput input : inputs) {
      verdicts.put(input.id(), input.refused().orElseGet(() -> proxyVerdict(input)));
    }
    return verdicts;
  }

  private static Verdict proxyVerdict(CorpusInput input) {
    Verdict verdict =
        Verdict.decided(input.pictureClass() == PictureClass.EFFECTIVE, input.compressedDecision());
    return input.margins().map(margins -> verdict.withMargin(margins.compressed())).orElse(verdict);
  }

  /** Writes what is found, and now and then where the search stands. */
  private static final class Saving implements MutationSink {
    private static final long LEAST_PAUSE = 1_000_000_000;

    /** Checkpoints take at most one part in this many of the time. */
    private static final int SHARE = 20;

    private final Task task;
    private final CorpusWriter writer;
    private final Dataset data;
    private final Seeds seeds;
    private final CloseValid.Collecting close;
    private long next = System.nanoTime();

    Saving(Task task, CorpusWriter writer, Dataset data, CloseValid.Collecting close) {
      this.task = task;
      this.writer = writer;
      this.data = data;
      this.seeds = new Seeds(data);
      this.close = close;
    }

    @Override
    public void seed(int index, Input seed, Decision decision) {
      writer.seed(index, seed);
    }

    @Override
    public void mutated(MutatedPicture m) {
      if (m.pictureClass() == PictureClass.EFFECTIVE) {
        save(m);
      } else {
        close.add(m);
      }
    }

    @Override
    public void done(int index) {
      close.of(index).forEach(this::save);
    }

    private void save(MutatedPicture m) {
      CorpusInput input =
          CorpusInput.found(
                  task,
                  m.seed(),
                  m.step(),
                  m.seedDecision(),
                  m.originalDecision(),
                  m.compressedDecision(),
                  new PictureDistance(m.rms(), m.linf()))
              .withMargins(m.margins())
              .withRefused(m.refused())
              .keptAs(data.inputShape());
      Optional<Decision> shown =
          task.annotated(data, seeds.index(m.seed())).filter(d -> task.differ(m.seedDecision(), d));
      writer.add(shown.map(input::withDataDecision).orElse(input), m.picture());
    }

    @Override
    public void reached(Supplier<SearchState> state) {
      long now = System.nanoTime();
      if (now - next >= 0) {
        writer.checkpoint(new SearchCheckpoint(state.get(), close.held()).write());
        long took = System.nanoTime() - now;
        next = now + took + Math.max(LEAST_PAUSE, SHARE * took);
      }
    }
  }
}
