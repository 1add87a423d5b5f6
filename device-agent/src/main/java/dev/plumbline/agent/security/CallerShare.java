package dev.plumbline.agent.security;

/**
 * What one caller may have of something that the agent gives all of them together, so that it
 * cannot starve the others. Where callers show nothing there is but one, and it may have all.
 *
 * @param percent of the whole, 1 to 100
 */
public record CallerShare(int percent) {
  /**
   * Of a number of things, or of bytes.
   *
   * @return at least 1
   */
  public long of(Caller caller, long whole) {
    if (!caller.isKnown()) {
      return whole;
    }
    return Math.max(1, whole / 100 * percent + whole % 100 * percent / 100);
  }
}
