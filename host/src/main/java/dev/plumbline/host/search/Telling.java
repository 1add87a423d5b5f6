package dev.plumbline.host.search;

import dev.plumbline.host.search.SearchState.Walker;

/** Tells of what a search made: the tally counts it, the sink takes it. */
record Telling(Tally tally, MutationSink sink) {
  void mutated(Walker walker, MutatedPicture picture) {
    tally.mutated(picture, !walker.deviated());
    sink.mutated(picture);
  }

  void done(Walker walker) {
    sink.done(walker.seed());
  }
}
