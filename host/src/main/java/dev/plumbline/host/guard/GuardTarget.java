package dev.plumbline.host.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import java.util.Locale;
import java.util.Map;

/** What a guard is to reach; the threshold follows from it. */
public sealed interface GuardTarget {
  /** Key of {@link MaxLeft} in answers and metadata. */
  String MAX_LEFT = "max_left";

  /** Key of {@link MaxDeferred}. */
  String MAX_DEFERRED = "max_deferred";

  /**
   * The share that may be left, or deferred.
   *
   * @return above 0 and below 1
   */
  double share();

  /** Key and share, for answers and metadata. */
  Map<String, Object> asMap();

  /**
   * The smallest threshold that leaves few enough deviations, or the largest that defers few enough
   * clean pictures.
   *
   * @throws BadInputException if the half holds too little to tell it
   */
  GuardRule rule(GuardHalf half);

  /**
   * What {@link #asMap} made.
   *
   * @throws IllegalArgumentException if it is none
   */
  static GuardTarget read(JsonNode json) {
    if (json.path(MAX_LEFT).isNumber()) {
      return new MaxLeft(json.get(MAX_LEFT).doubleValue());
    }
    if (json.path(MAX_DEFERRED).isNumber()) {
      return new MaxDeferred(json.get(MAX_DEFERRED).doubleValue());
    }
    throw new IllegalArgumentException("a target " + json);
  }

  /**
   * How many of a sample a share is; a share such as 0.29 of 100 is 29 of them, although the
   * product of the two float64 is less.
   */
  private static int part(double share, int sample) {
    return (int) Math.floor(share * sample + 1e-9);
  }

  private static void requireShare(double share, String what) {
    if (!(share > 0 && share < 1)) {
      throw new BadInputException(
          "the share of " + what + " is " + share + ", expected above 0 and below 1");
    }
  }

  /**
   * At most that share of the deviations of corpora is left.
   *
   * @param share above 0 and below 1
   */
  record MaxLeft(double share) implements GuardTarget {
    public MaxLeft {
      requireShare(share, "deviations that may be left");
    }

    @Override
    public Map<String, Object> asMap() {
      return Map.of(MAX_LEFT, share);
    }

    @Override
    public GuardRule rule(GuardHalf half) {
      int left = part(share, half.adversarial());
      if (left < 1) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "the calibrated half has %d deviations of the corpora, too few to leave at most"
                    + " %s %% of them: expected at least %d",
                half.adversarial(),
                percent(share),
                (int) Math.ceil(1 / share - 1e-9)));
      }
      float deepest = half.deepest(left);
      if (Float.isInfinite(deepest)) {
        throw noThreshold(half);
      }
      GuardRule rule = new GuardRule(Math.max(Float.MIN_NORMAL, Math.nextUp(deepest)));
      if (half.at(rule).deferred().count() == half.clean()) {
        throw noThreshold(half);
      }
      return rule;
    }

    private BadInputException noThreshold(GuardHalf half) {
      return new BadInputException(
          String.format(
              Locale.ROOT,
              "no threshold leaves at most %s %% of the deviations and keeps a decision on any of"
                  + " the %d clean pictures of the calibrated half: expected a larger share, or"
                  + " a model whose deviations are less deep",
              percent(share),
              half.clean()));
    }
  }

  /**
   * At most that share of clean pictures is deferred.
   *
   * @param share above 0 and below 1
   */
  record MaxDeferred(double share) implements GuardTarget {
    public MaxDeferred {
      requireShare(share, "clean pictures that may be deferred");
    }

    @Override
    public Map<String, Object> asMap() {
      return Map.of(MAX_DEFERRED, share);
    }

    @Override
    public GuardRule rule(GuardHalf half) {
      float margin = half.cleanMargin(part(share, half.clean()));
      if (Float.isInfinite(margin)) {
        throw new BadInputException(
            "the compressed model's margin is infinite on clean pictures, so that no threshold"
                + " defers "
                + percent(share)
                + " % of them: expected finite margins");
      }
      return new GuardRule(margin);
    }
  }

  /** A share in per cent, without zeros at its end. */
  private static String percent(double share) {
    double percent = Math.round(share * 1e8) / 1e6;
    return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
  }
}
