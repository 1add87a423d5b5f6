package dev.plumbline.host.report.html;

import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.report.summary.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Made-up pictures of garments, and what models say of them. */
final class SamplePictures {
  private static final List<String> CLASSES =
      List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Shirt", "Bag", "Ankle boot");

  private SamplePictures() {}

  static List<PairReport> reports() {
    return List.of(
        new PairReport(
            Summary.INT8,
            "int8",
            "ResNet-8 for Fashion-MNIST against its static int8 QDQ version.",
            gallery(1, 9, 7),
            distances(1264, 0.021),
            severities(1264),
            "logits",
            settings()),
        new PairReport(
            Summary.PRUNED,
            "75 % pruned",
            "The same original against its version without three quarters of its weights.",
            gallery(3, 6, 8),
            distances(2110, 0.018),
            severities(2110),
            "logits",
            settings()));
  }

  static List<GalleryItem> gallery(int channels, int count, long randomSeed) {
    Random random = new Random(randomSeed);
    List<GalleryItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Picture seed = garment(channels, i, random);
      int strength = 4 + random.nextInt(22);
      Picture mutated = mutate(seed, strength, random);
      String label = CLASSES.get(i % CLASSES.size());
      String other = CLASSES.get((i + 2) % CLASSES.size());
      boolean mended = i % 4 != 3;
      items.add(
          new GalleryItem(
              "test-images " + random.nextInt(10_000),
              seed,
              mutated,
              label,
              new Prediction(label, 0.4 + 0.5 * random.nextDouble(), true, Optional.empty()),
              new Prediction(other, 0.35 + 0.5 * random.nextDouble(), false, Optional.empty()),
              Optional.of(
                  new Prediction(
                      mended ? label : other,
                      0.4 + 0.5 * random.nextDouble(),
                      mended,
                      Optional.empty())),
              List.of(
                  new JudgeVerdict("proxy", other, true),
                  new JudgeVerdict("host", other, true),
                  new JudgeVerdict("cortex-a76", i % 5 == 4 ? label : other, i % 5 != 4)),
              new Distance(strength / 255.0 / 2.4, strength / 255.0),
              Optional.of("0.42 logits"),
              1 + random.nextInt(10)));
    }
    return items;
  }

  private static Map<String, Severities> severities(int count) {
    Random random = new Random(count);
    List<Double> all = random.doubles(count).map(d -> -Math.log(d) / 2).boxed().toList();
    Severities severities = new Severities(all, all.subList(0, count / 4));
    return Map.of("host", severities);
  }

  static List<Distance> distances(int count, double typical) {
    Random random = new Random(count);
    List<Distance> distances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double rms = typical * Math.exp(0.45 * random.nextGaussian());
      double linf = Math.rint(Math.min(1, rms * (3.5 + random.nextDouble())) * 255) / 255;
      distances.add(new Distance(rms, linf));
    }
    return distances;
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("algorithm", "compd");
    settings.put("steps", "10");
    settings.put("random seed", "1");
    settings.put("data", "fashion-mnist-sample, test 0:500");
    settings.put("held out", "test 500:1000");
    settings.put("accelerator", "cpu, 2 threads");
    return settings;
  }

  private static Picture garment(int channels, int kind, Random random) {
    PictureShape shape = new PictureShape(channels, 28, 28);
    byte[] pixels = new byte[shape.bytes()];
    double sleeve = kind % 3 == 0 ? 9 : kind % 3 == 1 ? 18 : 2;
    for (int c = 0; c < channels; c++) {
      double tint = channels == 1 ? 1 : 0.5 + 0.5 * random.nextDouble();
      for (int y = 0; y < 28; y++) {
        for (int x = 0; x < 28; x++) {
          double off = Math.abs(x - 13.5);
          boolean body = off < 6.5 + kind % 2 * y / 9.0 && y > 2 && y < 26;
          boolean arm = off < 12 && y > 3 + (off - 6) * 0.6 && y < 4 + sleeve;
          boolean neck = off < 3 && y < 5;
          double light = (body || arm) && !neck ? 120 + 70 * Math.sin(x * 0.7 + kind) + y * 2 : 6;
          pixels[c * 784 + y * 28 + x] =
              (byte) Math.max(0, Math.min(255, light * tint + 8 * random.nextGaussian()));
        }
      }
    }
    return new Picture(shape, pixels);
  }

  private static Picture mutate(Picture seed, int strength, Random random) {
    byte[] pixels = seed.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      double change = strength / 2.5 * random.nextGaussian() * Math.sin(i * 0.05);
      int clipped = (int) Math.max(-strength, Math.min(strength, Math.rint(change)));
      pixels[i] = (byte) Math.max(0, Math.min(255, Byte.toUnsignedInt(pixels[i]) + clipped));
    }
    return new Picture(seed.shape(), pixels);
  }
}
