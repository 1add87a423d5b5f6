package dev.plumbline.host.judging;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whose deviation it is. Only decided verdicts count; what the proxy says is the picture's class.
 *
 * @param kind who sees it
 * @param devices ids of the devices that see it, in the order of the corpus
 */
public record Provenance(Kind kind, List<String> devices) {

  /** Who sees a deviation. */
  public enum Kind {
    /** Nobody who ran the real model: a false alarm of the simulation. */
    @JsonProperty("proxy_only")
    PROXY_ONLY("proxy only"),
    /** The host and no device, though devices looked. */
    @JsonProperty("host_only")
    HOST_ONLY("host only"),
    /** Every device that looked, and not the host. */
    @JsonProperty("device_only")
    DEVICE_ONLY("device only"),
    /** Some of the devices that looked, whatever the host says. */
    @JsonProperty("some_devices")
    SOME_DEVICES("some devices"),
    /** Everybody who ran the real model. */
    @JsonProperty("all")
    ALL("all");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** For people. */
    @Override
    public String toString() {
      return words;
    }
  }

  public Provenance {
    devices = List.copyOf(devices);
  }

  /**
   * The provenance of a picture's deviation.
   *
   * @param judges of the corpus
   * @return empty if nobody sees one, or only the proxy does and nobody has looked yet
   */
  public static Optional<Provenance> of(CorpusInput input, List<JudgeInfo> judges) {
    List<String> asked = decided(input, judges, JudgeKind.DEVICE);
    List<String> devices =
        asked.stream().filter(id -> input.verdicts().get(id).deviates()).toList();
    List<String> hosts = decided(input, judges, JudgeKind.HOST);
    boolean host = hosts.stream().anyMatch(id -> input.verdicts().get(id).deviates());
    if (!devices.isEmpty()) {
      if (devices.size() < asked.size()) {
        return Optional.of(new Provenance(Kind.SOME_DEVICES, devices));
      }
      boolean everybody = host || hosts.isEmpty();
      return Optional.of(new Provenance(everybody ? Kind.ALL : Kind.DEVICE_ONLY, devices));
    }
    if (host) {
      return Optional.of(new Provenance(asked.isEmpty() ? Kind.ALL : Kind.HOST_ONLY, devices));
    }
    boolean looked = !asked.isEmpty() || !hosts.isEmpty();
    return looked && input.pictureClass() == PictureClass.EFFECTIVE
        ? Optional.of(new Provenance(Kind.PROXY_ONLY, devices))
        : Optional.empty();
  }

  private static List<String> decided(CorpusInput input, List<JudgeInfo> judges, JudgeKind kind) {
    return judges.stream()
        .filter(judge -> judge.kind() == kind)
        .map(JudgeInfo::id)
        .filter(
            id -> {
              Verdict verdict = input.verdicts().get(id);
              return verdict != null && verdict.isDecided();
            })
        .toList();
  }

  /**
   * The deviations of a corpus, counted.
   *
   * @param kinds all of them, also those of none
   * @param some of {@link Kind#SOME_DEVICES}, by the devices that see them, joined by " + "
   * @param unseenByProxy deviations that the proxy called valid
   * @param unseenBy of these, by judge: how many it sees
   * @param unseenOnDevices of these, those that any device sees
   */
  public record Counts(
      Map<Kind, Integer> kinds,
      @JsonProperty("by_devices") Map<String, Integer> some,
      @JsonProperty("unseen_by_proxy") int unseenByProxy,
      @JsonProperty("unseen_by_proxy_of_judges") Map<String, Integer> unseenBy,
      @JsonProperty("unseen_by_proxy_on_devices") int unseenOnDevices) {
    /** Counts. */
    public static Counts of(Corpus corpus) {
      Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
      for (Kind kind : Kind.values()) {
        kinds.put(kind, 0);
      }
      Map<String, Integer> some = new TreeMap<>();
      Map<String, Integer> unseenBy = new LinkedHashMap<>();
      for (JudgeInfo judge : corpus.header().judges()) {
        if (judge.kind() != JudgeKind.PROXY) {
          unseenBy.put(judge.id(), 0);
        }
      }
      int unseen = 0;
      int unseenOnDevices = 0;
      for (CorpusInput input : corpus.inputs()) {
        Optional<Provenance> found = Provenance.of(input, corpus.header().judges());
        if (found.isPresent()) {
          Provenance provenance = found.get();
          kinds.merge(provenance.kind(), 1, Integer::sum);
          if (provenance.kind() == Kind.SOME_DEVICES) {
            some.merge(String.join(" + ", provenance.devices()), 1, Integer::sum);
          }
          if (input.pictureClass() == PictureClass.VALID) {
            unseen++;
            unseenOnDevices += provenance.devices().isEmpty() ? 0 : 1;
            unseenBy.replaceAll(
                (judge, count) -> count + (deviates(input.verdicts().get(judge)) ? 1 : 0));
          }
        }
      }
      return new Counts(kinds, some, unseen, unseenBy, unseenOnDevices);
    }

    private static boolean deviates(Verdict verdict) {
      return verdict != null && verdict.deviates();
    }

    /** With the keys that files and answers have for it. */
    public Map<String, Object> asMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      kinds.forEach((kind, count) -> map.put(kind.toString().replace(' ', '_'), count));
      map.put("by_devices", some);
      map.put("unseen_by_proxy", unseenByProxy);
      map.put("unseen_by_proxy_of_judges", unseenBy);
      map.put("unseen_by_proxy_on_devices", unseenOnDevices);
      return map;
    }
  }
}
