package dev.plumbline.host.cli;

import dev.plumbline.host.device.AgentProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

@Command(
    name = "agent",
    description = "Runs an agent on this machine; takes the agent's own options.",
    sortOptions = false)
final class AgentCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  /** Whatever else is given, {@code --help} too, is for the agent. */
  @Unmatched private List<String> args = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    List<String> all = new ArrayList<>(args);
    common
        .maxMemory()
        .ifPresent(most -> all.addAll(List.of("--max-memory-bytes", Long.toString(most.bytes()))));
    return AgentProgram.installed().run(all);
  }
}
