package ai.fovea.index;

import ai.fovea.index.internal.Kernels;
import java.lang.ref.Reference;

/// The vectors themselves.
final class FloatCodes extends Codes {
  private final Metric metric;
  private final Kernels kernels;
  private final Chunks vectors;

  FloatCodes(Metric metric, Kernels kernels, Chunks vectors) {
    this.metric = metric;
    this.kernels = kernels;
    this.vectors = vectors;
  }

  @Override
  Query query() {
    return new Query() {
      private float[] values = new float[0];
      private long[] refs = new long[64];

      @Override
      void set(float[] query) {
        values = query;
      }

      @Override
      void setRow(int row) {
        values = vectors.readFloats(row);
      }

      @Override
      void orderedScores(int[] rows, int count, float[] out) {
        refs = refs(vectors, rows, count, refs);
        try {
          switch (metric) {
            case INNER_PRODUCT -> kernels.dotRows(values, vectors.referred(), refs, count, out);
            case L2 -> {
              kernels.squaredDistanceRows(values, vectors.referred(), refs, count, out);
              for (int i = 0; i < count; i++) {
                out[i] = -out[i];
              }
            }
          }
        } finally {
          Reference.reachabilityFence(vectors);
        }
      }
    };
  }

  /// Returns whether two rows hold the same vector.
  boolean same(int row, int other) {
    return vectors.same(row, other);
  }

  @Override
  void put(int row, float[] vector) {}

  @Override
  long bytes(int rows) {
    return 0;
  }

  @Override
  void write(int[] rows, IndexOutput out) {}

  @Override
  int rescored(int k) {
    return k;
  }
}
