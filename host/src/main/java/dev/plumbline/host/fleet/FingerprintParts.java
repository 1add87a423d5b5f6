package dev.plumbline.host.fleet;

import dev.plumbline.agent.machine.CpuInfo;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.fleet.VerdictChange.Cause;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Placement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What produced a verdict, part by part, as people call the parts. A part that nobody told of is
 * missing.
 *
 * @param values by part, in the order in which they are told
 */
record FingerprintParts(Map<String, String> values) {
  static final String MODEL = "model";
  private static final String RAN = "what ran";
  private static final String FEATURES = "int8 features";

  /** Columns of fingerprint, named f, in the order of {@link #read}. */
  static final String COLUMNS =
      "f.arch, f.runtime, f.provider, f.processor, f.int8_features, f.threads, f.batch, f.ran";

  private static final List<String> PARTS =
      List.of("arch", "runtime", "provider", "processor", FEATURES, "threads", "batch", RAN);

  FingerprintParts {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * From the model's SHA-256 and {@link #COLUMNS} behind it.
   *
   * @param first column of the model's SHA-256
   */
  static FingerprintParts read(ResultSet row, int first) throws SQLException {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(MODEL, row.getString(first));
    for (int i = 0; i < PARTS.size(); i++) {
      String value = row.getString(first + 1 + i);
      if (value != null && !(PARTS.get(i).equals(RAN) && value.isEmpty())) {
        values.put(PARTS.get(i), PARTS.get(i).equals(FEATURES) ? spelt(value) : value);
      }
    }
    return new FingerprintParts(values);
  }

  /**
   * Of an answer.
   *
   * @return empty if the judge could not be opened
   */
  static Optional<FingerprintParts> of(Judged judged) {
    return judged
        .info()
        .map(
            info -> {
              Map<String, String> values = new LinkedHashMap<>();
              values.put(MODEL, info.modelSha256());
              List<String> parts = parts(info, judged.ran());
              for (int i = 0; i < PARTS.size(); i++) {
                if (!(PARTS.get(i).equals(RAN) && parts.get(i).isEmpty())) {
                  values.put(PARTS.get(i), parts.get(i));
                }
              }
              return new FingerprintParts(values);
            });
  }

  /** As an agent names them today, whatever it said when the row was written. */
  private static String spelt(String features) {
    return Arrays.stream(features.split(" "))
        .map(CpuInfo::spelling)
        .collect(Collectors.joining(" "));
  }

  private static List<String> parts(JudgeInfo info, Placement ran) {
    return List.of(
        info.arch(),
        info.runtime(),
        info.provider(),
        info.processor(),
        features(info),
        Integer.toString(info.threads()),
        Integer.toString(info.batch()),
        text(ran));
  }

  /** As the database holds them. */
  static String features(JudgeInfo info) {
    return String.join(" ", info.int8Features());
  }

  /** As the database holds it: the longest that fits, which differs wherever the whole does. */
  static String text(Placement ran) {
    String text = ran.toString();
    if (text.length() <= 8_000) {
      return text;
    }
    return text.substring(0, 7_900) + "... SHA-256 " + sha256(text);
  }

  /** Names a row of fingerprint: SHA-256 of the parts, without what ran where that is unknown. */
  static String digest(JudgeInfo info, Placement ran) {
    List<String> parts = parts(info, ran);
    return sha256(String.join("\n", ran.isKnown() ? parts : parts.subList(0, parts.size() - 1)));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** What is other now, of the parts that are known of both. */
  List<Cause> changesTo(FingerprintParts now) {
    List<Cause> causes = new ArrayList<>();
    for (String part : now.values.keySet()) {
      String was = values.get(part);
      String is = now.values.get(part);
      if (was != null && !is.equals(was)) {
        causes.add(new Cause(part, was, is));
      }
    }
    return causes;
  }
}
