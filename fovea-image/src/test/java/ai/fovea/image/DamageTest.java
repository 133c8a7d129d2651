package ai.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.image.internal.NativeEncode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged files: whatever happens to the bytes, there is an image or an [ImageException].
@Tag("native")
class DamageTest {
  private static final DecodeLimits LIMITS = new DecodeLimits(1_000_000, 5000, 1 << 20);

  @ParameterizedTest
  @ValueSource(strings = {".png", ".jpg", ".bmp", ".webp", ".tiff"})
  void flippedAndCutBytesNeverCrash(String ending) {
    byte[] file = NativeEncode.encode(Samples.photo(40, 30, 9), ending, 80);
    var decoder = ImageDecoder.FAST.withLimits(LIMITS);
    int refused = 0;
    try (var workspace = new Workspace()) {
      for (int seed = 0; seed < 1500; seed++) {
        var random = new SplittableRandom(seed);
        byte[] bad = file.clone();
        int flips = 1 + random.nextInt(4);
        int area = seed % 3 == 0 ? Math.min(120, bad.length) : bad.length; // headers more often
        for (int i = 0; i < flips; i++) {
          bad[random.nextInt(area)] ^= (byte) (1 << random.nextInt(8));
        }
        if (seed % 5 == 0) {
          bad = Arrays.copyOf(bad, random.nextInt(bad.length));
        }
        if (ending.equals(".png") && seed % 2 == 0) {
          correctChecksums(bad);
        }
        try {
          Image image = decoder.decode(bad, "seed " + seed, seed % 64, workspace);
          assertThat((long) image.width() * image.height())
              .as("seed %d", seed)
              .isLessThanOrEqualTo(LIMITS.maxPixels());
        } catch (ImageException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  /// So that damage gets past the checksums to the decoder behind them.
  private static void correctChecksums(byte[] png) {
    int at = 8;
    while (at + 12 <= png.length) {
      int length = ByteBuffer.wrap(png).getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      var crc = new CRC32();
      crc.update(png, at + 4, length + 4);
      ByteBuffer.wrap(png).putInt(at + 8 + length, (int) crc.getValue());
      at += 12 + length;
    }
  }

  @Test
  void noiseIsNeverAnImage() {
    for (int seed = 0; seed < 2000; seed++) {
      byte[] noise = new byte[seed % 300];
      new SplittableRandom(seed).nextBytes(noise);
      int which = seed % 6;
      byte[][] starts = {
        {},
        {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF},
        {'B', 'M'},
        {'I', 'I', 42, 0},
        {'M', 'M', 0, 42},
        {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'}
      };
      System.arraycopy(starts[which], 0, noise, 0, Math.min(starts[which].length, noise.length));
      try {
        ImageHeader.read(noise, "seed " + seed);
      } catch (ImageException e) {
        assertThat(e.file()).isEqualTo("seed " + seed);
      }
    }
  }

  /// Resident memory must not grow with the number of images, good and bad.
  @Test
  void memoryStaysFlat() throws Exception {
    byte[] jpeg = ImageEncoder.jpeg(Samples.photo(400, 300, 1), 90);
    byte[] bad = jpeg.clone();
    bad[jpeg.length / 2] ^= 0x55;
    byte[] png = ImageEncoder.png(Samples.photo(300, 200, 2));
    var accepting = ImageDecoder.STANDARD.withAcceptDamage(true);
    long after = 0;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 400; i++) {
        try (var workspace = new Workspace()) {
          Image.decode(i % 2 == 0 ? jpeg : png, "a");
          accepting.decode(bad, "bad", workspace);
        }
        ImageEncoder.jpeg(Image.decode(png, "b"), 80);
      }
      if (round == 1) {
        after = resident();
      }
    }
    assertThat(resident() - after).as("growth in bytes").isLessThan(40L << 20);
  }

  private static long resident() throws IOException {
    System.gc();
    Path status = Path.of("/proc/self/status");
    Assumptions.assumeTrue(
        Files.exists(status), "resident memory is read from /proc, which is Linux's");
    return Files.readAllLines(status).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
            .sum()
        * 1024;
  }
}
