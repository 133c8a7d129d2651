package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 2 << 20, (2 << 20) + 1, 9_000_001})
  void memoryIsZeroedAlignedAndAsLargeAsAskedFor(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = NativeMemory.allocate(arena, bytes);
      assertThat(memory.byteSize()).isEqualTo(bytes);
      assertThat(memory.address() % 64).isZero();
      for (long at = 0; at < bytes; at += Math.max(1, bytes / 1000)) {
        assertThat(memory.get(ValueLayout.JAVA_BYTE, at)).isZero();
      }
      memory.fill((byte) 3);
    }
  }

  @Test
  void memoryThatNobodyRefersToIsGivenBack() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.isReadable(status), "resident memory is told by Linux alone");
    // 12 GiB in all, each piece forgotten as soon as it was written.
    long most = 0;
    for (int i = 0; i < 96; i++) {
      NativeMemory.allocate(Arena.ofAuto(), 128 << 20).fill((byte) 1);
      most = Math.max(most, resident(status));
    }
    assertThat(most).isLessThan(4L << 20);
  }

  /// In KiB.
  private static long resident(Path status) throws IOException {
    return Files.readString(status)
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
