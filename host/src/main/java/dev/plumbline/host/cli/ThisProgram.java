package dev.plumbline.host.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be run in another process. */
final class ThisProgram {
  private static final String TORCH_THREADS = "-Dai.djl.pytorch.num_threads=";
  private static final String TERMINAL = "-D" + ConsoleProgress.TERMINAL;

  private ThisProgram() {}

  /**
   * The command that begins it, as far as its arguments.
   *
   * @param threads that libtorch computes with
   */
  static List<String> java(int threads) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-X") || argument.startsWith("-D"))
        .filter(argument -> !argument.startsWith(TORCH_THREADS) && !argument.startsWith(TERMINAL))
        .forEach(command::add);
    command.add(TORCH_THREADS + threads);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }
}
