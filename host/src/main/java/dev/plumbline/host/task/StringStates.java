package dev.plumbline.host.task;

import java.util.List;

/**
 * How far a path of classes has got in spelling one string, as states of an automaton that reads
 * the path step by step. State {@code 2k} has read k classes of the string and last the blank,
 * state {@code 2k - 1} has read k and last the k-th. A path that leaves these states spells another
 * string, whatever follows.
 *
 * @param classes the string, as numbers of classes
 * @param blank the class that stands for none
 */
record StringStates(List<Integer> classes, int blank) {
  /** Classes that keep a path in the states after one of them: at most so many. */
  static final int MOST_KEEPING = 3;

  int count() {
    return 2 * classes.size() + 1;
  }

  /** The class that leads into a state. */
  int symbol(int state) {
    return state % 2 == 0 ? blank : classes.get(state / 2);
  }

  /** Whether a state is reached from the second one before it too, without a blank between. */
  boolean skipsBlank(int state) {
    return state % 2 == 1
        && state >= 3
        && !classes.get(state / 2).equals(classes.get(state / 2 - 1));
  }

  /** The classes after which a path that is in a state still spells the string's beginning. */
  int[] keeping(int state) {
    int read = (state + 1) / 2;
    int next = read < classes.size() ? classes.get(read) : blank;
    return new int[] {blank, symbol(state), next};
  }

  /** Whether a path that ends in a state has spelled the whole string. */
  boolean isWhole(int state) {
    return state >= 2 * classes.size() - 1;
  }
}
