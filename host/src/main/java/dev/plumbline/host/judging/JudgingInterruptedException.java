package dev.plumbline.host.judging;

/** Somebody wants the work to end; what was judged till then is kept. */
final class JudgingInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
