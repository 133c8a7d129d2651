package ai.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ImageCheckTest {
  @TempDir Path folder;

  private Path image(String name) throws IOException {
    byte[] pixels = new byte[3 * 90 * 90];
    new SplittableRandom(1).nextBytes(pixels);
    Path file = folder.resolve(name);
    ImageEncoder.write(Image.of(90, 90, pixels), file);
    return file;
  }

  private Path cut(String name) throws IOException {
    Path file = image(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length * 2 / 3));
    return file;
  }

  @Test
  void wholeImagesPassByTheirHeadersAndEnds() throws IOException {
    for (String name : List.of("a.jpg", "a.png")) {
      assertThat(ImageCheck.problem(image(name), false)).as(name).isEmpty();
      assertThat(ImageCheck.problem(image(name), true)).as(name).isEmpty();
    }
  }

  @Test
  void cutImagesAreFoundWithoutDecodingAll() throws IOException {
    for (String name : List.of("cut.jpg", "cut.png")) {
      assertThat(ImageCheck.problem(cut(name), false).orElse("")).as(name).contains(name);
    }
    Path text = Files.writeString(folder.resolve("text.jpg"), "hello");
    assertThat(ImageCheck.problem(text, false)).isPresent();
    assertThat(ImageCheck.problem(folder.resolve("gone.jpg"), false)).isPresent();
  }

  @Test
  void aHeaderFarInsideTheFileIsFound() throws IOException {
    byte[] jpeg = Files.readAllBytes(image("far.jpg"));
    // Two comments of the greatest length before the frame header.
    byte[] comment = new byte[2 + 0xFFFF];
    comment[0] = (byte) 0xFF;
    comment[1] = (byte) 0xFE;
    comment[2] = (byte) 0xFF;
    comment[3] = (byte) 0xFF;
    byte[] longer = new byte[jpeg.length + 2 * comment.length];
    System.arraycopy(jpeg, 0, longer, 0, 2);
    System.arraycopy(comment, 0, longer, 2, comment.length);
    System.arraycopy(comment, 0, longer, 2 + comment.length, comment.length);
    System.arraycopy(jpeg, 2, longer, 2 + 2 * comment.length, jpeg.length - 2);
    Path file = Files.write(folder.resolve("far.jpg"), longer);
    assertThat(ImageCheck.problem(file, false)).isEmpty();
  }

  @Test
  void everyBadFileIsToldOnceWithItsPlace() throws Exception {
    Path good = image("good.jpg");
    Path bad = cut("bad.jpg");
    var list =
        new ImageList(
            "list.txt",
            List.of(
                new Sample(good, 0, OptionalLong.empty(), 1),
                new Sample(bad, 0, OptionalLong.empty(), 2),
                new Sample(bad, 1, OptionalLong.empty(), 3)));
    assertThat(ImageCheck.problems(List.of(list, list), 2, Optional.empty(), (_, _) -> {}))
        .singleElement()
        .asString()
        .startsWith("list.txt:2: ")
        .contains("bad.jpg");
  }

  @Test
  void whereDamageIsAcceptedAllElseIsStillAProblem() throws Exception {
    Path bad = cut("cut.png");
    Path text = Files.writeString(folder.resolve("text.jpg"), "hello");
    var list =
        new ImageList(
            "list.txt",
            List.of(
                new Sample(bad, 0, OptionalLong.empty(), 1),
                new Sample(text, 0, OptionalLong.empty(), 2),
                new Sample(folder.resolve("gone.jpg"), 0, OptionalLong.empty(), 3)));
    List<String> taken = new ArrayList<>();
    assertThat(ImageCheck.problems(List.of(list), 2, 0, Optional.of(taken::add), (_, _) -> {}))
        .hasSize(3);
    assertThat(taken).isEmpty();
  }

  /// Sets of any size: what stops an epoch is found without decoding, too.
  @Test
  void damageInsideAJpegIsFoundWithoutDecoding() throws Exception {
    Path good = image("good.jpg");
    Path bad = image("damaged.jpg");
    byte[] bytes = Files.readAllBytes(bad);
    Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 200, (byte) 0x55);
    Files.write(bad, bytes);
    var list =
        new ImageList(
            "list.txt",
            List.of(
                new Sample(good, 0, OptionalLong.empty(), 1),
                new Sample(bad, 0, OptionalLong.empty(), 2)));
    assertThat(ImageCheck.problems(List.of(list), 2, 0, Optional.empty(), (_, _) -> {}))
        .singleElement()
        .asString()
        .startsWith("list.txt:2: ")
        .contains("damaged.jpg");
    List<String> taken = new ArrayList<>();
    assertThat(ImageCheck.problems(List.of(list), 2, 0, Optional.of(taken::add), (_, _) -> {}))
        .isEmpty();
    assertThat(taken)
        .singleElement()
        .asString()
        .startsWith("list.txt:2: ")
        .contains("damaged.jpg", "it is taken");
  }

  @Test
  void veryManyImagesAreToldOfWhileTheyAreLookedAt() throws Exception {
    Path good = image("good.png");
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 20_001; i++) {
      Path link = folder.resolve("links").resolve(i + ".png");
      Files.createDirectories(link.getParent());
      samples.add(new Sample(Files.createLink(link, good), 0, OptionalLong.empty(), i + 1));
    }
    List<String> told = new ArrayList<>();
    var list = new ImageList("list.txt", samples);
    assertThat(
            ImageCheck.problems(
                List.of(list), 2, 0, Optional.empty(), (done, of) -> told.add(done + " of " + of)))
        .isEmpty();
    assertThat(told)
        .hasSize(201)
        .startsWith("100 of 20001")
        .endsWith("20000 of 20001", "20001 of 20001");
  }
}
