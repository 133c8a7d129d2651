package ai.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.image.internal.Integrity;
import ai.fovea.testkit.Shared;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Damage inside the compressed data of JPEG files.
@Tag("native")
class JpegDamageTest {
  private static boolean isWhole(byte[] file) {
    try {
      return ImageDecoder.STANDARD.damage(file, "a.jpg").isEmpty();
    } catch (ImageException e) {
      return false;
    }
  }

  /// 40 files: baseline and progressive, five subsamplings, with and without restart markers. In a pass of a
  /// progressive file that refines coefficients by a bit, any bytes can be right: what is not told there changes pixels
  /// by a few levels.
  @ParameterizedTest
  @CsvSource({"40, 0x55", "40, 0", "40, 0xFF", "16, 0x55", "200, -1"})
  void overwrittenBytesAreTold(int count, String value) throws Exception {
    int missed = 0;
    for (int i = 0; i < 40; i++) {
      var kind = Jpegs.Kind.of(i);
      byte[] file = Jpegs.encode(Samples.photo(300 + i, 220, i), kind);
      assertThat(isWhole(file)).as("%s", kind).isTrue();
      byte[] bad = Jpegs.overwrite(file, count, Integer.decode(value), i);
      if (isWhole(bad)) {
        missed++;
        assertThat(kind.progressive()).as("%s", kind).isTrue();
        assertThat(difference(Image.decode(file, "a"), Image.decode(bad, "b")))
            .as("%s", kind)
            .isLessThan(12);
      }
    }
    assertThat(missed).isLessThanOrEqualTo(2);
  }

  /// A changed step of a quantisation table changes the whole image, and every code is right.
  @Test
  void changedQuantisationStepsAreTold() throws Exception {
    int told = 0;
    for (int quality = 1; quality <= 100; quality++) {
      var kind = new Jpegs.Kind(quality % 2 == 0, 1, 0, false, quality);
      byte[] file = Jpegs.encode(Samples.photo(90, 70, quality), kind);
      assertThat(isWhole(file)).as("%s", kind).isTrue();
      int table = quantisation(file) + 5;
      for (int i = 0; i < 64; i++) {
        byte[] bad = file.clone();
        int step = file[table + i] & 0xFF;
        int other = step < 64 ? 4 * step + 5 : step / 8;
        bad[table + i] = (byte) other;
        // Beside equal steps the first may be any.
        if (i > 0 || !isFlat(file, table)) {
          assertThat(isWhole(bad)).as("%s, step %d: %d for %d", kind, i, other, step).isFalse();
          told++;
        }
        bad[table + i] = 0;
        assertThat(isWhole(bad)).as("%s, step %d: 0", kind, i).isFalse();
      }
    }
    assertThat(told).isBetween(6350, 6400);
  }

  @Test
  void otherQuantisationTablesAreWhole() throws Exception {
    // Grey, which other steps leave as it is.
    byte[] file =
        Jpegs.encode(Image.of(90, 70, grey(90 * 70)), new Jpegs.Kind(false, 1, 0, false, 90));
    int table = quantisation(file) + 5;
    for (int slope = 0; slope <= 8; slope++) {
      for (int first : new int[] {1, 2, 5, 16, 40}) {
        byte[] other = file.clone();
        // From one diagonal to the next the steps rise, as frequencies do.
        int at = 0;
        for (int diagonal = 0; diagonal < 15; diagonal++) {
          for (int i = 0; i < Math.min(diagonal + 1, 15 - diagonal); i++) {
            other[table + at++] = (byte) (first + slope * diagonal);
          }
        }
        assertThat(isWhole(other)).as("%d, rising by %d", first, slope).isTrue();
        for (int mean : new int[] {1, 4, 8, 16, 40}) {
          other[table] = (byte) mean;
          assertThat(slope > 0 || isWhole(other)).as("%d beside %d", mean, first).isTrue();
        }
      }
    }
  }

