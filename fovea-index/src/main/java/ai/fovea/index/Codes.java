package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.io.IOException;
import java.util.Arrays;

/// What is compared first: for each row something that tells roughly, or exactly, how well it
/// matches a query.
///
/// Rows may be written while others are read.
abstract sealed class Codes permits StoredCodes, FloatCodes {

  /// A query, made ready for comparing. Made once for a thread and used again and again.
  abstract static class Query {
    /// Returns where each of `rows` starts, in `refs` or a larger array, with room as kernels want
    /// it.
    static long[] refs(Chunks chunks, int[] rows, int count, long[] refs) {
      long[] to = refs.length >= count + 3 ? refs : new long[2 * count + 3];
      chunks.refs(rows, count, to);
      return to;
    }

    /// Sets another query, `[D]`.
    abstract void set(float[] query);

    /// Sets what is stored in a row as the query.
    abstract void setRow(int row);

    /// Within how much codes can't tell which of two rows matches better: where `row` and one like
    /// it do.
    float margin(int row) {
      return 0;
    }

    /// The ordered scores of `rows[0..count)` as far as codes tell: greater is better; inner
    /// products, or negated squared distances.
    abstract void orderedScores(int[] rows, int count, float[] out);

    /// As [#ordered scores(int[], int, float[])], but for a row whose ordered score is less than
    /// `floor` any other that is less, too, may come.
    void orderedScores(int[] rows, int count, float floor, float[] out) {
      orderedScores(rows, count, out);
    }

    /// As [#ordered scores(int, int, float[])], but for a row whose ordered score is less than
    /// `floor` any other that is less, too, may come.
    void orderedScores(int first, int count, float floor, float[] out) {
      orderedScores(first, count, out);
    }

    /// As [#ordered scores(int, int, float, float[])], and for another query of the same codes at
    /// once.
    void orderedScores(
        Query other,
        int first,
        int count,
        float floor,
        float otherFloor,
        float[] out,
        float[] otherOut) {
      orderedScores(first, count, floor, out);
      other.orderedScores(first, count, otherFloor, otherOut);
    }

    /// The same for the `count` rows from `first` on; in `out` there is room for three more.
    void orderedScores(int first, int count, float[] out) {
      int[] rows = new int[count];
      Arrays.setAll(rows, i -> first + i);
      orderedScores(rows, count, out);
    }
  }

  /// For another thread.
  abstract Query query();

  /// Stores a vector's code.
  abstract void put(int row, float[] vector);

  /// To be called once rows of a version were put: whether there are so many more by now that it is
  /// worth learning from them once more how rows are best told apart.
  void learn(RowView view) {}

  /// Returns how many bytes the codes of some rows take in a file.
  abstract long bytes(int rows);

  /// Writes the codes of `rows`.
  abstract void write(int[] rows, IndexOutput out) throws IOException;

  /// Returns how many rows of the first pass to compare again for `k` results.
  abstract int rescored(int k);

  /// Codes of all rows of a version.
  static Codes ofAll(
      Quantization quantization, Metric metric, Kernels kernels, RowView view, int dimension) {
    Codes codes = of(quantization, metric, kernels, view, dimension);
    for (int row = 0; row < view.rows; row++) {
      codes.put(row, view.chunks.readFloats(row));
    }
    codes.learn(view);
    return codes;
  }

  /// Codes of a kind, with none put yet.
  private static Codes of(
      Quantization quantization, Metric metric, Kernels kernels, RowView view, int dimension) {
    return switch (quantization) {
      case NONE -> new FloatCodes(metric, kernels, view.chunks);
      case INT8 -> new ByteCodes(metric, kernels, centre(view, dimension));
      case BIT -> new BitCodes(metric, centre(view, dimension), view.chunks);
    };
  }

  /// Codes that [#write] wrote, at `at` of a file.
  static Codes of(
      Quantization quantization,
      Metric metric,
      Kernels kernels,
      RowView view,
      IndexFile.Contents file,
      long at) {
    return switch (quantization) {
      case NONE -> new FloatCodes(metric, kernels, view.chunks);
      case INT8 -> new ByteCodes(metric, kernels, file.dimension(), file.bytes(), at, file.rows());
      case BIT ->
          new BitCodes(metric, file.dimension(), view.chunks, file.bytes(), at, file.rows());
    };
  }

  /// Returns the mean of some rows of an index, which codes are made relative to: what all vectors
  /// have in common tells nothing.
  static float[] centre(RowView view, int dimension) {
    double[] sum = new double[dimension];
    int count = 0;
    for (int row = 0; row < view.rows; row++) {
      if (view.alive(row)) {
        float[] vector = view.chunks.readFloats(row);
        for (int d = 0; d < dimension; d++) {
          sum[d] += vector[d];
        }
        count++;
      }
    }
    float[] centre = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      centre[d] = count == 0 ? 0 : (float) (sum[d] / count);
    }
    return centre;
  }
}
