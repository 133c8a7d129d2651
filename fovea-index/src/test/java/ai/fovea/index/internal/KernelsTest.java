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

  @ParameterizedTest
  @MethodSource("dimensions")
  void rowsAnywhereScoreAsRowsInOrder(int dimension) {
    Random random = new Random(dimension);
    float[] query = values(random, dimension);
    long bytes = (long) dimension * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] segments = {arena.allocate(5 * bytes, 64), arena.allocate(4 * bytes, 64)};
      for (MemorySegment segment : segments) {
        for (int i = 0; i < segment.byteSize() / 4; i++) {
          segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
      }
      long[] refs = {
        Refs.of(1, 3 * bytes),
        Refs.of(0, 0),
        Refs.of(1, 0),
        Refs.of(0, 4 * bytes),
        Refs.of(0, bytes),
        0,
        0,
        0
      };
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        float[] expected = new float[9];
        float[] second = new float[4];
        float[] actual = new float[8];
        kernels.dot(query, segments[0], 0, 5, expected);
        kernels.dot(query, segments[1], 0, 4, second);
        kernels.dotRows(query, segments, refs.clone(), 5, actual);
        assertThat(actual)
            .as(kernels.name())
            .startsWith(second[3], expected[0], second[0], expected[4], expected[1]);
        kernels.squaredDistance(query, segments[0], 0, 5, expected);
        kernels.squaredDistance(query, segments[1], 0, 4, second);
        kernels.squaredDistanceRows(query, segments, refs.clone(), 5, actual);
        assertThat(actual)
            .as(kernels.name())
            .startsWith(second[3], expected[0], second[0], expected[4], expected[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void bytesScoreAsTheNumbersTheyAre(int dimension) {
    Random random = new Random(dimension);
    int padded = (dimension + 15) / 16 * 16;
    float[] query = new float[padded];
    System.arraycopy(values(random, dimension), 0, query, 0, dimension);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] segments = {bytes(arena, random, 23L * padded)};
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        for (int count : new int[] {0, 1, 2, 3, 4, 17, 23}) {
          long[] refs = new long[count + 3];
          float[] out = new float[count + 3];
          for (int i = 0; i < count; i++) {
            refs[i] = Refs.of(0, (long) (count - 1 - i) * padded);
          }
          kernels.dotBytes(query, segments, refs, count, out);
          for (int i = 0; i < count; i++) {
            double dot = 0;
            for (int d = 0; d < dimension; d++) {
              dot +=
                  query[d] * segments[0].get(ValueLayout.JAVA_BYTE, (count - 1L - i) * padded + d);
            }
            assertThat((double) out[i])
                .as("%s, row %d of %d", kernels.name(), i, count)
                .isCloseTo(dot, Offset.offset(1e-4 * dimension));
          }
        }
      }
    }
  }

  /// Sixteen more than asked for, as kernels may read a little past the end.
  private static MemorySegment bytes(Arena arena, Random random, long count) {
    MemorySegment bytes = arena.allocate(count + 16, 64);
    for (long i = 0; i < bytes.byteSize(); i++) {
      bytes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(256));
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void bytesOneAfterAnotherScoreAsAnywhere(int dimension) {
    Random random = new Random(dimension);
    int padded = (dimension + 15) / 16 * 16;
    float[] query = values(random, padded);
    float[] other = values(random, padded);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = bytes(arena, random, 131L * padded);
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        for (int count : new int[] {0, 1, 2, 3, 4, 5, 63, 64, 65, 130}) {
          long[] refs = new long[count + 3];
          for (int i = 0; i < count; i++) {
            refs[i] = Refs.of(0, (1L + i) * padded);
          }
          float[] expected = new float[count + 3];
          float[] expectedOther = new float[count + 3];
          kernels.dotBytes(query, new MemorySegment[] {rows}, refs.clone(), count, expected);
          kernels.dotBytes(other, new MemorySegment[] {rows}, refs.clone(), count, expectedOther);
          float[] out = new float[count + 5];
          kernels.dotBytes(query, rows, padded, count, out, 2);
          float[] first = new float[count + 5];
          float[] second = new float[count + 5];
          kernels.dotBytesTwice(query, other, rows, padded, count, first, second, 2);
          for (int i = 0; i < count; i++) {
            assertThat(out[2 + i]).as(kernels.name()).isEqualTo(expected[i]);
            assertThat(first[2 + i]).as(kernels.name()).isEqualTo(expected[i]);
            assertThat(second[2 + i]).as(kernels.name()).isEqualTo(expectedOther[i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void bytesScoreAtAddressesAsInSegments(int dimension) {
    MemorySegment everything = NativeMemory.everything().orElseThrow();
    MemorySegment[] segments = {everything};
    Random random = new Random(dimension);
    int padded = (dimension + 15) / 16 * 16;
    float[] query = values(random, padded);
    float[] other = values(random, padded);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = bytes(arena, random, 200L * padded);
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        for (int count : new int[] {1, 2, 3, 4, 5, 63, 64, 65, 66, 129, 199}) {
          float[] expected = new float[count + 3];
          float[] expectedOther = new float[count + 3];
          kernels.dotBytes(query, rows, padded, count, expected, 0);
          kernels.dotBytes(other, rows, padded, count, expectedOther, 0);
          long from = rows.address() + padded;
          float[] out = new float[count + 3];
          kernels.dotBytes(query, everything, from, count, out, 0);
          float[] first = new float[count + 3];
          float[] second = new float[count + 3];
          kernels.dotBytesTwice(query, other, everything, from, count, first, second, 0);
          long[] refs = new long[count + 3];
          for (int i = 0; i < count; i++) {
            refs[i] = from + (long) (count - 1 - i) * padded;
          }
          float[] backwards = new float[count + 3];
          kernels.dotBytes(query, segments, refs, count, backwards);
          for (int i = 0; i < count; i++) {
            assertThat(out[i]).as(kernels.name()).isEqualTo(expected[i]);
            assertThat(first[i]).as(kernels.name()).isEqualTo(expected[i]);
            assertThat(second[i]).as(kernels.name()).isEqualTo(expectedOther[i]);
            assertThat(backwards[count - 1 - i]).as(kernels.name()).isEqualTo(expected[i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void streamsScoreAsRowsInOrder(int dimension) {
    Random random = new Random(dimension);
    float[] query = values(random, dimension);
    int apart = 7;
    MemorySegment rows = MemorySegment.ofArray(values(random, (1 + 4 * apart) * dimension));
    for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
      float[] dots = new float[4 * apart];
      float[] distances = new float[4 * apart];
      kernels.dot(query, rows, 1, 4 * apart, dots);
      kernels.squaredDistance(query, rows, 1, 4 * apart, distances);
      int count = 5;
      float[] out = new float[4 * count];
      for (int first = 0; first <= apart - count; first++) {
        kernels.dotStreams(query, rows, 1 + first, apart, count, out);
        for (int i = 0; i < 4 * count; i++) {
          assertThat(out[i])
              .as(kernels.name())
              .isEqualTo(dots[first + i / count * apart + i % count]);
        }
        kernels.squaredDistanceStreams(query, rows, 1 + first, apart, count, out);
        for (int i = 0; i < 4 * count; i++) {
          assertThat(out[i])
              .as(kernels.name())
              .isEqualTo(distances[first + i / count * apart + i % count]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dimensions")
  void packedQueriesScoreAsSingleOnesButForRounding(int dimension) {
    Random random = new Random(dimension);
    try (Arena arena = Arena.ofConfined()) {
      int count = 11;
      MemorySegment rows = arena.allocate((count + 1L) * dimension * Float.BYTES, 4);
      for (int i = 0; i < rows.byteSize() / 4; i++) {
        rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
      }
      for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
        int width = kernels.width();
        float[][] queries = new float[width - 1][];
        for (int q = 0; q < queries.length; q++) {
          queries[q] = values(random, dimension);
        }
        float[] packed = new float[dimension * width];
        kernels.pack(queries, 0, queries.length, packed);
        float[] dots = new float[count * width];
        float[] distances = new float[count * width];
        kernels.dotPacked(packed, dimension, rows, 1, count, dots);
        kernels.squaredDistancePacked(packed, dimension, rows, 1, count, distances);
        float[] one = new float[count];
        for (int q = 0; q < queries.length; q++) {
          kernels.dot(queries[q], rows, 1, count, one);
          for (int i = 0; i < count; i++) {
            assertThat(dots[i * width + q]).isCloseTo(one[i], Offset.offset(1e-6f * dimension));
          }
          kernels.squaredDistance(queries[q], rows, 1, count, one);
          for (int i = 0; i < count; i++) {
            assertThat(distances[i * width + q])
                .isCloseTo(one[i], Offset.offset(1e-6f * dimension));
          }
        }
      }
    }
  }

  @Test
  void boundsAreComparedLaneByLane() {
    Random random = new Random(3);
    for (Kernels kernels : List.of(new ScalarKernels(), new SimdKernels())) {
      int width = kernels.width();
      float[] values = values(random, width + 5);
      float[] bounds = values(random, width);
      values[5] = bounds[0];
      bounds[1] = Float.NEGATIVE_INFINITY;
      bounds[2] = Float.POSITIVE_INFINITY;
      long atLeast = kernels.atLeast(values, 5, bounds);
      long atMost = kernels.atMost(values, 5, bounds);
      for (int j = 0; j < width; j++) {
        assertThat((atLeast >> j & 1) == 1).isEqualTo(values[5 + j] >= bounds[j]);
        assertThat((atMost >> j & 1) == 1).isEqualTo(values[5 + j] <= bounds[j]);
      }
      assertThat(atLeast >>> width | atMost >>> width).isZero();
    }
  }
}