  private static boolean isFlat(byte[] file, int table) {
    int[] steps = IntStream.range(0, 64).map(i -> file[table + i] & 0xFF).sorted().toArray();
    return steps[63] < 2 * steps[0];
  }

  private static byte[] grey(int pixels) {
    byte[] rgb = new byte[3 * pixels];
    Arrays.fill(rgb, (byte) 128);
    return rgb;
  }

  /// Where the first table's marker stands.
  private static int quantisation(byte[] file) {
    for (int at = 2; ; at += 2 + ((file[at + 2] & 0xFF) << 8 | file[at + 3] & 0xFF)) {
      if ((file[at + 1] & 0xFF) == 0xDB) {
        return at;
      }
    }
  }

  private static int difference(Image a, Image b) {
    int most = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      most = Math.max(most, Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF)));
    }
    return most;
  }

  @Test
  void drawingsAndOddSizesAreWhole() {
    for (int i = 0; i < 200; i++) {
      var kind = Jpegs.Kind.of(i);
      int width = 1 + i * 7 % 150;
      int height = 1 + i * 13 % 140;
      for (int drawing = 0; drawing < 6; drawing++) {
        byte[] file = Jpegs.encode(drawing(drawing, width, height), kind);
        assertThat(isWhole(file))
            .as("%s, drawing %d, %d x %d", kind, drawing, width, height)
            .isTrue();
      }
    }
    for (int i = 0; i < 40; i++) {
      for (int drawing = 0; drawing < 6; drawing++) {
        var kind = Jpegs.Kind.of(i);
        byte[] file = Jpegs.encode(drawing(drawing, 1000, 700), kind);
        assertThat(isWhole(file)).as("%s, drawing %d", kind, drawing).isTrue();
      }
    }
  }

  /// Plain, gradient, chequers of 8 pixels, stripes of 4, a bar that ends at a block's edge, noise.
  private static Image drawing(int which, int width, int height) {
    var random = new SplittableRandom(which);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      rgb[i] =
          (byte)
              switch (which) {
                case 0 -> 200;
                case 1 -> 255 * x / width;
                case 2 -> (x / 8 + y / 8) % 2 * 255;
                case 3 -> x / 4 % 2 * 180;
                case 4 -> y < height / 32 * 16 ? 40 : 230;
                default -> random.nextInt(256);
              };
    }
    return Image.wrap(width, height, rgb);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyTheEndMarkerIsMissing(boolean progressive) throws Exception {
    byte[] file =
        Jpegs.encode(Samples.photo(90, 70, 3), new Jpegs.Kind(progressive, 1, 0, false, 90));
    Image whole = Image.decode(file, "whole.jpg");
    for (int lost = 1; lost <= 2; lost++) {
      byte[] cut = Arrays.copyOf(file, file.length - lost);
      assertThat(isWhole(cut)).as("%d bytes lost", lost).isTrue();
      assertThat(Image.decode(cut, "cut.jpg")).isEqualTo(whole);
    }
    // padding before the end marker would be the last byte's; whatever holds coefficients is needed
    for (int length = 0; length < file.length - 3; length++) {
      assertThat(isWhole(Arrays.copyOf(file, length))).as("first %d bytes", length).isFalse();
    }
  }

  @Test
  void aRefusalNamesTheFileTheDamageAndTheRemedy() {
    byte[] bad =
        Jpegs.overwrite(
            Jpegs.encode(Samples.photo(300, 200, 1), new Jpegs.Kind(false, 1, 0, false, 90)),
            40,
            0x55,
            1);
    assertThatThrownBy(() -> Image.decode(bad, "shop/cup.jpg"))
        .isInstanceOf(ImageException.class)
        .hasMessageMatching("shop/cup\\.jpg: the image is damaged: .* \\(.*download it again.*\\)");
  }

  /// Where a marker was overwritten, there is nothing to decode.
  @Test
  void acceptedDamageGivesWhatCanBeDecoded() throws Exception {
    var accepting = ImageDecoder.STANDARD.withAcceptDamage(true);
    int taken = 0;
    try (var workspace = new Workspace()) {
      for (int i = 0; i < 40; i++) {
        var kind = Jpegs.Kind.of(i);
        byte[] file = Jpegs.encode(Samples.photo(300, 220, i), kind);
        byte[] bad = Jpegs.overwrite(file, 30, 0x55, i);
        if (isWhole(bad)) {
          continue;
        }
        try {
          Image image = accepting.decode(bad, "a.jpg", workspace);
          int whole = Image.decode(file, "whole.jpg").at(3, 3, 1);
          assertThat(image.width()).isEqualTo(300);
          assertThat(image.height()).isEqualTo(220);
          assertThat(Math.abs(image.at(3, 3, 1) - whole)).as("%s", kind).isLessThan(40);
          taken++;
        } catch (ImageException e) {
          assertThat(e).hasMessageContaining("damaged");
        }
      }
    }
    assertThat(taken).isGreaterThan(30);
  }

  @Test
  void acceptedDamageKeepsTheOrientationAndTheReduction() throws Exception {
    byte[] file = Jpegs.encode(Samples.photo(400, 200, 5), new Jpegs.Kind(false, 1, 0, false, 90));
    byte[] turned = withOrientation(Jpegs.overwrite(file, 40, 0x55, 5), 6);
    var accepting = ImageDecoder.FAST.withAcceptDamage(true);
    try (var workspace = new Workspace()) {
      Image taken = accepting.decode(turned, "a.jpg", 50, workspace);
      assertThat(taken.width()).isEqualTo(100);
      assertThat(taken.height()).isEqualTo(200);
    }
  }

  /// With an EXIF segment that has the orientation alone.
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE1, 0, 34});
    out.writeBytes(new byte[] {'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1});
    out.writeBytes(new byte[] {1, 18, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0});
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  /// Any bytes at all give an answer or an [ImageException], in bounded time and memory.
  @Test
  void noBytesBreakTheCheck() {
    int refused = 0;
    for (int seed = 0; seed < 4000; seed++) {
      var random = new SplittableRandom(seed);
      byte[] bad = Jpegs.encode(Samples.photo(64, 48, seed % 8), Jpegs.Kind.of(seed % 40));
      int area =
          seed % 2 == 0 ? Math.min(700, bad.length) : bad.length; // headers and tables more often
      for (int i = 0; i <= random.nextInt(6); i++) {
        bad[2 + random.nextInt(area - 2)] = (byte) random.nextInt(256);
      }
      try {
        var header = ImageHeader.read(bad, "seed " + seed);
        DecodeLimits.STANDARD.check(header, "seed " + seed);
        Integrity.check(bad, header.format(), "seed " + seed);
      } catch (ImageException e) {
        assertThat(e.file()).isEqualTo("seed " + seed);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void photosOfManyCamerasAreWhole() throws Exception {
    Path datasets = Shared.path("datasets");
    List<Path> photos;
    try (Stream<Path> files = Files.walk(datasets)) {
      photos = files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList();
    }
    for (int i = 0; i < photos.size(); i += 25) {
      Path photo = photos.get(i);
      assertThat(ImageDecoder.STANDARD.damage(Files.readAllBytes(photo), photo.toString()))
          .isEmpty();
    }
  }

  @Test
  void theDamagedCase() throws Exception {
    Path folder = Shared.path("cases/damaged-taken");
    assertThat(isWhole(Files.readAllBytes(folder.resolve("bytes-overwritten.jpg")))).isFalse();
    assertThat(isWhole(Files.readAllBytes(folder.resolve("whole.webp")))).isTrue();
    assertThat(Image.read(folder.resolve("only-end-marker-missing.jpg")))
        .isEqualTo(Image.read(folder.resolve("whole.jpg")));
  }
}
