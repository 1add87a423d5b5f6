package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.WholeFile;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be known of a job before its first step is checked here, so that a job is
 * refused at once and not after an hour of work.
 */
final class Preflight {
  private static final long MEBIBYTE = 1L << 20;

  private final CampaignConfig config;
  private final Path out;
  private final FleetDatabase database;
  private final DataDigests digests;
  private final Progress progress;

  Preflight(
      CampaignConfig config,
      Path out,
      FleetDatabase database,
      DataDigests digests,
      Progress progress) {
    this.digests = digests;
    this.config = config;
    this.out = out;
    this.database = database;
    this.progress = progress;
  }

  /**
   * Checks it all, what is quick first.
   *
   * @param compressed models of the pairs
   * @return pictures that parts of the data share, where the job allows it
   * @throws BadInputException if something does not fit
   * @throws dev.plumbline.host.judging.DeviceUnreachableException if a device that is still to be
   *     asked does not answer
   */
  List<Overlap> check(
      OnnxModel original,
      List<OnnxModel> compressed,
      Preprocessing preprocessing,
      CampaignData data) {
    for (OnnxModel model : compressed) {
      ModelContract.requirePair(original, model);
      Tasks.requirePair(original, model);
      requireTakes(model, preprocessing, data);
      PairRepair.requireSound(config, original, model);
      config
          .guard()
          .ifPresent(
              guard -> PairGuard.requireSound(guard, original, model, data.evaluation(), config));
    }
    requireTakes(original, preprocessing, data);
    new JobFolder(out).require(config, original.sha256());
    requireDisk(data, config.pairs().values().stream().mapToLong(Preflight::size).sum());
    requireDevices();
    return overlaps(data);
  }

  private static void requireTakes(
      OnnxModel model, Preprocessing preprocessing, CampaignData data) {
    for (Map.Entry<String, Dataset> part : data.parts().entrySet()) {
      try {
        ModelContract.of(model).requirePictures(part.getValue().shape(), preprocessing);
      } catch (BadInputException e) {
        throw new BadInputException(part.getKey() + " of the job: " + e.getMessage(), e);
      }
    }
  }

  private void requireDevices() {
    for (String device : config.devices()) {
      // A name that the fleet does not know is refused whatever is still to be done.
      DeviceAddress address = database.devices().address(device);
      if (!isJudged()) {
        DeviceClient.requireReachable(address, config.access().toAccess());
      }
    }
  }

  /** Whether no device is asked any more: a job that is done only writes its report again. */
  private boolean isJudged() {
    return config.pairs().keySet().stream()
        .allMatch(
            pair ->
                StepJournal.open(PairCampaign.journal(out.resolve(pair)), progress::say)
                    .has(config.guard().isPresent() ? PairGuard.JUDGED : PairCampaign.JUDGED));
  }

  /** Two corpora of a few pictures for each seed, and a model for each round. */
  private void requireDisk(CampaignData data, long modelBytes) {
    long seeds = data.seeds().size() + (long) data.heldout().size();
    long pictures = 3 * seeds * data.seeds().shape().bytes() * config.pairs().size();
    long needed = pictures + 5 * modelBytes + 16 * MEBIBYTE;
    long free = free();
    if (free < needed) {
      throw new BadInputException(
          "the disk of %s has %d MiB free, expected at least %d MiB for the corpora and models of this job"
              .formatted(out, free / MEBIBYTE, needed / MEBIBYTE));
    }
  }

  private long free() {
    try {
      return Files.getFileStore(out).getUsableSpace();
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot tell how much room the disk of " + out + " has", e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** What is kept, so that a job that goes on does not read all pictures again for it. */
  private record Overlaps(List<Overlap> overlaps) {}

  private List<Overlap> overlaps(CampaignData data) {
    Map<String, String> parts =
        Map.of(
            "seeds", digests.of(config.seeds()),
            "held-out seeds", digests.of(config.heldout()),
            "evaluation data", digests.of(config.evaluation()),
            "training data", digests.of(config.training()));
    List<Overlap> overlaps =
        StepJournal.open(out.resolve("preflight.json"), progress::say)
            .step(
                "overlaps",
                parts,
                Overlaps.class,
                StepJournal.Outputs.NONE,
                () -> new Overlaps(Overlap.between(data.parts(), progress)))
            .overlaps();
    if (!overlaps.isEmpty() && !config.allowOverlap()) {
      throw Overlap.refusal(
          overlaps, "'allow_overlap: true' in the job, which the report then says");
    }
    overlaps.forEach(overlap -> progress.say("allowed by the job: " + overlap));
    return overlaps;
  }
}
