package dev.plumbline.host;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The "never uses" column of the table of rooms in the design. */
class RoomsTest {
  private static final String HOST = "dev.plumbline.host.";
  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.plumbline.host");
  }

  @ParameterizedTest(name = "{0} never uses {1}")
  @CsvSource({
    "autograd, search",
    "autograd, repair",
    "compress, search",
    "compress, layers",
    "layers, search",
    "layers, cli",
    "search, compress",
    "search, cli",
    "corpus, search",
    "device, autograd",
    "device, fleet",
    "emulation, autograd",
    "emulation, fleet",
    "emulation, cli",
    "device, emulation",
    "fleet, autograd",
    "fleet, search",
    "fleet, report",
    "fleet, cli",
    "corpus, fleet",
    "repair, cli",
    "robustness, cli",
    "verification, cli",
    "verification, search",
    "report, autograd",
    "web, autograd",
    "gateway, autograd",
    "gateway, search",
    "gateway, device",
    "gateway, web",
    "gateway, cli",
    "campaign, cli"
  })
  void aRoomNeverUsesWhatTheDesignForbids(String room, String forbidden) {
    never(HOST + room + "..", HOST + forbidden + "..");
  }

  @Test
  void memoryUsesNoOtherRoom() {
    noClasses()
        .that()
        .resideInAPackage(HOST + "memory..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "in another room",
                other ->
                    other.getPackageName().startsWith(HOST)
                        && !other.getPackageName().equals(HOST + "memory")))
        .check(classes);
  }

  @ParameterizedTest(name = "dataset never uses {0}")
  @CsvSource({
    "onnx",
    "autograd",
    "compress",
    "search",
    "corpus",
    "device",
    "fleet",
    "repair",
    "robustness",
    "report",
    "web",
    "campaign",
    "cli"
  })
  void dataSetsUseNothingAboveThem(String forbidden) {
    never(HOST + "dataset..", HOST + forbidden + "..");
  }

  @Test
  void theGraphNeverUsesDjl() {
    never(HOST + "onnx..", "ai.djl..");
  }

  /** An agent's program is one of its own; the host shares with it who may call. */
  @Test
  void ofTheAgentOnlyItsSecurityIsUsed() {
    never("dev.plumbline.host..", "dev.plumbline.agent");
    never("dev.plumbline.host..", "dev.plumbline.agent.join..");
  }

  private static void never(String room, String forbidden) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(forbidden)
        // A room may not be built yet.
        .allowEmptyShould(true)
        .check(classes);
  }
}
