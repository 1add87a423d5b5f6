package dev.plumbline.host.search;

import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.search.SearchState.Walker;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Walks of which every picture is told, and that end where their algorithm says. */
record FirstFind(
    SearchAlgorithm algorithm, SearchSettings settings, Telling telling, EndedWalks ended)
    implements Course {
  @Override
  public Walker begin(int number, Input seed, Decision decision) {
    return new Walker(number, 1, decision, false, 0);
  }

  @Override
  public List<Optional<Walker>> after(
      List<Walker> walkers, List<MutatedPicture> pictures, Confirmed confirmed) {
    List<Optional<Walker>> after = new ArrayList<>();
    for (int row = 0; row < walkers.size(); row++) {
      after.add(after(walkers.get(row), pictures.get(row), confirmed, row));
    }
    return after;
  }

  private Optional<Walker> after(
      Walker walker, MutatedPicture mutated, Confirmed confirmed, int row) {
    boolean done = algorithm.isDone(mutated, settings);
    if (done && algorithm.shrinks()) {
      ended.add(walker, mutated.picture());
      return Optional.empty();
    }
    telling.mutated(walker, mutated);
    if (walker.step() < settings.steps() && !done) {
      return Optional.of(
          new Walker(
              walker.seed(),
              walker.step() + 1,
              walker.decision(),
              walker.deviated() || confirmed.pictureClass(row) == PictureClass.EFFECTIVE,
              confirmed.apartAfter(walker, row)));
    }
    telling.done(walker);
    return Optional.empty();
  }
}
