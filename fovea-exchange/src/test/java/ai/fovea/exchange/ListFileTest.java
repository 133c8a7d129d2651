package ai.fovea.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.exchange.ListFile.Line;
import ai.fovea.gallery.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListFileTest {
  @TempDir Path folder;

  static Entry entry(long id, String label, String source) {
    return new Entry(id, label, Optional.of(source).filter(s -> !s.isEmpty()), Map.of());
  }

  @Test
  void linesAreReadWithTheirNumbers() throws IOException {
    Path file = folder.resolve("list.txt");
    Files.writeString(file, "\uFEFFa.jpg\tmineral water\r\n\n  \nb c.jpg cup\n");
    assertThat(ListFile.read(file, Optional.empty()))
        .containsExactly(new Line(1, "a.jpg", "mineral water"), new Line(4, "b c.jpg", "cup"));
    assertThatThrownBy(() -> ListFile.read(file, Optional.of("\t")))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("line 4: expected a path, a tab and a label");
  }

  @Test
  void imagesAreWrittenAsALine() throws IOException {
    Path file = folder.resolve("list.txt");
    ListFile.write(file, List.of(entry(1, "mineral water", "a.jpg"), entry(2, "cup", "b c.jpg")));
    assertThat(ListFile.read(file, Optional.empty()))
        .containsExactly(new Line(1, "a.jpg", "mineral water"), new Line(2, "b c.jpg", "cup"));
    assertThatThrownBy(() -> ListFile.write(file, List.of(entry(3, "cup", ""))))
        .hasMessageContaining("image 3 (cup) has no source");
  }

  @Test
  void labelsBecomeFolders() throws IOException {
    for (String name : List.of("mugs/b.JPG", "mugs/a.png", "old shoes/x/1.jpeg")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
    Path out = folder.resolve("out");
    List<Entry> images =
        List.of(
            entry(1, "a/b", "mugs/a.png"),
            entry(2, "a?b", "mugs/b.JPG"),
            entry(3, "a/b", "mugs/a.png"),
            entry(4, "..", "old shoes/x/1.jpeg"));
    LabelFolders.write(images, folder, out);
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> out.relativize(f).toString()).sorted())
          .containsExactly("_/1.jpeg", "a_b/3-a.png", "a_b/a.png", "a_b_2/b.JPG");
    }
    assertThatThrownBy(() -> LabelFolders.write(List.of(entry(5, "x", "gone.jpg")), folder, out))
        .hasMessageContaining("not empty")
        .hasMessageContaining("gone.jpg is not there");
  }

  @Test
  void changesBringAGalleryToWhatTheListSays() {
    List<Entry> images =
        List.of(
            entry(0, "cup", "a.jpg"),
            entry(1, "cup", "b.jpg"),
            entry(2, "mug", "c.jpg"),
            entry(3, "mug", "c.jpg"),
            entry(4, "mug", ""));
    List<Line> list =
        List.of(
            new Line(1, "a.jpg", "cup"), new Line(2, "c.jpg", "bowl"), new Line(3, "d.jpg", "cup"));
    ListChanges changes = ListChanges.between(images, list);
    assertThat(changes.additions()).containsExactly(new Line(3, "d.jpg", "cup"));
    assertThat(changes.removals()).extracting(Entry::id).containsExactly(4L, 1L, 3L);
    assertThat(changes.relabelled())
        .containsExactly(new ListChanges.Relabelled(images.get(2), "bowl"));
    assertThat(changes.isEmpty()).isFalse();
    assertThat(ListChanges.between(images.subList(0, 1), list.subList(0, 1)).isEmpty()).isTrue();
  }
}
