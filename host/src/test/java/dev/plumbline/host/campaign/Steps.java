package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Notes which steps begin; may end the work at one. */
final class Steps implements Progress {
  final List<String> begun = new ArrayList<>();
  final List<String> said = new ArrayList<>();
  private final String last;

  Steps() {
    this("");
  }

  Steps(String last) {
    this.last = last;
  }

  @Override
  public Step begin(String name, long total) {
    if (name.equals(last)) {
      throw new CancellationException(name);
    }
    begun.add(name);
    return (done, note) -> {};
  }

  @Override
  public void say(String line) {
    said.add(line);
  }
}
