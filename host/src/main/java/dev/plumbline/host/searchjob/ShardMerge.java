package dev.plumbline.host.searchjob;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusHeader;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.proxy.ProxyJudge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Joins the shards of a job into the corpus that the job makes in one piece. */
public final class ShardMerge {
  private final List<Corpus> shards;

  private ShardMerge(List<Corpus> shards) {
    this.shards = shards;
  }

  /**
   * Joins shards.
   *
   * @param folders of all shards of one job, in any order, as searches left them
   * @param out folder of the corpus: nothing, an empty folder, or a corpus, which is replaced
   * @throws BadInputException if the folders are not the shards of one job, each once
   */
  public static Corpus merge(List<Path> folders, Path out) {
    List<Corpus> shards = new ArrayList<>();
    for (Path folder : folders) {
      Corpus corpus = Corpus.open(folder);
      requireShard(corpus);
      requireOfOneJob(shards.isEmpty() ? corpus : shards.get(0), corpus);
      shards.add(corpus);
    }
    shards.sort(Comparator.comparingInt(corpus -> shard(corpus).number()));
    requireEachOnce(shards);
    return new ShardMerge(shards).write(out);
  }

  private static Shard shard(Corpus corpus) {
    return Shard.parse(String.valueOf(corpus.header().settings().get(CorpusOrigin.SHARD)));
  }

  private static void requireShard(Corpus corpus) {
    Map<String, Object> settings = corpus.header().settings();
    if (settings.get(CorpusOrigin.SHARD) == null || settings.get(CorpusOrigin.JOB) == null) {
      throw new BadInputException(
          corpus.folder()
              + " is a whole corpus and no shard of a job, expected what search --shard made");
    }
    if (corpus.seeds().size() != corpus.header().counts().seeds()) {
      throw new BadInputException(
          "shard "
              + shard(corpus)
              + " in "
              + corpus.folder()
              + " names "
              + corpus.seeds().size()
              + " seeds and counts "
              + corpus.header().counts().seeds()
              + ", expected a shard as its search left it");
    }
    List<String> judges = corpus.header().judges().stream().map(JudgeInfo::id).toList();
    if (!judges.equals(List.of(ProxyJudge.ID))) {
      throw new BadInputException(
          "shard "
              + shard(corpus)
              + " in "
              + corpus.folder()
              + " was judged by "
              + judges
              + ", expected a shard as its search left it, by "
              + ProxyJudge.ID
              + " alone");
    }
  }

  private static void requireOfOneJob(Corpus first, Corpus other) {
    CorpusOrigin expected = first.header().origin().without(CorpusOrigin.SHARD);
    CorpusOrigin found = other.header().origin().without(CorpusOrigin.SHARD);
    boolean sameJob =
        found.settings().get(CorpusOrigin.JOB).equals(expected.settings().get(CorpusOrigin.JOB));
    List<String> differences = found.differences(expected);
    if (!sameJob || !differences.isEmpty() || shard(first).of() != shard(other).of()) {
      throw new BadInputException(
          "shard "
              + shard(other)
              + " in "
              + other.folder()
              + " is of another job or split than shard "
              + shard(first)
              + " in "
              + first.folder()
              + (differences.isEmpty() ? "" : ", with " + String.join(", ", differences))
              + ": expected shards of one job");
    }
    JudgeInfo judge = first.header().judges().get(0);
    if (!other.header().judges().get(0).equals(judge)) {
      throw new BadInputException(
          "shard "
              + shard(other)
              + " in "
              + other.folder()
              + " was computed by "
              + other.header().judges().get(0)
              + ", expected "
              + judge
              + " as shard "
              + shard(first));
    }
  }

  private static void requireEachOnce(List<Corpus> shards) {
    int of = shard(shards.get(0)).of();
    Map<Integer, Corpus> byNumber = new HashMap<>();
    for (Corpus corpus : shards) {
      Corpus before = byNumber.put(shard(corpus).number(), corpus);
      if (before != null) {
        throw new BadInputException(
            "shard "
                + shard(corpus)
                + " is given twice, in "
                + before.folder()
                + " and in "
                + corpus.folder()
                + ", expected each shard once");
      }
    }
    for (int number = 1; number <= of; number++) {
      if (!byNumber.containsKey(number)) {
        throw new BadInputException(
            "shard " + number + "/" + of + " is missing, expected all " + of + " shards");
      }
    }
  }

  private Corpus write(Path out) {
    CorpusHeader first = shards.get(0).header();
    Map<String, Verdict> verdicts = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    Corpus merged;
    try (CorpusWriter writer =
        CorpusWriter.create(out, first.origin().without(CorpusOrigin.SHARD))) {
      for (Corpus corpus : shards) {
        for (Map.Entry<Integer, String> seed : corpus.seeds().entrySet()) {
          requireNew(corpus, seed.getKey(), seen);
          writer.seed(seed.getKey(), corpus.seed(seed.getKey()));
        }
        for (CorpusInput input : corpus.inputs()) {
          Input picture = corpus.input(input);
          writer.add(input.withVerdicts(Map.of()), picture);
          verdicts.put(input.id(), input.verdicts().get(ProxyJudge.ID));
        }
      }
      merged = writer.finish(counts());
    }
    return merged.withVerdicts(first.judges().get(0), verdicts);
  }

  private static void requireNew(Corpus corpus, int seed, Set<Integer> seen) {
    if (!seen.add(seed)) {
      throw new BadInputException(
          "shard "
              + shard(corpus)
              + " in "
              + corpus.folder()
              + " has seed "
              + seed
              + ", which another shard has too, expected each seed in one shard");
    }
  }

  /** Sums; means are added up in the order of the rows, as one search does. */
  private CorpusCounts counts() {
    double rms = 0;
    double linf = 0;
    for (Corpus corpus : shards) {
      for (CorpusInput input : corpus.inputs()) {
        if (input.pictureClass() == PictureClass.EFFECTIVE) {
          rms += input.rms();
          linf += input.linf();
        }
      }
    }
    int effective = sum(CorpusCounts::effective);
    return new CorpusCounts(
        sum(CorpusCounts::seeds),
        sum(CorpusCounts::mutated),
        effective,
        sum(CorpusCounts::valid),
        sum(CorpusCounts::invalid),
        sum(CorpusCounts::seedsWithDeviation),
        effective == 0 ? null : rms / effective,
        effective == 0 ? null : linf / effective,
        sum(CorpusCounts::refused));
  }

  private int sum(ToIntFunction<CorpusCounts> count) {
    return shards.stream().mapToInt(corpus -> count.applyAsInt(corpus.header().counts())).sum();
  }
}
