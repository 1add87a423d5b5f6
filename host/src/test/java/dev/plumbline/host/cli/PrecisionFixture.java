package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * The residual network of resources/precision, and pictures of noise.
 *
 * @param data 60 pictures, in a folder for each of 4 classes
 */
record PrecisionFixture(Path model, Path data) {
  static PrecisionFixture in(Path folder) throws IOException {
    Path model = folder.resolve("float.onnx");
    try (InputStream in = PrecisionFixture.class.getResourceAsStream("/precision/float.onnx")) {
      PreprocessingMetadata.write(
              OnnxModel.parse("float.onnx", in.readAllBytes()), GreyFixture.PLAIN)
          .write(model);
    }
    Path data = folder.resolve("data");
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      byte[] pixels = new byte[64];
      random.nextBytes(pixels);
      Path ofClass = Files.createDirectories(data.resolve("class" + i % 4));
      PngFile.write(ofClass.resolve(i + ".png"), new Picture(new PictureShape(1, 8, 8), pixels));
    }
    return new PrecisionFixture(model, data);
  }
}
