package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.searchjob.ShardMerge;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "merge",
    description = "Joins the shards of a job into the corpus that the job makes in one piece.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CorpusMergeCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "SHARD",
      description = "Corpora that 'search --job --shard' made, all of one job, in any order.")
  private List<Path> shards;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "CORPUS",
      description = "The corpus to write.")
  private Path out;

  @Override
  public Integer call() {
    Corpus merged = ShardMerge.merge(shards, out);
    JobAnswer answer = new JobAnswer(merged);
    common.answer(answer.asMap(), answer.lines());
    return 0;
  }
}
