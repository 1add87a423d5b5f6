package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verb run adds to its job. */
class RunVerbTest {
  @TempDir Path temp;

  @Test
  void aRandomSeedOnTheCommandLineTakesThePlaceOfTheJobs() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    grey.writeModel("original", 0.5f);
    grey.writeModel("compressed", 0.52f);
    grey.writeDataWithOneBrightPictureAmongTheDark();
    Path job = temp.resolve("job.yaml");
    Files.writeString(
        job,
        """
        original: original.onnx
        pairs: {other: compressed.onnx}
        seeds: {data: data, range: "0:2"}
        heldout: {data: data, range: "2:4"}
        evaluation: {data: data}
        training: {data: data}
        search: {steps: 1}
        repair: {epochs: 1, rounds: 0}
        epsilon: [8]
        random_seed: 3
        allow_overlap: true
        """);
    assertEquals(3, randomSeed(grey, job, "plain"));
    assertEquals(7, randomSeed(grey, job, "chosen", "--random-seed", 7));
  }

  private long randomSeed(GreyFixture grey, Path job, String out, Object... more)
      throws IOException {
    Path folder = temp.resolve(out);
    Object[] args = {"run", job, "--out", folder, "--accelerator", "cpu"};
    grey.run(VerbAnswer.with(args, more)).done();
    JsonNode corpus =
        new ObjectMapper().readTree(folder.resolve("other/corpus/corpus.json").toFile());
    return corpus.at("/settings/random_seed").asLong(-1);
  }
}
