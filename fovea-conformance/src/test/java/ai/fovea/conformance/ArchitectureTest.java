package ai.fovea.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `docs/architecture.md` promises of the modules.
class ArchitectureTest {
  private static JavaClasses fovea;

  @BeforeAll
  static void read() {
    fovea =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("ai.fovea");
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
                com.tngtech.archunit.base.DescribedPredicate.not(
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
  void modulesHaveNoCycles() {
    slices().matching("ai.fovea.(*)..").should().beFreeOfCycles().check(fovea);
  }
}
