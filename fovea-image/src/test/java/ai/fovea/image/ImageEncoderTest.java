package ai.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ImageEncoderTest {
  @TempDir private Path folder;

  /// Where nothing is ever written over, a disk that is full can't cost the old image.
  @Test
  void theOldFileIsNotTouchedUntilTheNewOneIsWhole() throws IOException {
    for (String ending : new String[] {"png", "jpg"}) {
      Path file = Files.writeString(folder.resolve("x." + ending), "old");
      Path same = Files.createLink(folder.resolve("same." + ending), file);
      ImageEncoder.write(Image.of(2, 2, new byte[12]), file);
      assertThat(same).hasContent("old");
      assertThat(Files.size(file)).isGreaterThan(3);
    }
    assertThat(folder.toFile().list()).hasSize(4);
  }
}
