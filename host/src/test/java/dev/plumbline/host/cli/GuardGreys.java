package dev.plumbline.host.cli;

import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures of one grey each, 0 to 255, of which the original calls those above 127 light and the
 * compressed model those above 107: the margin of its decision is the distance of the grey from
 * 107.1, in 255ths.
 */
final class GuardGreys {
  /** The greys on which the compressed model deviates. */
  static final List<Integer> DEVIATIONS = IntStream.range(108, 128).boxed().toList();

  final GreyFixture grey;
  final Path original;
  final Path compressed;
  final Path data;

  GuardGreys(Path folder) throws IOException {
    grey = new GreyFixture(folder);
    original = grey.writeModel("original", 0.5f);
    compressed = grey.writeModel("compressed", 0.42f);
    data = grey.data();
    for (int value = 0; value < 256; value++) {
      grey.addPicture((value < 128 ? "dark/" : "light/") + value + ".png", value);
    }
  }

  /** A corpus of greys, said to be of a compressed model. */
  Path corpus(String name, Path ofCompressed, List<Integer> values) {
    return grey.writeCorpusOfSeeds(
        name, OnnxModel.read(original).sha256(), OnnxModel.read(ofCompressed).sha256(), values);
  }

  /** Calls the verb. */
  VerbAnswer guard(Path corpus, Object... more) {
    Object[] args = {
      "guard",
      "--original",
      original,
      "--compressed",
      compressed,
      "--corpus",
      corpus,
      "--data",
      data,
      "--accelerator",
      "cpu",
      "--json"
    };
    return VerbAnswer.of(VerbAnswer.with(args, more));
  }
}
