package dev.plumbline.host.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to do with the fleet's devices; a new one is a class and a line here. */
@Command(
    name = "device",
    description = "Keeps the list of devices, and shows their verdicts over time.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    subcommands = {
      DeviceAddCommand.class,
      DeviceListCommand.class,
      DeviceRemoveCommand.class,
      DeviceDescribeCommand.class,
      DeviceEmulateCommand.class,
      DeviceRunsCommand.class,
      DeviceForgetRunsCommand.class,
      DeviceHistoryCommand.class
    })
final class DeviceCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what to do with devices is missing, such as 'device list'");
  }
}
