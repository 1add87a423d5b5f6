package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which judges are asked and how, and about which pictures beside the corpus. */
final class JudgingOptions {
  @Mixin private DecisionOptions decisions = new DecisionOptions();
  @Mixin private DeviceOptions devices = new DeviceOptions();
  @Mixin private AccessOptions access = new AccessOptions();
  @Mixin private DatabaseOptions databases = new DatabaseOptions();

  @Option(
      names = "--original",
      paramLabel = "M.onnx",
      description =
          "The original of the corpus: judges repeat its runs too, and clean pictures get its"
              + " labels.")
  private Path original;

  @Option(
      names = "--repeats",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "How often each run is repeated under each condition to find labels that flip by"
              + " themselves; 0 for not at all (default: ${DEFAULT-VALUE}).")
  private int repeats;

  @Mixin private CleanDataOptions data = new CleanDataOptions();

  /**
   * Where verdicts are kept and who gives them.
   *
   * @param devices by name, beside the host
   */
  record Fleet(FleetDatabase database, Map<String, DeviceAddress> devices, DeviceAccess access) {}

  /** Refuses what cannot be, before anything is opened, and opens the database. */
  Fleet fleet() {
    if (repeats < 0) {
      throw new BadInputException("--repeats is " + repeats + ", expected at least 0");
    }
    data.requireSound();
    FleetDatabase database = databases.open();
    return new Fleet(database, devices.addresses(database), devices.reconnecting(access.access()));
  }

  /** A model whose decisions are read as those of the corpus. */
  OnnxModel model(Path file, Corpus corpus, CommonOptions common) {
    return decisions.choose(OnnxModel.read(file), corpus, common);
  }

  /** Has the host and a fleet judge a model on a corpus. */
  FleetJudging of(OnnxModel model, Corpus corpus, Fleet fleet, CommonOptions common) {
    Preprocessing preprocessing = corpus.header().preprocessing();
    return new FleetJudging(
        model,
        original(corpus).map(o -> decisions.choose(o, corpus, common)),
        preprocessing,
        common.provider(),
        DeviceSource.all(fleet.devices(), fleet.access(), preprocessing),
        repeats,
        fleet.database(),
        common.progress());
  }

  /** The original, if it is given; it has to be that of the corpus. */
  private Optional<OnnxModel> original(Corpus corpus) {
    if (original == null) {
      return Optional.empty();
    }
    OnnxModel model = OnnxModel.read(original);
    corpus.requireModels(model.sha256(), null);
    return Optional.of(model);
  }

  /** The clean pictures; none if none are given. */
  List<Question> clean(FleetJudging judging) {
    return data.isGiven()
        ? judging.clean(data.open(judging.preprocessing().geometry()))
        : List.of();
  }
}
