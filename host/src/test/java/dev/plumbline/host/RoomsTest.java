package dev.plumbline.host;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.search.Search;
import dev.plumbline.host.task.Scalars;
import dev.plumbline.host.train.Trainer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rooms and arrows of docs/architecture.md. */
class RoomsTest {
  private static final String HOST = "dev.plumbline.host.";

  /** From the top: a room uses rooms of lower lines only, so that there are no cycles. */
  private static final List<List<String>> LINES =
      List.of(
          List.of("cli"),
          List.of("web"),
          List.of("campaign"),
          List.of("report"),
          List.of("fleet"),
          List.of("searchjob"),
          List.of("precision"),
          List.of("repair", "search", "layers", "robustness", "verification", "guard"),
          List.of("proxy"),
          List.of("compress"),
          List.of("train"),
          List.of("autograd"),
          List.of("emulation"),
          List.of("device", "gateway"),
          List.of("judging"),
          List.of("corpus"),
          List.of("annotation", "score"),
          List.of("task"),
          List.of("onnx"),
          List.of("dataset", "memory"));

  /** Operations of DJL that keep a Java number for the way back of gradients. */
  private static final Set<String> KEEPING_A_NUMBER =
      Set.of("mul", "div", "pow", "maximum", "minimum");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.plumbline.host");
  }

  static Stream<String> rooms() {
    return LINES.stream().flatMap(List::stream);
  }

  /** The first part of a class's package below that of the host; empty for others. */
  private static String room(JavaClass of) {
    String name = of.getPackageName() + ".";
    return name.startsWith(HOST) ? name.substring(HOST.length()).split("\\.", 2)[0] : "";
  }

  @Test
  void everyPackageBelongsToARoom() {
    Set<String> found =
        classes.stream()
            .map(RoomsTest::room)
            .filter(room -> !room.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(rooms().collect(Collectors.toCollection(TreeSet::new)), found);
  }

  @ParameterizedTest(name = "{0} uses rooms below it only")
  @MethodSource("rooms")
  void arrowsGoDownOnly(String room) {
    Set<String> below =
        LINES.stream()
            .dropWhile(line -> !line.contains(room))
            .skip(1)
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    noClasses()
        .that()
        .resideInAPackage(HOST + room + "..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are in a room that is not below it",
                other ->
                    !room(other).isEmpty()
                        && !room(other).equals(room)
                        && !below.contains(room(other))))
        .check(classes);
  }

  /** What the lines alone would allow. */
  @ParameterizedTest(name = "{0} never uses {1}")
  @CsvSource({
    "fleet, autograd",
    "fleet, search",
    "report, autograd",
    "report, search",
    "web, autograd",
    "autograd, device",
    "autograd, corpus",
    "compress, corpus",
    "train, corpus",
    "search, device",
    "search, compress",
    "proxy, compress",
    "proxy, device",
    "repair, device",
    "guard, autograd",
    "guard, search",
    "precision, autograd",
    "precision, device",
    "gateway, judging",
    "corpus, onnx",
    "onnx, memory"
  })
  void aRoomNeverUsesWhatTheDesignForbids(String room, String forbidden) {
    never(HOST + room + "..", HOST + forbidden + "..");
  }

  /** Figures, pages and JUnit XML change for different reasons. */
  @ParameterizedTest(name = "of the reports, {0} never uses {1}")
  @CsvSource({"summary, html", "summary, junit", "html, junit", "junit, html"})
  void pagesAndJunitXmlUseFiguresOnly(String part, String forbidden) {
    never(HOST + "report." + part + "..", HOST + "report." + forbidden + "..");
  }

  @Test
  void allOfTheReportsIsFiguresPagesOrJunitXml() {
    Set<String> parts =
        classes.stream()
            .filter(type -> room(type).equals("report"))
            .map(type -> type.getPackageName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        Set.of(HOST + "report.html", HOST + "report.junit", HOST + "report.summary"), parts);
  }

  @Test
  void onlyThoseWhoWritePagesUseTheirParts() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HOST + "report.html..", HOST + "campaign..", HOST + "web..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(HOST + "report.html..")
        .check(classes);
  }

  /**
   * They parse, call and print: who runs a model, trains one or asks a judge is in a room below.
   */
  @Test
  void commandsComputeNothing() {
    noClasses()
        .that()
        .resideInAPackage(HOST + "cli..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            PictureClassifier.class,
            RuntimeSession.class,
            DifferentiableGraph.class,
            Trainer.class,
            Search.class,
            RepeatedJudging.class)
        .check(classes);
    never(HOST + "cli..", "ai.djl.ndarray..");
  }

  @Test
  void modelsFilesAndJudgesNeverUseDjl() {
    for (String room : List.of("onnx", "dataset", "corpus", "judging", "device", "fleet")) {
      never(HOST + room + "..", "ai.djl..");
    }
  }

  /** DJL frees such a number too early, and a later gradient is wrong: see {@link Scalars}. */
  @Test
  void onlyScalarsHandsAJavaNumberToAnOperationThatKeepsIt() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Scalars.class)
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "an operation of NDArray keeps a Java number", RoomsTest::keepsANumber))
        .check(classes);
  }

  private static boolean keepsANumber(JavaMethodCall call) {
    return call.getTargetOwner().isAssignableTo(NDArray.class)
        && KEEPING_A_NUMBER.contains(call.getTarget().getName())
        && call.getTarget().getRawParameterTypes().get(0).isEquivalentTo(Number.class);
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
        .check(classes);
  }
}
