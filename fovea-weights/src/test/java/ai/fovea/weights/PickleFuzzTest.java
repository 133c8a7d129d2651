package ai.fovea.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Whatever the bytes, reading ends with data or with one [WeightsException]. In a build the seeds beside this class are
/// replayed; `JAZZER_FUZZ=1 mvn -pl fovea-weights -am test -Dtest=PickleFuzzTest` searches for more.
class PickleFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void pickle(byte[] bytes) {
    try {
      PaddleParams.of("fuzz", Pickle.load("fuzz", bytes));
    } catch (WeightsException e) {
      // The only way in which bad bytes may end.
    }
  }

  @FuzzTest(maxDuration = "2m")
  void safetensors(byte[] bytes) {
    try {
      Safetensors.read("fuzz", bytes);
    } catch (WeightsException e) {
      // The only way in which bad bytes may end.
    }
  }
}
