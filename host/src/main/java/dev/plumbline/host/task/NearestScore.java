package dev.plumbline.host.task;

import java.util.List;

/**
 * The one number of a row on which a decision depends first: the margin is how far that is from its
 * bound. Finding it takes a pass over the row and no matrix of anchors and objects.
 *
 * @param made whether the model makes the decision
 * @param kind of number
 * @param anchor of it
 * @param column of the score
 * @param object that it is about; null for what is no object of the decision
 * @param margin at least 0 where the decision is made, below 0 elsewhere
 */
record NearestScore(boolean made, Kind kind, int anchor, int column, Box object, double margin) {
  /** What a margin is made of. */
  enum Kind {
    /** Log odds of the best score of a box that lies on the object, less those of the bound. */
    KEPT,
    /** No box lies on the object: how much the nearest one would have to overlap more. */
    MISSED,
    /** Log odds of the bound, less those of the best score of a box that is on no object. */
    NEW,
    /** There is no other box. */
    NONE
  }

  /**
   * Finds it.
   *
   * @param sure the least score of the decision's objects that is asked for: the task's own, or
   *     more
   */
  static NearestScore of(Detection task, HeadRow row, Boxes decision, double sure) {
    List<Candidate> kept = task.kept(row, task.score());
    NearestScore nearest = ofNew(task, row, kept, decision.objects());
    for (Box object : decision.objects()) {
      NearestScore of = ofObject(task, row, kept, object, sure);
      // What makes the decision another one comes first, whatever rounding does to margins.
      if (of.made == nearest.made ? of.margin < nearest.margin : nearest.made) {
        nearest = of;
      }
    }
    return nearest;
  }

  /** Whether the model is so sure of each object of a decision. */
  static boolean isSure(Detection task, HeadRow row, Boxes decision, double sure) {
    List<Candidate> kept = task.kept(row, task.score());
    return decision.objects().stream()
        .allMatch(object -> ofObject(task, row, kept, object, sure).margin >= 0);
  }

  private static NearestScore ofObject(
      Detection task, HeadRow row, List<Candidate> kept, Box object, double sure) {
    Candidate best = null;
    for (Candidate candidate : kept) {
      if (object.accountsFor(candidate.box(), task.iou())
          && (best == null || candidate.strength() > best.strength())) {
        best = candidate;
      }
    }
    ScoreForm form = row.head().scores();
    double bound = Threshold.logOdds(sure);
    if (best != null) {
      double margin = form.logOdds(best.strength()) - bound;
      return new NearestScore(
          true,
          Kind.KEPT,
          best.anchor(),
          best.column(),
          object,
          sure > task.score() ? margin : Math.max(0, margin));
    }
    return below(task, row, object, bound);
  }

  /** Of an object that the model is not sure of. */
  private static NearestScore below(Detection task, HeadRow row, Box object, double bound) {
    ScoreForm form = row.head().scores();
    double level = form.number(task.score());
    int column = row.columnOf(object.label());
    int surest = -1;
    int closest = 0;
    double overlap = 0;
    for (int a = 0; column < row.columns() && a < row.anchors(); a++) {
      if (row.label(a, column) != object.label()) {
        continue;
      }
      double iou = object.iou(row.box(a, column));
      if (iou >= task.iou()
          && row.strength(a, column) < level
          && (surest < 0 || row.strength(a, column) > row.strength(surest, column))) {
        surest = a;
      }
      // A box that is sure and lies on the object was dropped: it may lie on it as it likes.
      if (iou > overlap && iou < task.iou()) {
        overlap = iou;
        closest = a;
      }
    }
    if (surest >= 0) {
      return new NearestScore(
          false,
          Kind.KEPT,
          surest,
          column,
          object,
          below(form.logOdds(row.strength(surest, column)) - bound));
    }
    return new NearestScore(
        false,
        overlap > 0 ? Kind.MISSED : Kind.NONE,
        closest,
        0,
        object,
        missed(bound, task.iou(), overlap));
  }

  /** Lower than of any score there may be. */
  private static double missed(double bound, double least, double overlap) {
    return Threshold.logOdds(ScoreForm.LEAST) - bound + overlap - least;
  }

  private static double below(double margin) {
    return Math.min(-Double.MIN_VALUE, margin);
  }

  private static NearestScore ofNew(
      Detection task, HeadRow row, List<Candidate> kept, List<Box> objects) {
    ScoreForm form = row.head().scores();
    double bound = Threshold.logOdds(task.score());
    for (Candidate candidate : kept) {
      // The surest is the first.
      if (!task.isAccountedFor(candidate.box(), objects)) {
        return new NearestScore(
            false,
            Kind.NEW,
            candidate.anchor(),
            candidate.column(),
            null,
            below(bound - form.logOdds(candidate.strength())));
      }
    }
    double level = form.number(task.score());
    int anchor = -1;
    int column = 0;
    float best = Float.NEGATIVE_INFINITY;
    boolean byColumn = row.isColumnMajor();
    int outer = byColumn ? row.columns() : row.anchors();
    int inner = byColumn ? row.anchors() : row.columns();
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        int a = byColumn ? i : o;
        int c = byColumn ? o : i;
        float strength = row.strength(a, c);
        if (strength > best && strength < level && isNew(task, row, kept, objects, a, c)) {
          best = strength;
          anchor = a;
          column = c;
        }
      }
    }
    return anchor < 0
        ? new NearestScore(true, Kind.NONE, 0, 0, null, bound - Threshold.logOdds(ScoreForm.LEAST))
        : new NearestScore(
            true, Kind.NEW, anchor, column, null, Math.max(0, bound - form.logOdds(best)));
  }

  /** Whether a box would be an object that the decision does not have, were the model surer. */
  private static boolean isNew(
      Detection task,
      HeadRow row,
      List<Candidate> kept,
      List<Box> objects,
      int anchor,
      int column) {
    if (row.label(anchor, column) < 0) {
      return false;
    }
    Box box = row.box(anchor, column);
    return !task.isAccountedFor(box, objects) && !Candidate.overlaps(kept, box, task.overlap());
  }
}
