package ai.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.testkit.Shared;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class ImageDecoderTest {
  private final Image photo = Samples.photo(97, 61, 1);

  @Test
  void pngComesBackExactly() throws Exception {
    assertThat(Image.decode(ImageEncoder.png(photo), "a.png")).isEqualTo(photo);
  }

  @Test
  void jpegComesBackNearly() throws Exception {
    Image back = Image.decode(ImageEncoder.jpeg(photo, 95), "a.jpg");
    assertThat(back.width()).isEqualTo(97);
    assertThat(back.height()).isEqualTo(61);
    long sum = 0;
    for (int i = 0; i < photo.pixels().length; i++) {
      sum += Math.abs((back.pixels()[i] & 0xFF) - (photo.pixels()[i] & 0xFF));
    }
    assertThat((double) sum / photo.pixels().length).isLessThan(3);
  }

  @Test
  void aFileWithABlankAndCjkCharactersInItsNameIsRead(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("相机 图片.png");
    ImageEncoder.write(photo, file);
    assertThat(Image.read(file)).isEqualTo(photo);
  }

  @Test
  void everyReadingErrorIsAnImageExceptionThatNamesTheFile(@TempDir Path folder) throws Exception {
    Path large = folder.resolve("large.jpg");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(6L << 30);
    }
    assertUnreadable(large, "the file has 6,442,450,944 bytes, the limit is 134,217,728");
    assertUnreadable(folder, "this is a folder, not an image");
    assertUnreadable(folder.resolve("none.jpg"), "no such file");
  }

  @Test
  @Timeout(20)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has neither such pipes nor devices")
  void neitherPipesNorDevicesAreWaitedFor(@TempDir Path folder) throws Exception {
    Path pipe = folder.resolve("pipe.jpg");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertUnreadable(pipe, "this is a pipe, a device or a socket, not a file");
    Path device = Files.createSymbolicLink(folder.resolve("zero.jpg"), Path.of("/dev/zero"));
    assertUnreadable(device, "this is a pipe, a device or a socket, not a file");
    Path dangling = Files.createSymbolicLink(folder.resolve("gone.jpg"), Path.of("gone"));
    assertUnreadable(dangling, "a link to something that is not there");
    Path good = folder.resolve("good.png");
    ImageEncoder.write(photo, good);
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), good);
    assertThat(ImageDecoder.STANDARD.load(link)).isEqualTo(Files.readAllBytes(good));
  }

  private static void assertUnreadable(Path file, String reason) {
    assertThatThrownBy(() -> ImageDecoder.STANDARD.load(file))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(file + ": " + reason);
    if (!reason.contains("bytes")) { // the first bytes of a long file can be looked at
      assertThatThrownBy(() -> FileKind.of(file))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith(file + ": " + reason);
    }
  }

  @Test
  void limitsAreCheckedAgainstTheHeader() {
    byte[] png = ImageEncoder.png(photo);
    var decoder = ImageDecoder.STANDARD;
    assertThatThrownBy(
            () -> decoder.withLimits(new DecodeLimits(5000, 1000, 1 << 20)).header(png, "a.png"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("a.png: the image is 97 x 61 = 5,917 pixels, the limit is 5,000");
    assertThatThrownBy(
            () -> decoder.withLimits(new DecodeLimits(10_000, 96, 1 << 20)).header(png, "a.png"))
        .hasMessageContaining("the limit is 96 a side");
    assertThatThrownBy(
            () -> decoder.withLimits(new DecodeLimits(10_000, 100, 100)).header(png, "a.png"))
        .hasMessageContaining("the limit is 100");
  }

  @Test
  void whatIsNoImageIsNamed() {
    assertReason("", "the file is empty");
    assertReason("GIF89a....", "the file ends");
    assertReason("Dear reader,", "this is text, not an image");
    assertReason("<!DOCTYPE html><html>", "this is an HTML or XML document");
    assertReason("<svg xmlns=''/>", "SVG drawings are not supported");
    assertReason("%PDF-1.7", "PDF");
    assertReason("\0\1\2\3", "no known image format");
  }

  private static void assertReason(String content, String reason) {
    byte[] file = content.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Image.decode(file, "f"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("f: ")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void everyCutIsRefusedAndTrailingGarbageIsNot(String format) throws Exception {
    byte[] file = format.equals("png") ? ImageEncoder.png(photo) : ImageEncoder.jpeg(photo, 80);
    for (int length = 0; length < file.length - 2; length += 1 + file.length / 150) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Image.decode(cut, "cut")).isInstanceOf(ImageException.class);
    }
    Image whole = Image.decode(file, "whole");
    byte[] longer = Arrays.copyOf(file, file.length + 1000);
    new Random(1).nextBytes(longer);
    System.arraycopy(file, 0, longer, 0, file.length);
    assertThat(Image.decode(longer, "longer")).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource({"150, 400, 1", "100, 400, 2", "50, 400, 4", "25, 400, 8", "0, 400, 1", "101, 400, 1"})
  void reductionKeepsTwiceTheTarget(int target, int side, int expected) throws Exception {
    Image large = Samples.photo(side + 130, side, 2);
    byte[] jpeg = ImageEncoder.jpeg(large, 90);
    var header = ImageHeader.read(jpeg, "a.jpg");
    assertThat(ImageDecoder.FAST.reducedBy(header, target)).isEqualTo(expected);
    assertThat(ImageDecoder.STANDARD.reducedBy(header, target)).isEqualTo(1);
    try (var workspace = new Workspace()) {
      Image small = ImageDecoder.FAST.decode(jpeg, "a.jpg", target, workspace);
      assertThat(small.height()).isEqualTo((side + expected - 1) / expected);
    }
  }

  @Test
  void aClosedWorkspaceSaysSo() {
    var workspace = new Workspace();
    workspace.close();
    workspace.close();
    byte[] png = ImageEncoder.png(photo);
    assertThatThrownBy(() -> ImageDecoder.STANDARD.decode(png, "a.png", workspace))
        .hasStackTraceContaining("the workspace is closed");
  }

  @Test
  void eachDamagedGoldenImageIsRefused() throws Exception {
    Path images = Shared.path("golden/data/images");
    for (String name :
        List.of(
            "truncated_half.jpg",
            "truncated_head.jpg",
            "truncated.png",
            "empty.jpg",
            "text.jpg",
            "html.png",
            "bomb_60000x60000.png",
            "bomb_100000x10.png")) {
      assertThatThrownBy(() -> Image.read(images.resolve(name)))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void orientationCanBeSwitchedOff() throws Exception {
    Path file = Shared.path("golden/data/images/exif6.jpg");
    assertThat(Image.read(file).height()).isEqualTo(90);
    assertThat(ImageDecoder.STANDARD.withOrientation(false).read(file).height()).isEqualTo(60);
    assertThat(Files.size(file)).isPositive();
  }
}
