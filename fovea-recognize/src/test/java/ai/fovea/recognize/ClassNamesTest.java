package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassNamesTest {
  @TempDir private Path folder;

  private List<String> read(String text) throws IOException {
    return ClassNames.read(Files.writeString(folder.resolve("n.txt"), text), Optional.empty());
  }

  @Test
  void namesAreFoundByTheirNumbers() throws IOException {
    assertThat(read("\uFEFF3 green lizard, Lacerta\r\n\n0\ttench\n1  goldfish \n"))
        .containsExactly("tench", "goldfish", "2", "green lizard, Lacerta");
    Path commas = Files.writeString(folder.resolve("c.txt"), "0,a b\n1,c,d\n");
    assertThat(ClassNames.read(commas, Optional.of(","))).containsExactly("a b", "c,d");
  }

  @Test
  void aFileWithoutNamesIsRefused() {
    for (String text : List.of("", "\n \n", "\uFEFF")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("n.txt: names no class");
    }
  }

  @Test
  void allWrongLinesAreTold() {
    assertThatThrownBy(() -> read("tench\n0 a\n-1 b\n0 c\n99999999999 d\n1000000 e\n"))
        .isInstanceOfSatisfying(
            ModelException.class,
            e ->
                assertThat(e.getMessage().lines())
                    .satisfiesExactly(
                        l -> assertThat(l).contains("n.txt:1: ").endsWith("'tench'"),
                        l -> assertThat(l).contains("n.txt:3: "),
                        l -> assertThat(l).contains("n.txt:4: class 0 has a name already, 'a'"),
                        l -> assertThat(l).contains("n.txt:5: "),
                        l -> assertThat(l).contains("n.txt:6: ").contains("less than")));
    assertThatThrownBy(() -> ClassNames.read(folder.resolve("gone"), Optional.empty()))
        .isInstanceOf(NoSuchFileException.class);
  }
}
