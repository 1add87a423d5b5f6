package dev.plumbline.host.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = "Takes a device out of the fleet; its verdicts are kept.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceRemoveCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Parameters(paramLabel = "NAME", description = "How the fleet calls it.")
  private String name;

  @Override
  public Integer call() {
    databases.open().devices().remove(name);
    common.answer(Map.of("removed", name), List.of("removed " + name));
    return 0;
  }
}
