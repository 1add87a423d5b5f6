package dev.plumbline.host.cli;

import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.campaign.Campaign;
import dev.plumbline.host.campaign.CampaignConfig;
import dev.plumbline.host.campaign.JobSchema;
import dev.plumbline.host.fleet.FleetDatabase;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description =
        "Runs the whole job on your own models, data and devices; a job that was interrupted goes"
            + " on where it stopped.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Parameters(
      paramLabel = "CONFIG.yaml",
      arity = "0..1",
      description = "The job; docs/job.md explains its keys.")
  private Path file;

  @Option(
      names = "--print-schema",
      description = "Print the JSON Schema of a job's file and do nothing else.")
  private boolean printSchema;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for all that the job makes (default: named like the job's file, beside it).")
  private Path out;

  @Override
  public Integer call() {
    if (printSchema) {
      spec.commandLine().getOut().print(new JobSchema().json());
      spec.commandLine().getOut().flush();
      return 0;
    }
    if (file == null) {
      throw new ParameterException(
          spec.commandLine(), "the job is missing, expected a YAML file such as models/demo.yaml");
    }
    CampaignConfig config = common.seeded(CampaignConfig.read(file));
    common.boundMemory(config);
    Path folder = out == null ? beside() : out;
    FleetDatabase database = databases.open();
    new Campaign(
            config,
            folder,
            common.device(),
            common.providerBesideGradients(),
            database,
            ToolVersion.text())
        .run(common.progress());
    CampaignAnswer.print(common, folder);
    return 0;
  }

  private Path beside() {
    String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    return file.toAbsolutePath().resolveSibling(name + "-out");
  }
}
