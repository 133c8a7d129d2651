package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Plain Java, for every platform. Four partial sums, so that one addition need not wait for the
/// last.
public final class ScalarKernels implements Kernels {
  private static final int WIDTH = 8;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void dot(float[] query, MemorySegment rows, long first, int count, float[] out) {
    int dimension = query.length;
    int bound = dimension & ~3;
    for (int i = 0; i < count; i++) {
      long at = (first + i) * dimension * Float.BYTES;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int d = 0;
      for (; d < bound; d += 4) {
        long o = at + (long) d * Float.BYTES;
        s0 += query[d] * rows.get(FLOAT, o);
        s1 += query[d + 1] * rows.get(FLOAT, o + 4);
        s2 += query[d + 2] * rows.get(FLOAT, o + 8);
        s3 += query[d + 3] * rows.get(FLOAT, o + 12);
      }
      for (; d < dimension; d++) {
        s0 += query[d] * rows.get(FLOAT, at + (long) d * Float.BYTES);
      }
      out[i] = (s0 + s1) + (s2 + s3);
    }
  }

  @Override
  public void squaredDistance(
      float[] query, MemorySegment rows, long first, int count, float[] out) {
    int dimension = query.length;
    int bound = dimension & ~3;
    for (int i = 0; i < count; i++) {
      long at = (first + i) * dimension * Float.BYTES;
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      int d = 0;
      for (; d < bound; d += 4) {
        long o = at + (long) d * Float.BYTES;
        float e0 = query[d] - rows.get(FLOAT, o);
        float e1 = query[d + 1] - rows.get(FLOAT, o + 4);
        float e2 = query[d + 2] - rows.get(FLOAT, o + 8);
        float e3 = query[d + 3] - rows.get(FLOAT, o + 12);
        s0 += e0 * e0;
        s1 += e1 * e1;
        s2 += e2 * e2;
        s3 += e3 * e3;
      }
      for (; d < dimension; d++) {
        float e = query[d] - rows.get(FLOAT, at + (long) d * Float.BYTES);
        s0 += e * e;
      }
      out[i] = (s0 + s1) + (s2 + s3);
    }
  }

  @Override
  public void dotRows(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      dot(query, row(query, segments, refs[i]), 0, 1, one);
      out[i] = one[0];
    }
  }

  @Override
  public void squaredDistanceRows(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      squaredDistance(query, row(query, segments, refs[i]), 0, 1, one);
      out[i] = one[0];
    }
  }

  @Override
  public void dotBytes(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      dotBytes(query, segments[Refs.segment(refs[i])], Refs.offset(refs[i]), 1, out, i);
    }
  }

  @Override
  public void dotBytes(
      float[] query, MemorySegment rows, long from, int count, float[] out, int to) {
    long at = from;
    for (int i = 0; i < count; i++, at += query.length) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int d = 0; d < query.length; d += 4) {
        s0 += query[d] * rows.get(ValueLayout.JAVA_BYTE, at + d);
        s1 += query[d + 1] * rows.get(ValueLayout.JAVA_BYTE, at + d + 1);
        s2 += query[d + 2] * rows.get(ValueLayout.JAVA_BYTE, at + d + 2);
        s3 += query[d + 3] * rows.get(ValueLayout.JAVA_BYTE, at + d + 3);
      }
      out[to + i] = (s0 + s1) + (s2 + s3);
    }
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public void dotPacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      long at = (first + i) * dimension * Float.BYTES;
      Arrays.fill(out, i * WIDTH, (i + 1) * WIDTH, 0);
      for (int d = 0; d < dimension; d++) {
        float value = rows.get(FLOAT, at + (long) d * Float.BYTES);
        for (int j = 0; j < WIDTH; j++) {
          out[i * WIDTH + j] += packed[d * WIDTH + j] * value;
        }
      }
    }
  }

  @Override
  public void squaredDistancePacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out) {
    for (int i = 0; i < count; i++) {
      long at = (first + i) * dimension * Float.BYTES;
      Arrays.fill(out, i * WIDTH, (i + 1) * WIDTH, 0);
      for (int d = 0; d < dimension; d++) {
        float value = rows.get(FLOAT, at + (long) d * Float.BYTES);
        for (int j = 0; j < WIDTH; j++) {
          float e = packed[d * WIDTH + j] - value;
          out[i * WIDTH + j] += e * e;
        }
      }
    }
  }

  @Override
  public long atLeast(float[] values, int at, float[] bounds) {
    long found = 0;
    for (int j = 0; j < WIDTH; j++) {
      found |= values[at + j] >= bounds[j] ? 1L << j : 0;
    }
    return found;
  }

  @Override
  public long atMost(float[] values, int at, float[] bounds) {
    long found = 0;
    for (int j = 0; j < WIDTH; j++) {
      found |= values[at + j] <= bounds[j] ? 1L << j : 0;
    }
    return found;
  }

  private static MemorySegment row(float[] query, MemorySegment[] segments, long ref) {
    return segments[Refs.segment(ref)].asSlice(Refs.offset(ref), (long) query.length * Float.BYTES);
  }
}
