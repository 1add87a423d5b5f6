package dev.plumbline.host.cli;

import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.campaign.Campaign;
import dev.plumbline.host.campaign.CampaignConfig;
import dev.plumbline.host.campaign.DemoJob;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.AgentProgram;
import dev.plumbline.host.fleet.FleetDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description =
        "Runs the whole job on the models that come with Plumbline, with an agent on this machine"
            + " as the device.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for all it makes.")
  private Path out;

  @Override
  public Integer call() {
    CampaignConfig config = common.seeded(CampaignConfig.read(DemoJob.file()));
    AgentProgram program = AgentProgram.installed();
    try (AgentProcess agent =
        AgentProcess.start(
            program.launcher(),
            List.of("--model-dir", out.resolve("agent-models").toAbsolutePath().toString()))) {
      common.say("agent, process " + agent.pid() + ", listens on " + agent.address());
      new Campaign(
              config.withDevices(List.of(agent.address().toString())),
              out,
              common.device(),
              common.providerBesideGradients(),
              FleetDatabase.open("jdbc:h2:file:" + out.resolve("fleet").toAbsolutePath()),
              ToolVersion.text())
          .run(common.progress());
      common.say("agent's memory: " + agent.residentBytes() / (1 << 20) + " MiB");
    }
    CampaignAnswer.print(common, out);
    return 0;
  }
}
