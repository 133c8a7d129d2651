package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.NDArray;
import ai.fovea.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
  @TempDir private Path folder;
  private Path latest;

  @BeforeEach
  void name() {
    latest = folder.resolve("latest");
  }

  private static Checkpoint checkpoint(int epoch, boolean average) {
    Map<String, NDArray> weights = Map.of("w", NDArray.of(new float[] {epoch, -epoch}, 2));
    return new Checkpoint(
        weights,
        average
            ? Optional.of(Map.of("w", NDArray.of(new float[] {10f * epoch}, 1)))
            : Optional.empty(),
        List.of(
            new Checkpoint.OptimizerState(
                Map.of("m", NDArray.of(new float[] {0.5f * epoch}, 1)), Map.of("last_lr", 0.25))),
        Map.of("epoch", (double) epoch));
  }

  private static void assertIs(Checkpoint found, int epoch, boolean average) {
    Checkpoint expected = checkpoint(epoch, average);
    assertThat(found.states()).isEqualTo(expected.states());
    assertThat(found.weights().get("w").floats()).isEqualTo(expected.weights().get("w").floats());
    assertThat(found.optimizers().getFirst().accumulators().get("m").floats())
        .containsExactly(0.5f * epoch);
    assertThat(found.raw().map(r -> r.get("w").floats()[0]))
        .isEqualTo(average ? Optional.of(10f * epoch) : Optional.empty());
  }

  /// The steps of giving a set its name, of which so many were done; with and without an average before and after.
  @ParameterizedTest
  @CsvSource({"false, false", "true, true", "true, false", "false, true"})
  void whereverTheProgramIsStoppedOneSetIsWhole(boolean before, boolean after) throws IOException {
    for (int done = 0; done <= 6; done++) {
      checkpoint(1, before).write(latest);
      Path other = folder.resolve("other");
      checkpoint(2, after).write(other);
      Path next = Checkpoint.next(latest);
      for (String suffix : List.of(".pdparams", ".pdema", ".pdopt", ".pdstates")) {
        if (Files.exists(with(other, suffix))) {
          Files.move(with(other, suffix), with(next, suffix));
        }
      }
      if (done > 0) {
        Files.delete(with(latest, ".pdstates"));
      }
      if (done > 1 && !after) {
        Files.deleteIfExists(with(latest, ".pdema"));
      }
      List<String> renamed = List.of(".pdparams", ".pdema", ".pdopt", ".pdstates");
      for (String suffix : renamed.subList(0, Math.max(0, done - 2))) {
        if (Files.exists(with(next, suffix))) {
          Files.deleteIfExists(with(latest, suffix));
          Files.move(with(next, suffix), with(latest, suffix));
        }
      }
      int epoch = done == 0 ? 1 : 2;
      assertIs(Checkpoint.read(latest), epoch, done == 0 ? before : after);
      checkpoint(3, before).write(latest);
      assertIs(Checkpoint.read(latest), 3, before);
      assertThat(folder.toFile().list()).allMatch(name -> name.startsWith("latest."));
    }
  }

  @Test
  void whatIsLeftOfASetThatWasBeingWrittenIsRemovedByTheNext() throws IOException {
    Path part = Files.writeString(folder.resolve(".epoch_3.next.pdparams"), "half");
    Path whole = folder.resolve(".best_model.next.pdstates");
    checkpoint(2, false).write(folder.resolve("best_model"));
    for (String suffix : List.of(".pdparams", ".pdopt", ".pdstates")) {
      Files.move(
          with(folder.resolve("best_model"), suffix),
          with(Checkpoint.next(folder.resolve("best_model")), suffix));
    }
    Files.writeString(part, "half");
    assertThat(FormerTraining.in(folder).orElseThrow().files()).hasSize(3).contains(whole);
    checkpoint(3, false).write(latest);
    assertThat(part).doesNotExist();
    assertIs(Checkpoint.read(folder.resolve("best_model")), 2, false);
  }

  @Test
  void aCheckpointThatCanNotBeSavedLeavesTheOneBefore() throws IOException {
    checkpoint(1, false).write(latest);
    Path blocked = Files.createDirectories(with(Checkpoint.next(latest), ".pdopt").resolve("x"));
    assertThatThrownBy(() -> checkpoint(2, false).write(latest))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(latest.toString());
    assertIs(Checkpoint.read(latest), 1, false);
    Files.delete(blocked);
    checkpoint(3, false).write(latest);
    assertIs(Checkpoint.read(latest), 3, false);
  }

  @Test
  void whatAKilledProgramWasWritingIsRemoved() throws IOException {
    String id = UUID.randomUUID().toString();
    List<String> left =
        List.of(".latest.next.pdopt." + id + ".tmp", ".best_model.next.pdparams." + id + ".tmp");
    List<String> others = List.of("notes." + id + ".tmp", ".latest.next.pdopt.tmp", "x.tmp");
    for (String name : left) {
      Files.writeString(folder.resolve(name), "half");
    }
    for (String name : others) {
      Files.writeString(folder.resolve(name), "somebody else's");
    }
    checkpoint(1, false).write(latest);
    assertThat(left).noneMatch(name -> Files.exists(folder.resolve(name)));
    assertThat(others).allMatch(name -> Files.exists(folder.resolve(name)));
    assertIs(Checkpoint.read(latest), 1, false);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    checkpoint(1, false).write(latest);
    Files.delete(with(latest, ".pdopt"));
    assertThatThrownBy(() -> Checkpoint.read(latest))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("latest.pdopt: missing");
  }

  private static Path with(Path prefix, String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }
}
