package ai.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerTrainingTest {
  @TempDir Path folder;

  private FormerTraining former() throws IOException {
    return FormerTraining.in(folder).orElseThrow();
  }

  private void checkpoint(String name) throws IOException {
    for (String suffix : new String[] {".pdopt", ".pdparams", ".pdstates"}) {
      Files.writeString(folder.resolve(name + suffix), name);
    }
  }

  @Test
  void whatWasBegunToBeMovedIsMovedToTheSamePlace() throws IOException {
    checkpoint("latest");
    Path aside = Files.createDirectory(folder.resolve("former-1"));
    Files.createFile(aside.resolve(".moving"));
    Files.move(folder.resolve("latest.pdopt"), aside.resolve("latest.pdopt"));
    former().moveAside();
    assertThat(aside.resolve(".moving")).doesNotExist();
    assertThat(aside)
        .isDirectoryContaining("glob:**latest.pdopt")
        .isDirectoryContaining("glob:**latest.pdparams")
        .isDirectoryContaining("glob:**latest.pdstates");
    checkpoint("latest");
    assertThat(former().aside()).isEqualTo(folder.resolve("former-2"));
  }

  /// Names that are not there yet are no reason to mix two trainings.
  @Test
  void nothingIsAddedToWhatWasMovedAsAWhole() throws IOException {
    checkpoint("epoch_9");
    former().moveAside();
    checkpoint("latest");
    assertThat(former().aside()).isEqualTo(folder.resolve("former-2"));
  }

  @Test
  void aPlaceThatIsNoFolderIsPassedOver() throws IOException {
    checkpoint("latest");
    Files.createSymbolicLink(folder.resolve("former-1"), folder.resolve("nothing"));
    assertThat(former().aside()).isEqualTo(folder.resolve("former-2"));
    Files.writeString(folder.resolve("former-2"), "a file");
    former().moveAside();
    assertThat(folder.resolve("former-3/latest.pdparams")).exists();
  }

  @Test
  void theCommandThatIsShownCanBePasted() throws IOException {
    Path blank = Files.createDirectory(folder.resolve("my o"));
    for (String suffix : new String[] {".pdopt", ".pdparams", ".pdstates"}) {
      Files.writeString(blank.resolve("latest" + suffix), "");
    }
    String word = "Global.checkpoints=" + blank.resolve("latest");
    assertThat(FormerTraining.in(blank).orElseThrow().told())
        .contains(" -o ")
        .matches("(?s).*-o ['\"]" + java.util.regex.Pattern.quote(word) + "['\"]");
  }
}
