package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The words after {@code --device}: one device and any more of them, up to the next option or the
 * folder of a corpus. Picocli alone would take the corpus for a device.
 */
final class DeviceWords implements IParameterConsumer {
  @Override
  public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
    if (words.isEmpty() || words.peek().startsWith("-")) {
      throw new ParameterException(
          command.commandLine(), "--device lacks a device, expected " + option.paramLabel());
    }
    List<String> devices = option.getValue();
    do {
      devices.add(words.pop());
    } while (!words.isEmpty()
        && !words.peek().startsWith("-")
        && !Corpus.isAt(Path.of(words.peek())));
  }
}
