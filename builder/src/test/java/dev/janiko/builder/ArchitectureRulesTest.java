package dev.janiko.builder;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of ARCHITECTURE.md that can be checked. */
final class ArchitectureRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.janiko");

  private static final List<String> PACKAGES =
      List.of(
          "base",
          "bucket",
          "cache",
          "compare",
          "context",
          "copy",
          "docker",
          "event",
          "failure",
          "fetch",
          "fakeroot",
          "gzip",
          "layer",
          "linux",
          "output",
          "plan",
          "rootfs",
          "sandbox",
          "snapshot",
          "stage",
          "step",
          "store",
          "tar",
          "zstd");

  /** What each package may use of the others; the top package may use all. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("linux", List.of()),
          Map.entry("failure", List.of()),
          Map.entry("event", List.of()),
          Map.entry("fetch", List.of()),
          Map.entry("bucket", List.of("fetch")),
          Map.entry("zstd", List.of()),
          Map.entry("gzip", List.of()),
          Map.entry("tar", List.of("linux")),
          Map.entry("rootfs", List.of("tar", "linux")),
          Map.entry("snapshot", List.of("rootfs", "linux")),
          Map.entry("layer", List.of("snapshot", "rootfs", "tar", "gzip", "zstd", "linux")),
          Map.entry("fakeroot", List.of("linux")),
          Map.entry("sandbox", List.of("fakeroot", "rootfs", "linux")),
          Map.entry("store", List.of("linux")),
          Map.entry("plan", List.of("failure")),
          Map.entry(
              "context",
              List.of("bucket", "fetch", "plan", "copy", "rootfs", "tar", "linux", "failure")),
          Map.entry("copy", List.of("rootfs", "tar", "gzip", "zstd", "linux")),
          Map.entry("output", List.of("fetch", "failure")),
          Map.entry("cache", List.of("layer")),
          Map.entry(
              "docker",
              List.of("context", "fetch", "plan", "output", "tar", "event", "failure", "linux")),
          Map.entry("compare", List.of("layer", "tar", "linux")),
          Map.entry("base", List.of("cache", "plan", "store", "layer", "rootfs", "failure")),
          Map.entry(
              "step",
              List.of(
                  "cache", "plan", "copy", "sandbox", "store", "rootfs", "layer", "linux",
                  "failure")),
          Map.entry(
              "stage",
              List.of(
                  "step",
                  "cache",
                  "base",
                  "plan",
                  "context",
                  "sandbox",
                  "snapshot",
                  "layer",
                  "rootfs",
                  "event",
                  "linux",
                  "failure")));

  private static String name(String of) {
    return "dev.janiko.builder." + of + "..";
  }

  @Test
  void everyPackageHasARule() {
    assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(PACKAGES);
    List<String> found =
        CLASSES.stream()
            .map(type -> type.getPackageName())
            .filter(type -> type.startsWith("dev.janiko.builder."))
            .map(type -> type.substring("dev.janiko.builder.".length()))
            .distinct()
            .toList();
    assertThat(found).containsExactlyInAnyOrderElementsOf(PACKAGES);
  }

  @Test
  void packagesUseOnlyWhatIsBelowThem() {
    MAY_USE.forEach((user, used) -> {
      List<String> others = new ArrayList<>(PACKAGES);
      others.remove(user);
      others.removeAll(used);
      noClasses()
          .that()
          .resideInAPackage(name(user))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  others.stream().map(ArchitectureRulesTest::name).toArray(String[]::new)))
          .check(CLASSES);
    });
  }

  @Test
  void nothingReachesBackUpToTheBuilderItself() {
    noClasses()
        .that()
        .resideInAPackage("dev.janiko.builder.*..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.janiko.builder", "dev.janiko.cli..")
        .check(CLASSES);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.janiko.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theParserAndTheRegistryKnowNothingOfTheBuilder() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.janiko.dockerfile..", "dev.janiko.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.janiko.builder..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.janiko.registry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.janiko.dockerfile..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.janiko.dockerfile..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.janiko.registry..", "java.nio.file..", "java.net..")
        .check(CLASSES);
  }

  /** The parser is a function of its arguments: of java.io it has exceptions and arrays. */
  @Test
  void theParserDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage("dev.janiko.dockerfile..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.util.concurrent..",
                    "java.util.logging..")
                .and(
                    DescribedPredicate.not(
                        JavaClass.Predicates.belongToAnyOf(
                            ByteArrayOutputStream.class, IOException.class, Serializable.class))))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .check(CLASSES);
  }

  @Test
  void plansAndFilesKnowNoRegistryClient() {
    noClasses()
        .that()
        .resideInAnyPackage(
            name("plan"),
            name("compare"),
            name("context"),
            name("copy"),
            name("step"),
            name("store"),
            name("sandbox"),
            name("rootfs"),
            name("snapshot"),
            name("layer"),
            name("tar"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.janiko.registry.client..", "dev.janiko.registry.transport..")
        .check(CLASSES);
  }

  @Test
  void foreignFunctionsAreCalledInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(name("linux"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(CLASSES);
  }

  @Test
  void nothingPrints() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.janiko.builder..", "dev.janiko.registry..", "dev.janiko.dockerfile..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @Test
  void nothingEndsTheProcess() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.janiko.builder..", "dev.janiko.registry..", "dev.janiko.dockerfile..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }

  @Test
  void staticFieldsAreFinal() {
    fields().that().areStatic().and().doNotHaveName("$VALUES").should().beFinal().check(CLASSES);
  }
}
