package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.SealedFile;
import ai.fovea.gallery.internal.SealedFile.Seal;
import ai.fovea.gallery.internal.SealedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFileTest {
  private static final byte[] MAGIC = "FVTEST01".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK = 1 << 16;
  private static final Path FILE = SimulatedDisk.FOLDER.resolve("sealed");

  /// The largest is verified by several threads.
  @ParameterizedTest
  @ValueSource(ints = {8, BLOCK, 3 * BLOCK + 1, 150 * BLOCK + 77})
  void namesTheBlockThatWasChanged(int length) throws IOException {
    byte[] body = new byte[length];
    new Random(1).nextBytes(body);
    System.arraycopy(MAGIC, 0, body, 0, MAGIC.length);
    SimulatedDisk disk = new SimulatedDisk();
    Seal seal;
    try (Disk.File to = disk.create(FILE)) {
      SealedWriter writer = new SealedWriter(to);
      writer.write(ByteBuffer.wrap(body));
      seal = writer.finish();
    }
    SealedFile whole = SealedFile.open(disk, FILE, MAGIC, seal);
    whole.verify();
    assertThat(whole.body()).isEqualTo(length);
    for (int at : new int[] {0, length / 2, length - 1}) {
      byte[] changed = disk.files().get("sealed").clone();
      changed[at] ^= 4;
      SimulatedDisk damaged = SimulatedDisk.of(Map.of("sealed", changed));
      assertThatThrownBy(() -> SealedFile.open(damaged, FILE, MAGIC, seal))
          .isInstanceOf(DamagedGalleryException.class)
          .hasMessageContaining("byte " + at / BLOCK * BLOCK)
          .hasMessageContaining("this block does not have its checksum");
    }
  }
}
