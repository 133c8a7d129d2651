package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The vector module's kernels: four rows at a time, one accumulator each, so that four cache misses are under way
/// together and each part of the query is loaded once for four rows.
///
/// Lanes are summed by hand in a fixed order: `reduceLanes` leaves the order open, and interpreted and compiled code
/// would give equal rows unequal scores.
///
/// The only class that names types of `jdk.incubator.vector`; loaded by [KernelChoice] where that module is there.
public final class SimdKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// False on machines whose vectors hold fewer than four floats.
  static boolean worthwhile() {
    return SPECIES.length() >= 4;
  }

  @Override
  public String name() {
    return "simd " + SPECIES.length() + " x float";
  }

  @Override
  public void dot(float[] query, MemorySegment rows, long first, int count, float[] out) {
    int dimension = query.length;
    int bound = SPECIES.loopBound(dimension);
    long stride = (long) dimension * Float.BYTES;
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    int i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * stride) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int d = 0; d < bound; d += SPECIES.length()) {
        FloatVector q = FloatVector.fromArray(SPECIES, query, d);
        long o = at + (long) d * Float.BYTES;
        s0 = q.fma(row(rows, o), s0);
        s1 = q.fma(row(rows, o + stride), s1);
        s2 = q.fma(row(rows, o + 2 * stride), s2);
        s3 = q.fma(row(rows, o + 3 * stride), s3);
      }
      out[i] = sum(s0, lanes) + dotTail(query, rows, at, bound);
      out[i + 1] = sum(s1, lanes) + dotTail(query, rows, at + stride, bound);
      out[i + 2] = sum(s2, lanes) + dotTail(query, rows, at + 2 * stride, bound);
      out[i + 3] = sum(s3, lanes) + dotTail(query, rows, at + 3 * stride, bound);
    }
    for (; i < count; i++, at += stride) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (int d = 0; d < bound; d += SPECIES.length()) {
        s = FloatVector.fromArray(SPECIES, query, d).fma(row(rows, at + (long) d * Float.BYTES), s);
      }
      out[i] = sum(s, lanes) + dotTail(query, rows, at, bound);
    }
  }

  @Override
  public void squaredDistance(
      float[] query, MemorySegment rows, long first, int count, float[] out) {
    int dimension = query.length;
    int bound = SPECIES.loopBound(dimension);
    long stride = (long) dimension * Float.BYTES;
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    int i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * stride) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int d = 0; d < bound; d += SPECIES.length()) {
        FloatVector q = FloatVector.fromArray(SPECIES, query, d);
        long o = at + (long) d * Float.BYTES;
        FloatVector e0 = q.sub(row(rows, o));
        FloatVector e1 = q.sub(row(rows, o + stride));
        FloatVector e2 = q.sub(row(rows, o + 2 * stride));
        FloatVector e3 = q.sub(row(rows, o + 3 * stride));
        s0 = e0.fma(e0, s0);
        s1 = e1.fma(e1, s1);
        s2 = e2.fma(e2, s2);
        s3 = e3.fma(e3, s3);
      }
      out[i] = sum(s0, lanes) + distanceTail(query, rows, at, bound);
      out[i + 1] = sum(s1, lanes) + distanceTail(query, rows, at + stride, bound);
      out[i + 2] = sum(s2, lanes) + distanceTail(query, rows, at + 2 * stride, bound);
      out[i + 3] = sum(s3, lanes) + distanceTail(query, rows, at + 3 * stride, bound);
    }
    for (; i < count; i++, at += stride) {
      FloatVector s = FloatVector.zero(SPECIES);
      for (int d = 0; d < bound; d += SPECIES.length()) {
        FloatVector e =
            FloatVector.fromArray(SPECIES, query, d).sub(row(rows, at + (long) d * Float.BYTES));
        s = e.fma(e, s);
      }
      out[i] = sum(s, lanes) + distanceTail(query, rows, at, bound);
    }
  }

  private static FloatVector row(MemorySegment rows, long offset) {
    return FloatVector.fromMemorySegment(SPECIES, rows, offset, ORDER);
  }

  private static float sum(FloatVector vector, float[] lanes) {
    vector.intoArray(lanes, 0);
    for (int width = lanes.length / 2; width > 0; width /= 2) {
      for (int j = 0; j < width; j++) {
        lanes[j] += lanes[j + width];
      }
    }
    return lanes[0];
  }

  private static float dotTail(float[] query, MemorySegment rows, long at, int from) {
    float s = 0;
    for (int d = from; d < query.length; d++) {
      s += query[d] * rows.get(FLOAT, at + (long) d * Float.BYTES);
    }
    return s;
  }

  private static float distanceTail(float[] query, MemorySegment rows, long at, int from) {
    float s = 0;
    for (int d = from; d < query.length; d++) {
      float e = query[d] - rows.get(FLOAT, at + (long) d * Float.BYTES);
      s += e * e;
    }
    return s;
  }
}
