package ai.fovea.bench;

import ai.fovea.index.FlatIndex;
import ai.fovea.index.Metric;
import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// How near an exact search comes to what the memory can do: a query against all rows, beside a loop that does nothing but
/// read as many bytes, in turn.
final class ScanBench {
  static final String USAGE = "scan [--rows N] [--dim D] [--rounds R]";
  private static final int WARM_UP = 5;
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private ScanBench() {}

  static void run(List<String> line, Consumer<Result> sink) {
    Arguments arguments = Arguments.of(line, "rows", "dim", "rounds");
    int rows = arguments.integer("rows", 1_000_000);
    int dimension = arguments.integer("dim", 128);
    int rounds = arguments.integer("rounds", 9);
    if (rows % 16 != 0) {
      throw new IllegalArgumentException("--rows " + rows + ": a multiple of 16 is needed");
    }
    long bytes = (long) rows * dimension * Float.BYTES;
    SplittableRandom random = new SplittableRandom(1);
    float[] query = values(random, dimension);
    double[] search = new double[rounds];
    double[] read = new double[rounds];
    float total = 0;
    try (FlatIndex index = new FlatIndex(dimension, Metric.INNER_PRODUCT)) {
      for (int from = 0; from < rows; from += 10_000) {
        int to = Math.min(rows, from + 10_000);
        index.addAll(
            LongStream.range(from, to).toArray(),
            IntStream.range(from, to)
                .mapToObj(i -> values(random, dimension))
                .toArray(float[][]::new));
      }
      // On huge pages as the index is.
      MemorySegment plain = NativeMemory.allocate(Arena.ofAuto(), bytes);
      plain.fill((byte) 1);
      for (int round = -WARM_UP; round < rounds; round++) {
        long start = System.nanoTime();
        index.search(query, 10);
        double searching = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        total += sum(plain);
        double reading = (System.nanoTime() - start) / 1e9;
        if (round >= 0) {
          search[round] = bytes / 1e9 / searching;
          read[round] = bytes / 1e9 / reading;
        }
      }
    }
    if (Float.isNaN(total)) {
      // So that the sums are wanted.
      throw new IllegalStateException("the sum of ones is not a number");
    }
    var settings = Map.of("rows", rows, "dim", dimension);
    double found = Result.median(search);
    double possible = Result.median(read);
    sink.accept(new Result("scan", "search", found, "GB/s", 1, settings));
    sink.accept(new Result("scan", "read loop", possible, "GB/s", 1, settings));
    sink.accept(new Result("scan", "share", found / possible, "fraction", 1, settings));
  }

  /// Reads everything, by whole vectors in four sums: what the memory can give to one thread.
  private static float sum(MemorySegment bytes) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int step = SPECIES.vectorByteSize();
    long size = bytes.byteSize();
    for (long at = 0; at < size; at += 4L * step) {
      a = a.add(FloatVector.fromMemorySegment(SPECIES, bytes, at, ORDER));
      b = b.add(FloatVector.fromMemorySegment(SPECIES, bytes, at + step, ORDER));
      c = c.add(FloatVector.fromMemorySegment(SPECIES, bytes, at + 2L * step, ORDER));
      d = d.add(FloatVector.fromMemorySegment(SPECIES, bytes, at + 3L * step, ORDER));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static float[] values(SplittableRandom random, int dimension) {
    float[] values = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      values[d] = (float) random.nextDouble() - 0.5f;
    }
    return values;
  }
}
