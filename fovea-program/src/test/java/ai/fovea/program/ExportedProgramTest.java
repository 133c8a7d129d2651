package ai.fovea.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Shape;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs of both formats; what the graphs compute is compared in the conformance module.
class ExportedProgramTest {
  private static final String MODELS = "golden/deploy/models/";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"rec_shitu_tiny", "cls_pplcnet_x0_25", "picodet_tiny_heads", "picodet_tiny_nms"})
  void bothFormatsSayTheSame(String name) throws IOException {
    ExportedProgram older = ExportedProgram.read(Shared.path(MODELS + name + "/legacy"), 0);
    ExportedProgram newer = ExportedProgram.read(Shared.path(MODELS + name + "/pir"), 0);
    assertThat(newer.graph().nodes())
        .extracting(n -> n.op().name())
        .isEqualTo(older.graph().nodes().stream().map(n -> n.op().name()).toList());
    assertThat(newer.graph().outputs().keySet()).isEqualTo(older.graph().outputs().keySet());
    newer
        .graph()
        .outputs()
        .forEach((key, value) ->
            assertThat(value.type()).isEqualTo(older.graph().outputs().get(key).type()));
    assertThat(newer.weights().keySet()).isEqualTo(older.weights().keySet());
    assertThat(newer.suppression()).isEqualTo(older.suppression());
  }

  @Test
  void suppressionIsCutOff() throws IOException {
    ExportedProgram detector =
        ExportedProgram.read(Shared.path(MODELS + "picodet_tiny_nms/pir"), 0);
    assertThat(detector.graph().outputs().get("boxes").shape()).isEqualTo(Shape.batch(534, 4));
    assertThat(detector.graph().outputs().get("scores").shape()).isEqualTo(Shape.batch(1, 534));
    assertThat(detector.graph().outputs()).containsOnlyKeys("boxes", "scores");
    assertThat(detector.suppression().orElseThrow())
        .isEqualTo(new ExportedProgram.Suppression(0.55f, 200, 30, 0.6f, 1, true, -1));
  }

  @Test
  void imagesOfAnySize() throws IOException {
    ExportedProgram heads =
        ExportedProgram.read(Shared.path(MODELS + "picodet_tiny_heads/pir"), 32);
    assertThat(heads.graph().inputs().get("image").shape()).hasToString("[N, 3, 32*H, 32*W]");
    var sizes = Map.of("image", Shape.batch(3, 96, 192));
    assertThat(heads.graph().specialize(sizes).outputs().get("output0").shape())
        .isEqualTo(Shape.batch(96 / 8 * (192 / 8), 1));
    assertThatThrownBy(
            () -> ExportedProgram.read(Shared.path(MODELS + "picodet_tiny_heads/pir"), 1))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("PAN_2")
        .hasMessageContaining("Concat: joining");
  }

  @ParameterizedTest
  @ValueSource(strings = {"legacy/inference.pdmodel", "pir/inference.json"})
  void damagedProgramsGiveOneClearError(String file) throws IOException {
    Path source = Shared.path(MODELS + "rec_shitu_tiny").resolve(file);
    byte[] good = Files.readAllBytes(source);
    Path damaged = folder.resolve(source.getFileName());
    Files.copy(source.resolveSibling("inference.pdiparams"), folder.resolve("inference.pdiparams"));
    var random = new SplittableRandom(5);
    for (int round = 0; round < 300; round++) {
      byte[] bytes =
          round % 3 == 0
              ? java.util.Arrays.copyOf(good, random.nextInt(good.length))
              : good.clone();
      for (int i = 0; i < 3 && bytes.length > 0; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try {
        ExportedProgram.read(folder, 0);
      } catch (ModelException e) {
        assertThat(e.getMessage()).as("round %d", round).contains(folder.toString());
      }
    }
  }

  @Test
  void weightsThatDoNotFitAreNamed() throws IOException {
    Path source = Shared.path(MODELS + "rec_shitu_tiny/pir");
    Files.copy(source.resolve("inference.json"), folder.resolve("inference.json"));
    byte[] good = Files.readAllBytes(source.resolve("inference.pdiparams"));
    Path weights = folder.resolve("inference.pdiparams");
    Files.write(weights, java.util.Arrays.copyOf(good, good.length - 1));
    assertThatThrownBy(() -> ExportedProgram.read(folder, 0))
        .hasMessageStartingWith(weights + ": ends or is damaged in '");
    Files.write(weights, java.util.Arrays.copyOf(good, good.length + 3));
    assertThatThrownBy(() -> ExportedProgram.read(folder, 0))
        .hasMessage(weights + ": 3 bytes are left behind all parameters of the program");
    Files.delete(weights);
    assertThatThrownBy(() -> ExportedProgram.read(folder, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(weights.toString());
  }

  @Test
  void aFolderWithoutAProgramIsNamed() {
    assertThatThrownBy(() -> ExportedProgram.read(folder, 0))
        .hasMessage(folder + ": neither inference.json nor inference.pdmodel is there");
  }
}
