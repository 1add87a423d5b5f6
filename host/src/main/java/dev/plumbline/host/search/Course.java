package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
import java.util.List;
import java.util.Optional;

/** What becomes of walks: which go on after a step, what is told and what is finished. */
interface Course {
  /**
   * A walk that begins.
   *
   * @param decision what the original decides on the seed
   */
  Walker begin(int number, Input seed, Decision decision);

  /**
   * Ends a step of a batch: tells of its pictures, hands on what is to be finished.
   *
   * @param pictures that the walkers made
   * @return for each walker, in their order, the one that goes on in its place; empty where the
   *     walk is over
   */
  List<Optional<Walker>> after(
      List<Walker> walkers, List<MutatedPicture> pictures, Confirmed confirmed);
}
