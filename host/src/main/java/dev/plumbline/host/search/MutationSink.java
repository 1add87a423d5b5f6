package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.function.Supplier;

/** Takes what a search makes, on the search's thread and in a fixed order. */
public interface MutationSink {
  /**
   * A seed begins to walk; its mutated pictures follow.
   *
   * @param index global number of the seed
   * @param decision what the original decides on it
   */
  void seed(int index, Input seed, Decision decision);

  /** A step was made. */
  void mutated(MutatedPicture mutated);

  /**
   * A seed has made its last step.
   *
   * @param index global number of the seed
   */
  default void done(int index) {}

  /**
   * All that the state tells of was handed over: a search that begins with it gives the rest.
   *
   * @param state is made when it is asked for, which takes a copy of the batch; not valid later
   */
  default void reached(Supplier<SearchState> state) {}
}
