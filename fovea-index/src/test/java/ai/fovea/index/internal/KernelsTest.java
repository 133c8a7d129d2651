package ai.fovea.index.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsTest {

  static Stream<Integer> dimensions() {
    return Stream.concat(
        IntStream.rangeClosed(1, 67).boxed(), Stream.of(127, 128, 129, 192, 511, 512, 513));
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void simdAndScalarAgreeWithDoublePrecision(int dimension) {
    Random random = new Random(dimension);
    int count = 11;
    float[] query = values(random, dimension);
    try (Arena arena = Arena.ofConfined()) {
      // One row before and one after what is asked for: neither may be read into the results.
      MemorySegment rows = arena.allocate((long) (count + 2) * dimension * Float.BYTES, 4);
      float[][] plain = new float[count + 2][];
      for (int i = 0; i < plain.length; i++) {
        plain[i] = values(random, dimension);
        MemorySegment.copy(
            plain[i], 0, rows, ValueLayout.JAVA_FLOAT, (long) i * dimension * 4, dimension);
      }
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        float[] dots = new float[count + 1];
        float[] distances = new float[count + 1];
        dots[count] = 42;
        distances[count] = 42;
        kernels.dot(query, rows, 1, count, dots);
        kernels.squaredDistance(query, rows, 1, count, distances);
        for (int i = 0; i < count; i++) {
          double dot = 0;
          double distance = 0;
          for (int d = 0; d < dimension; d++) {
            dot += (double) query[d] * plain[i + 1][d];
            distance += Math.pow((double) query[d] - plain[i + 1][d], 2);
          }
          Offset<Double> close = Offset.offset(1e-6 * dimension);
          assertThat((double) dots[i]).as(kernels.name()).isCloseTo(dot, close);
          assertThat((double) distances[i]).as(kernels.name()).isCloseTo(distance, close);
        }
        assertThat(dots[count]).isEqualTo(42);
        assertThat(distances[count]).isEqualTo(42);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void equalRowsHaveEqualScoresWhereverTheyLie(int dimension) {
    Random random = new Random(dimension);
    float[] query = values(random, dimension);
    float[] row = values(random, dimension);
    int count = 13;
    MemorySegment rows = MemorySegment.ofArray(new float[count * dimension]);
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_FLOAT, (long) i * dimension * 4, dimension);
    }
    for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
      float[] scores = new float[count];
      kernels.dot(query, rows, 0, count, scores);
      for (float score : scores) {
        assertThat(score).as(kernels.name()).isEqualTo(scores[0]);
      }
      kernels.squaredDistance(query, rows, 0, count, scores);
      for (float score : scores) {
        assertThat(score).as(kernels.name()).isEqualTo(scores[0]);
      }
    }
  }

  @Test
  void theVectorModuleIsTouchedOnlyWhereItIsSwitchedOn() throws Exception {
    String with = child("--add-modules=jdk.incubator.vector");
    assertThat(with).contains("kernels: simd");
    String without = child("-Dkernels=default");
    assertThat(without)
        .contains("kernels: scalar")
        .doesNotContain("jdk.incubator.vector.FloatVector");
    assertThat(without).doesNotContain(SimdKernels.class.getName() + " source");
  }

  private static String child(String option) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(option);
    command.add("-Xlog:class+load=info");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Probe.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /// Runs in a JVM of its own and says what was chosen.
  public static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      System.out.println("kernels: " + Kernels.fastest().name());
    }
  }

  private static float[] values(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
