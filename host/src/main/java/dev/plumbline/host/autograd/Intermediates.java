package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Closes, at its end, what the operations within it made, other than the arrays that are kept.
 * Arrays that live as long as their manager would otherwise hold the memory of every term of an
 * expression until the step is over. One thread; nested ones end in the reverse order.
 */
public final class Intermediates implements AutoCloseable {
  private final NDScope scope = new NDScope();
  private final List<NDArray> kept = new ArrayList<>();

  private Intermediates() {
    scope.suppressNotUsedWarning();
  }

  public static Intermediates open() {
    return new Intermediates();
  }

  /** An array that outlives this; it stays with its manager. */
  public NDArray keep(NDArray array) {
    NDScope.unregister(array);
    kept.add(array);
    return array;
  }

  @Override
  public void close() {
    scope.close();
    // To those around it, these are intermediates like others.
    kept.forEach(NDScope::register);
  }
}
