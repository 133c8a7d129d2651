package ai.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.testkit.Shared;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class GifTest {
  private static final byte[] RED = {0, (byte) 250, 10, 60};
  private static final byte[] GREEN = {0, 20, (byte) 200, 70};
  private static final byte[] BLUE = {0, 30, 40, (byte) 180};
  private static final DecodeLimits LIMITS = new DecodeLimits(1_000_000, 5000, 1 << 20);

  /// Indices by chance, of four colours.
  private static byte[] gif(int width, int height, int transparent) throws IOException {
    var palette = new IndexColorModel(2, 4, RED, GREEN, BLUE, transparent);
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette);
    var random = new SplittableRandom(7);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, random.nextInt(4));
    }
    var out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "gif", out)).isTrue();
    return out.toByteArray();
  }

  private static void assertPixels(Image image, int left, int top, int width, int height) {
    var random = new SplittableRandom(7);
    for (int i = 0; i < width * height; i++) {
      int index = random.nextInt(4);
      int at = 3 * ((top + i / width) * image.width() + left + i % width);
      assertThat(Arrays.copyOfRange(image.pixels(), at, at + 3))
          .containsExactly(RED[index], GREEN[index], BLUE[index]);
    }
  }

  @Test
  void theColoursOfThePaletteAreRead() throws Exception {
    for (int transparent : new int[] {-1, 2}) {
      Image image = Image.decode(gif(37, 23, transparent), "a.gif");
      assertThat(image.width()).isEqualTo(37);
      assertThat(image.height()).isEqualTo(23);
      assertPixels(image, 0, 0, 37, 23);
    }
  }

  @Test
  void aFrameThatIsSmallerThanTheScreenLiesOnTheBackground() throws Exception {
    byte[] file = gif(10, 8, -1);
    int frame = frame(file);
    file[6] = 30; // the screen's width, then its height
    file[8] = 20;
    file[11] = 3; // the background, of the screen's table
    file[frame + 1] = 12;
    file[frame + 3] = 5;
    Image image = Image.decode(file, "a.gif");
    assertThat(image.width()).isEqualTo(30);
    assertThat(image.height()).isEqualTo(20);
    assertPixels(image, 12, 5, 10, 8);
    assertThat(Arrays.copyOf(image.pixels(), 3)).containsExactly(RED[3], GREEN[3], BLUE[3]);
  }

  @Test
  void aFrameThatGoesBeyondTheScreenIsWhole() throws Exception {
    byte[] file = gif(10, 8, -1);
    file[6] = 4;
    file[8] = 4;
    Image image = Image.decode(file, "a.gif");
    assertThat(image.width()).isEqualTo(10);
    assertPixels(image, 0, 0, 10, 8);
  }

  @Test
  void limitsHoldForTheScreenAndForTheFrame() throws Exception {
    for (boolean screen : new boolean[] {true, false}) {
      byte[] file = gif(10, 8, -1);
      int at = screen ? 6 : frame(file) + 5;
      Arrays.fill(file, at, at + 4, (byte) 0xFF);
      try (var workspace = new Workspace()) {
        assertThatThrownBy(() -> ImageDecoder.STANDARD.decode(file, "a.gif", workspace))
            .isInstanceOf(ImageException.class)
            .hasMessageContaining("65,535 x 65,535");
      }
    }
  }

  @Test
  void damageIsTold() throws Exception {
    byte[] file = gif(80, 60, -1);
    assertThat(ImageDecoder.STANDARD.damage(file, "a.gif")).isEmpty();
    int data = frame(file) + 10;
    for (int length = 0; length < file.length - 2; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Image.decode(cut, "a.gif"))
          .as("%d bytes", length)
          .isInstanceOf(ImageException.class);
    }
    int missed = 0;
    for (int seed = 0; seed < 100; seed++) {
      var random = new SplittableRandom(seed);
      byte[] bad = file.clone();
      int at = data + 20 + random.nextInt(file.length - data - 100);
      for (int i = 0; i < 40; i++) {
        bad[at + i] = (byte) random.nextInt(256);
      }
      try {
        Image.decode(bad, "a.gif");
        missed++;
      } catch (ImageException e) {
        assertThat(e.file()).isEqualTo("a.gif");
      }
    }
    // Any codes are right while the table still grows.
    assertThat(missed).isLessThanOrEqualTo(5);
  }

  @Test
  void whateverTheBytesThereIsAnImageOrAReason() throws Exception {
    byte[] file = gif(40, 30, 1);
    var decoder = ImageDecoder.FAST.withLimits(LIMITS);
    int refused = 0;
    try (var workspace = new Workspace()) {
      for (int seed = 0; seed < 3000; seed++) {
        var random = new SplittableRandom(seed);
        byte[] bad = file.clone();
        int area = seed % 2 == 0 ? Math.min(60, bad.length) : bad.length; // headers more often
        for (int i = 0; i <= random.nextInt(4); i++) {
          bad[6 + random.nextInt(area - 6)] = (byte) random.nextInt(256);
        }
        try {
          Image image = decoder.decode(bad, "seed " + seed, seed % 64, workspace);
          assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(LIMITS.maxPixels());
        } catch (ImageException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aFileOfAnotherEncoderIsRead() throws Exception {
    Image image = Image.read(Shared.path("golden/data/images/still.gif"));
    assertThat(image.width()).isPositive();
  }

  /// Where the first frame's descriptor stands: behind the screen's table, and an extension.
  private static int frame(byte[] file) {
    int at = 13 + 3 * (2 << (file[10] & 7));
    while (file[at] == '!') {
      at += 2;
      while (file[at] != 0) {
        at += 1 + (file[at] & 0xFF);
      }
      at++;
    }
    return at;
  }
}
