package ai.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.lists.ListFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListTest {
  @TempDir Path root;

  @BeforeEach
  void images() throws IOException {
    for (String name : new String[] {"a.png", "b.png", "with space.png", "图.png"}) {
      Files.writeString(root.resolve(name), "");
    }
  }

  private ImageList read(String text, ListFormat format, boolean relabel) throws IOException {
    Path list = root.resolve("list.txt");
    Files.write(list, text.getBytes(StandardCharsets.UTF_8));
    return ImageList.read(list, root, format.withRelabel(relabel));
  }

  @Test
  void byteOrderMarkLineEndsAndTrailingLinesDoNotMatter() throws IOException {
    ImageList list = read("\uFEFFa.png 3\r\n  b.png 1 more\r\n\r\n", ListFormat.IMAGE_NET, false);
    assertThat(list.labels()).containsExactly(3, 1);
    assertThat(list.classes()).isEqualTo(2);
    assertThat(list.hasUniqueIds()).isFalse();
  }

  @Test
  void everyBadLineIsReportedWithItsNumber() {
    assertThatThrownBy(() ->
            read(
                "a.png 0\nnowhere.png 1\n\nb.png cat\nb.png\nb.png 1.0\n",
                ListFormat.IMAGE_NET,
                false))
        .isInstanceOfSatisfying(ListException.class, e -> assertThat(e.problems()).hasSize(5))
        .hasMessageContaining("list.txt:2:")
        .hasMessageContaining("list.txt:3:")
        .hasMessageContaining("list.txt:4: expected a whole number as label, found 'cat'");
  }

  @Test
  void thirdFieldForAllOrNone() throws IOException {
    ImageList list = read("a.png 0 7\nb.png  1\t8", ListFormat.VERI_WILD, false);
    assertThat(list.samples().getLast())
        .isEqualTo(new Sample(root.resolve("b.png"), 1, OptionalLong.of(8), 2));
    assertThat(list.hasUniqueIds()).isTrue();
    assertThatThrownBy(() -> read("a.png 0 7\nb.png 1", ListFormat.VERI_WILD, false))
        .isInstanceOf(ListException.class);
  }

  @Test
  void delimitersHeadersAndOffsets() throws IOException {
    assertThat(read("with space.png\t2\n图.png\t5", ListFormat.CARTOON, false).labels())
        .containsExactly(2, 5);
    assertThat(
            read(
                    "image_id\tclass_id\tsuper\tpath\n1\t1\t1\ta.png\n2\t4\t1\tb.png",
                    ListFormat.LOGO,
                    false)
                .labels())
        .containsExactly(0, 3);
  }

  @Test
  void relabelsInAscendingOrder() throws IOException {
    assertThat(read("a.png 70\nb.png -4\na.png 70\nb.png 9", ListFormat.IMAGE_NET, true).labels())
        .containsExactly(2, 0, 2, 1);
  }

  @Test
  void otherEncodingsAreRefused() throws IOException {
    Path list = root.resolve("gbk.txt");
    Files.write(list, new byte[] {(byte) 0xC4, (byte) 0xE3, ' ', '1'});
    assertThatThrownBy(() -> ImageList.read(list, root, ListFormat.IMAGE_NET))
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void labelsMustFitTheNetwork() throws IOException {
    ImageList list = read("a.png 0\nb.png 3\nb.png -1", ListFormat.IMAGE_NET, false);
    assertThat(list.labelsOutside(4, "Arch.class_num").orElseThrow())
        .endsWith(": label -1 on line 3, but Arch.class_num is 4: labels 0 to 3");
    assertThat(list.labelsOutside(3, "K").orElseThrow())
        .endsWith(": labels from -1 to 3 on 2 lines (first: line 2), but K is 3: labels 0 to 2");
    ImageList fromOne = read("a.png 1\nb.png 2\nb.png 3", ListFormat.IMAGE_NET, false);
    assertThat(fromOne.labelsOutside(3, "K").orElseThrow())
        .endsWith(": label 3 on line 3, but K is 3: labels 0 to 2 (do they start at 1?)");
    assertThat(fromOne.labelsOutside(2, "K").orElseThrow())
        .endsWith(": labels up to 3 on 2 lines (first: line 2), but K is 2: labels 0 to 1");
    assertThat(fromOne.labelsOutside(4, "K")).isEmpty();
  }
}
