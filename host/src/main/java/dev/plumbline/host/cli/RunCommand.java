package dev.plumbline.host.cli;

import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.campaign.Campaign;
import dev.plumbline.host.campaign.CampaignConfig;
import dev.plumbline.host.fleet.FleetDatabase;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description =
        "The whole job on your own models, data and devices; goes on where it was cut off.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Parameters(paramLabel = "CONFIG.yaml", description = "The job.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for all that the job makes (default: named like the job's file, beside it).")
  private Path out;

  @Override
  public Integer call() {
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
