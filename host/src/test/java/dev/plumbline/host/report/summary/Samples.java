package dev.plumbline.host.report.summary;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.judging.ClopperPearson;
import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.Provenance;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Made-up figures of a job, of the size that a real one has. */
public final class Samples {
  private Samples() {}

  public static final Instant CREATED = Instant.parse("2026-11-03T14:05:09Z");

  private static final String SHA_INT8 =
      "9f2d1c7ab0e4538866d1f0a27c3b94e5d6f8017a2b3c4d5e6f708192a3b4c5d6";

  public static Summary summary() {
    Map<String, PairSummary> pairs = new LinkedHashMap<>();
    pairs.put(Summary.INT8, int8());
    pairs.put(Summary.PRUNED, pruned());
    return new Summary("0.1.0", CREATED, pairs);
  }

  public static PairSummary int8() {
    return new PairSummary(
        500,
        5000,
        1264,
        2981,
        755,
        318,
        OptionalDouble.of(0.0213),
        OptionalDouble.of(0.0941),
        sure(801, 333, 12),
        List.of(
            judge("proxy", JudgeKind.PROXY, 4245, 1264, 97),
            judge("host", JudgeKind.HOST, 4245, 1231, 104),
            judge("cortex-a76", JudgeKind.DEVICE, 4245, 1198, 111)),
        Optional.of(new AccuracySummary(0.9212, 0.9163, OptionalDouble.of(0.9178))),
        Optional.empty(),
        Optional.of(new AgreementSummary(0.9704, OptionalDouble.of(0.9791))),
        Optional.of(
            new NewSearchSummary(
                50,
                new BeforeAfter(49, 45),
                new TreeMap<>(
                    Map.of("0.7", new BeforeAfter(46, 31), "0.9", new BeforeAfter(29, 8))))),
        Optional.of(repair(1198, 111, 644, 158)),
        fgsm(),
        Optional.empty(),
        Optional.of(fleet("cortex-a76")),
        Optional.of(new NaturalDeviations(500, 6, 0.0044, 0.0259)),
        seconds(),
        Optional.of(List.of()),
        Map.of("evaluation", new LeftOut(26, Map.of(".txt", 2), 1)));
  }

  public static PairSummary pruned() {
    return new PairSummary(
        500,
        5000,
        2110,
        2304,
        586,
        431,
        OptionalDouble.of(0.0187),
        OptionalDouble.of(0.0803),
        sure(1604, 905, 207),
        List.of(
            judge("proxy", JudgeKind.PROXY, 4414, 2110, 340),
            judge("host", JudgeKind.HOST, 4414, 2110, 340),
            judge("cortex-a76", JudgeKind.DEVICE, 4414, 2109, 340)),
        Optional.of(new AccuracySummary(0.9212, 0.9129, OptionalDouble.of(0.9135))),
        Optional.empty(),
        Optional.of(new AgreementSummary(0.9521, OptionalDouble.of(0.9633))),
        Optional.empty(),
        Optional.of(repair(2109, 340, 1077, 301)),
        fgsm(),
        Optional.empty(),
        Optional.of(fleet("cortex-a76")),
        Optional.of(new NaturalDeviations(500, 6, 0.0044, 0.0259)),
        seconds(),
        Optional.of(List.of()),
        Map.of());
  }

  /** As it is after the search alone, when nothing deviated and no device was asked. */
  public static PairSummary bare() {
    return new PairSummary(
        10,
        100,
        0,
        90,
        10,
        0,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of("search", 1.5),
        Optional.empty(),
        Map.of());
  }

  /** Of the host and a device. */
  public static FleetSummary fleet(String device) {
    Map<Provenance.Kind, Integer> kinds = new EnumMap<>(Provenance.Kind.class);
    kinds.put(Provenance.Kind.PROXY_ONLY, 31);
    kinds.put(Provenance.Kind.SOME_DEVICES, 2);
    kinds.put(Provenance.Kind.ALL, 1196);
    return new FleetSummary(
        new Provenance.Counts(kinds, Map.of(device, 2), 17, Map.of("host", 9, device, 12), 12),
        Map.of(
            device,
            new Placement(
                List.of(
                    new Placement.ByProvider(
                        "CPUExecutionProvider", 12, Map.of("QLinearConv", 9, "Relu", 3))))),
        List.of(
            new FleetSummary.Noise(
                device,
                3,
                List.of(new NoiseFloor.RepeatedRun("compressed", "batches of 7", 4245, 3)))),
        List.of(new Disagreement("host", device, 4242, 41, ClopperPearson.of(41, 4242))),
        List.of(new Disagreement("host", device, 2000, 0, ClopperPearson.of(0, 2000))),
        List.of(device + " saturates; remedy: quantize with weights of 7 bits"));
  }

  public static JudgeSummary judge(
      String id, JudgeKind kind, long judged, long deviates, long repaired) {
    boolean device = kind == JudgeKind.DEVICE;
    return new JudgeSummary(
        id,
        kind,
        device ? "aarch64" : "amd64",
        kind == JudgeKind.PROXY ? "libtorch 2.7.1" : "ONNX Runtime 1.29.0",
        kind == JudgeKind.PROXY ? "cpu" : "CPUExecutionProvider",
        judged,
        deviates,
        judged - deviates,
        OptionalLong.of(repaired),
        device ? "Cortex-A76" : "Intel(R) Xeon(R) Platinum 8481C",
        device ? List.of("asimddp") : List.of("avx2", "avx512_vnni"),
        device ? 4 : 2,
        64,
        kind == JudgeKind.PROXY ? "" : SHA_INT8,
        OptionalLong.of(Math.min(deviates, 300)),
        Optional.of(
            new SeveritySummary(
                100, Map.of("0.5", 0.25), 60, Map.of("0.5", 0.5), Map.of("0.1", 55))),
        device ? Optional.of(new BeforeAfter(644, 158)) : Optional.empty());
  }

  private static RepairSummary repair(long before, long after, long heldBefore, long heldAfter) {
    String judge = "cortex-a76";
    RepairRoundSummary round =
        new RepairRoundSummary(
            1,
            judge,
            800,
            before / 20,
            3,
            after - 30,
            30,
            OptionalDouble.of(0.917),
            OptionalDouble.empty(),
            0.978,
            true,
            OptionalLong.of(before - 200),
            OptionalLong.of(200),
            Optional.empty());
    return new RepairSummary(
        before,
        after,
        heldBefore,
        heldAfter,
        judge,
        List.of(round),
        Optional.of(new BeforeAfter(before - 200, after - 30)),
        Optional.of(new BeforeAfter(200, 30)));
  }

  private static Map<String, FgsmSummary> fgsm() {
    Map<String, FgsmSummary> fgsm = new LinkedHashMap<>();
    fgsm.put("2", new FgsmSummary(0.7015, 0.6932, OptionalDouble.of(0.7120)));
    fgsm.put("8", new FgsmSummary(0.2310, 0.2275, OptionalDouble.of(0.2604)));
    fgsm.put("16", new FgsmSummary(0.0825, 0.0830, OptionalDouble.of(0.1042)));
    return fgsm;
  }

  private static Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put("search", 48.21);
    seconds.put("judge", 9.4);
    seconds.put("repair", 101.7);
    seconds.put("judge again", 9.9);
    seconds.put("attack", 30.05);
    return seconds;
  }

  private static Map<String, Integer> sure(int half, int more, int most) {
    return new TreeMap<>(Map.of("0.5", half, "0.7", more, "0.9", most));
  }
}
