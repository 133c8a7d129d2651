package ai.fovea.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `docs/architecture.md` promises of the modules.
class ArchitectureTest {
  private static JavaClasses fovea;

  @BeforeAll
  static void read() throws IOException {
    fovea =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPaths(classFolders());
  }

  /// The classes of all modules beside this one, also of those that it does not depend on.
  private static List<Path> classFolders() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      List<Path> folders =
          modules
              .filter(module -> Files.exists(module.resolve("pom.xml")))
              .map(module -> module.resolve("target/classes"))
              .filter(Files::isDirectory)
              .toList();
      assertThat(folders.toString()).contains("fovea-base", "fovea-index", "fovea-train");
      return folders;
    }
  }

  private static void only(String library, String... modules) {
    noClasses()
        .that()
        .resideOutsideOfPackages(modules)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .check(fovea);
  }

  @Test
  void eachNativeLibraryStaysInItsModule() {
    only("org.bytedeco.pytorch..", "ai.fovea.torch..");
    only("org.bytedeco.opencv..", "ai.fovea.image..");
    only("ai.onnxruntime..", "ai.fovea.onnx..");
    only("jdk.incubator.vector..", "ai.fovea.index..", "ai.fovea.bench..");
    only("org.knowm.xchart..", "ai.fovea.chart..");
    only("org.apache.batik..", "ai.fovea.chart..");
  }

  @Test
  void libtorchDoesNotShowInSignatures() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ai.fovea.torch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco.javacpp..")
        .allowEmptyShould(false)
        .check(
            fovea.that(
                DescribedPredicate.not(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                        "ai.fovea.image.."))));
  }

  @Test
  void recognisingDoesNotNeedTraining() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "ai.fovea.recognize..", "ai.fovea.gallery..", "ai.fovea.index..", "ai.fovea.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.fovea.train..", "ai.fovea.torch..", "ai.fovea.cli..")
        .check(fovea);
  }

  @Test
  void readingAPlanNeedsNoEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("ai.fovea.data..", "ai.fovea.plan..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.fovea.torch..", "ai.fovea.train..", "ai.fovea.onnx..", "ai.fovea.cli..")
        .check(fovea);
  }

  @Test
  void exportAndTheCommandsBesideTrainingNeedNoEngineToTrainWith() {
    noClasses()
        .that()
        .resideInAnyPackage("ai.fovea.export..", "ai.fovea.cli", "ai.fovea.cli.plan..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.fovea.torch..", "ai.fovea.train..", "ai.fovea.cli.train..")
        .check(fovea);
  }

  /// JSON has no NaN, and Jackson would write it as a text. Whoever writes JSON looks at its numbers first: this list is to be
  /// added to together with a test of that.
  @Test
  void jsonIsWrittenWhereNumbersAreLookedAt() {
    Set<String> mappers =
        Set.of(
            "tools.jackson.databind.ObjectMapper",
            "tools.jackson.databind.ObjectWriter",
            "tools.jackson.databind.json.JsonMapper");
    noClasses()
        .that()
        .resideOutsideOfPackage("ai.fovea.bench..") // read by people and its own comparison
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.cli.text.Json")
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.gallery.GalleryJson")
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.exchange.GalleryJsonl")
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.exchange.Origin") // texts alone
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.graph.GraphFile")
        .and()
        .doNotHaveFullyQualifiedName("ai.fovea.weights.Safetensors")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "JSON is written",
                (JavaMethodCall call) ->
                    mappers.contains(call.getTargetOwner().getFullName())
                        && call.getName().startsWith("write")))
        .check(fovea);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("ai.fovea.(*)..").should().beFreeOfCycles().check(fovea);
  }

  /// What a module calls internal is its own: no other module may use it, those for the command line, charts, examples and
  /// benchmarks neither.
  @Test
  void internalPackagesAreUsedByTheirModuleAlone() {
    Set<String> modules =
        fovea.stream()
            .filter(c -> c.getPackageName().contains(".internal"))
            .map(c -> c.getPackageName().replaceFirst("^(ai\\.fovea\\.\\w+)\\..*", "$1"))
            .collect(Collectors.toSet());
    assertThat(modules).contains("ai.fovea.index", "ai.fovea.image", "ai.fovea.gallery");
    for (String module : modules) {
      noClasses()
          .that()
          .resideOutsideOfPackage(module + "..")
          .and()
          // Its plain scan reads the same kind of memory as the index does, or it would be no peer.
          .doNotHaveFullyQualifiedName("ai.fovea.bench.ScanBench")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(module + "..internal..")
          .check(fovea);
    }
  }
}
