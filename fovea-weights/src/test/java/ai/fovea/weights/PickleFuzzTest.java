package ai.fovea.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Whatever the bytes, reading ends with data or with one [WeightsException]; they lie in native memory, as those of mapped files. In a build the seeds beside this class are
/// replayed; `JAZZER_FUZZ=1 mvn -pl fovea-weights -am test -Dtest=PickleFuzzTest` searches for more.
class PickleFuzzTest {
  private static MemorySegment natively(byte[] bytes, Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).asReadOnly();
  }

  @FuzzTest(maxDuration = "2m")
  void pickle(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      PaddleParams.of("fuzz", Pickle.load("fuzz", natively(bytes, arena)));
    } catch (WeightsException e) {
      // The only way in which bad bytes may end.
    }
  }

  @FuzzTest(maxDuration = "2m")
  void safetensors(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      Safetensors.read("fuzz", natively(bytes, arena));
    } catch (WeightsException e) {
      // The only way in which bad bytes may end.
    }
  }
}
