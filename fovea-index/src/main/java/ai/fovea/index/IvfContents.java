package ai.fovea.index;

import ai.fovea.index.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What an [IvfIndex] consists of; floats are in the machine's byte order.
///
/// @param middles `[L,D]`, the centroids; empty before training
/// @param trainedOn how many vectors there were when they were trained
/// @param ids of the vectors in each list; one list before training
/// @param vectors `[N,D]` for each list
public record IvfContents(
    MemorySegment middles, int trainedOn, List<long[]> ids, List<MemorySegment> vectors) {

  /// Returns the number of centroids.
  int centroids() {
    return middles.byteSize() == 0 ? 0 : ids.size();
  }

  /// Checks sizes and every value.
  void check(int dimension) {
    long row = (long) dimension * Float.BYTES;
    boolean trained = middles.byteSize() > 0;
    if (vectors.size() != ids.size()
        || ids.isEmpty()
        || trainedOn < 0
        || (trained ? middles.byteSize() != ids.size() * row : ids.size() != 1)) {
      throw new IllegalArgumentException(
          "centroids in "
              + middles.byteSize()
              + " bytes, "
              + ids.size()
              + " lists of ids, "
              + vectors.size()
              + " lists of vectors: expected as many of each");
    }
    checkRows("centroids", middles, trained ? ids.size() : 0, dimension);
    for (int list = 0; list < ids.size(); list++) {
      checkRows("list " + list, vectors.get(list), ids.get(list).length, dimension);
    }
  }

  private static void checkRows(String what, MemorySegment rows, int count, int dimension) {
    if (rows.byteSize() != (long) count * dimension * Float.BYTES) {
      throw new IllegalArgumentException(
          what
              + ": "
              + rows.byteSize()
              + " bytes for "
              + count
              + " vectors of "
              + dimension
              + " values");
    }
    float[] vector = new float[dimension];
    for (int row = 0; row < count; row++) {
      long at = (long) row * dimension * Float.BYTES;
      MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT_UNALIGNED, at, vector, 0, dimension);
      int number = row;
      VectorCheck.problem(vector, dimension)
          .ifPresent(problem -> {
            throw new IllegalArgumentException(what + ", vector " + number + " " + problem);
          });
    }
  }

  /// Returns all ids, list by list.
  long[] allIds() {
    return ids.stream().flatMapToLong(Arrays::stream).toArray();
  }

  /// Returns a copy of all vectors, list by list.
  MemorySegment allVectors() {
    long bytes = vectors.stream().mapToLong(MemorySegment::byteSize).sum();
    MemorySegment all = NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
    long at = 0;
    for (MemorySegment list : vectors) {
      MemorySegment.copy(list, 0, all, at, list.byteSize());
      at += list.byteSize();
    }
    return all;
  }

  /// Returns a copy of some rows of a version, list by list.
  static IvfContents of(
      RowView view, int[][] lists, int dimension, MemorySegment middles, int trainedOn) {
    List<long[]> ids = new ArrayList<>();
    List<MemorySegment> vectors = new ArrayList<>();
    for (int[] rows : lists) {
      long bytes = (long) rows.length * dimension * Float.BYTES;
      MemorySegment copy =
          NativeMemory.allocate(Arena.ofAuto(), Math.max(1, bytes)).asSlice(0, bytes);
      for (int i = 0; i < rows.length; i++) {
        MemorySegment.copy(
            view.chunks.readFloats(rows[i]),
            0,
            copy,
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (long) i * dimension * Float.BYTES,
            dimension);
      }
      ids.add(Arrays.stream(rows).mapToLong(row -> view.ids[row]).toArray());
      vectors.add(copy);
    }
    return new IvfContents(middles, trainedOn, ids, vectors);
  }
}
