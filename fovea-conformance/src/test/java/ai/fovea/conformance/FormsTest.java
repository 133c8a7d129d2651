package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.GoldenRun;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The forms of all modules together.
class FormsTest {
  private static final List<GoldenFormat> ALL = GoldenFormat.all();

  @Test
  void theModulesBringFormsOfDifferentNames() {
    assertThat(ALL).extracting(GoldenFormat::name).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }

  @Test
  void eachFormHasSharedFilesAndNoneIsClaimedTwice() throws IOException {
    var run = new GoldenRun(ALL, _ -> {});
    Set<GoldenFormat> found = new HashSet<>();
    for (Path file : GoldenRun.files(Shared.path("golden"))) {
      run.format(file).ifPresent(found::add);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(ALL);
  }
}
