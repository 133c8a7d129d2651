package ai.fovea.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.lists.ListReader.EmptyLines;
import ai.fovea.lists.ListReader.Rows;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListReaderTest {
  @TempDir Path folder;

  private Rows<List<String>> read(String text, Division division, EmptyLines empty)
      throws IOException {
    Path list = folder.resolve("list.txt");
    Files.write(list, text.getBytes(StandardCharsets.UTF_8));
    return ListReader.read(
        list,
        division,
        empty,
        (_, _, columns) -> {
          if (columns.size() < 2) {
            throw new BadLine("no label");
          }
          return columns.getFirst().equals("header") ? Optional.empty() : Optional.of(columns);
        });
  }

  @Test
  void marksLineEndsAndBlanksDoNotMatter() throws IOException {
    assertThat(
            read(
                    "\uFEFFheader x\r\n a.jpg 1 \r\nb.jpg\t\t2\n\n  \n",
                    new Division.Blanks(),
                    EmptyLines.REFUSED)
                .rows())
        .containsExactly(List.of("a.jpg", "1"), List.of("b.jpg", "2"));
  }

  @Test
  void allBadLinesAreToldWithTheirPlaces() throws IOException {
    String text = "a.jpg 1\n\nb.jpg\n" + "x".repeat(ListReader.LONGEST + 1) + " 1\nc.jpg 2\n";
    var refused = read(text, new Division.Every(" "), EmptyLines.REFUSED);
    assertThat(refused.rows()).hasSize(2);
    assertThat(refused.problems("list.txt"))
        .satisfiesExactly(
            p -> assertThat(p).isEqualTo("list.txt:2: an empty line in the middle of the list: ''"),
            p -> assertThat(p).isEqualTo("list.txt:3: no label: 'b.jpg'"),
            p ->
                assertThat(p)
                    .startsWith("list.txt:4: the line has 65,539 characters, at most 65,536")
                    .endsWith("x...'"));
    assertThat(read(text, new Division.Every(" "), EmptyLines.SKIPPED).bad()).hasSize(2);
    assertThat(read("", new Division.Blanks(), EmptyLines.REFUSED))
        .isEqualTo(new Rows<>(List.of(), List.of()));
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path list = Files.write(folder.resolve("gbk.txt"), new byte[] {(byte) 0xC4, (byte) 0xE3});
    assertThatThrownBy(() ->
            ListReader.read(
                list, new Division.Blanks(), EmptyLines.SKIPPED, (_, _, c) -> Optional.of(c)))
        .isInstanceOf(CharacterCodingException.class)
        .hasMessageContaining("gbk.txt: not UTF-8");
  }

  @Test
  void divisions() throws IOException {
    assertThat(new Division.Every(",").columns("a b, c,,")).containsExactly("a b", " c", "", "");
    assertThat(new Division.Whole().columns("a b\tc")).containsExactly("a b\tc");
    assertThat(new Division.TabsElseBlanks().columns("a b\tc d")).containsExactly("a b", "c d");
    assertThat(new Division.TabsElseBlanks().columns("a  b c")).containsExactly("a", "b", "c");
    var name = new Division.BehindName(Optional.empty());
    assertThat(name.columns("my shoes/1.jpg running shoe"))
        .containsExactly("my shoes/1.jpg", "running shoe");
    assertThat(name.columns("running shoe")).containsExactly("running shoe");
    assertThat(name.columns("a.jpg\t")).containsExactly("a.jpg\t");
    Files.writeString(folder.resolve("red mug.jpg"), "");
    var file = new Division.BehindFile(Optional.empty(), folder);
    assertThat(file.columns("red mug.jpg big mug")).containsExactly("red mug.jpg", "big mug");
    assertThat(file.columns("gone.jpg big mug")).containsExactly("gone.jpg", "big mug");
    assertThat(file.columns("a b\tc d")).containsExactly("a b", "c d");
    assertThat(new Division.BehindFile(Optional.of(","), folder).columns("a b,c d"))
        .containsExactly("a b", "c d");
  }
}
