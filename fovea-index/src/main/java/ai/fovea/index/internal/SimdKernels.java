package ai.fovea.index.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The vector module's kernels.
///
/// Lanes are summed by hand in a fixed order: `reduceLanes` leaves the order open, and interpreted
/// and compiled code would give equal rows unequal scores.
///
/// Long because loops over vectors of lanes can't be shared: what is passed to them as a function
/// is no longer compiled to instructions, so inner products and distances are written out beside
/// each other.
///
/// The only class that names types of `jdk.incubator.vector`; loaded by [KernelChoice] where that
/// module is there.
public final class SimdKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final MemorySegment EVERYTHING = HugePages.EVERYTHING;
  private static final int TOUCHED = 64;
  private static final int CACHE_LINE = 64;
  private static final int QUARTER = SPECIES.length() / 4;
  private static final VectorMask<Float> UPPER_HALF = lanesWith(2 * QUARTER);
  private static final VectorMask<Float> ODD_QUARTERS = lanesWith(QUARTER);
  private static final VectorShuffle<Float> BY_HALF = exchange(2 * QUARTER);
  private static final VectorShuffle<Float> BY_QUARTER = exchange(QUARTER);
  private static final VectorShuffle<Float> BY_TWO = exchange(2);
  private static final VectorShuffle<Float> BY_ONE = exchange(1);
  // As many bytes as there are floats in a vector: 4 on a machine of 128 bits, for which there is
  // no such species.
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, SPECIES.length() * Byte.SIZE)));
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// False on machines whose vectors hold fewer than four floats, or more than sixteen, for which
  /// [#fold] is not laid out.
  static boolean worthwhile() {
    return SPECIES.length() >= 4 && SPECIES.length() <= 16;
  }

  private static VectorMask<Float> lanesWith(int bit) {
    long lanes = 0;
    for (int lane = 0; lane < SPECIES.length(); lane++) {
      lanes |= (lane & bit) != 0 ? 1L << lane : 0;
    }
    return VectorMask.fromLong(SPECIES, lanes);
  }

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % SPECIES.length());
  }

  @Override
  public String name() {
    return "simd " + SPECIES.length() + " x float";
  }

  @Override
  public int width() {
    return 2 * SPECIES.length();
  }

  @Override
  public void dot(float[] query, MemorySegment rows, long first, int count, float[] out) {
    long stride = (long) query.length * Float.BYTES;
    int bound = SPECIES.loopBound(query.length);
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    int i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * stride) {
      dotFour(query, rows, at, at + stride, at + 2 * stride, at + 3 * stride, lanes, out, i);
    }
    if (i < count && count >= 4) {
      // Some of the last four once more: cheaper than fewer than four in another way.
      i = count - 4;
      at = (first + i) * stride;
      dotFour(query, rows, at, at + stride, at + 2 * stride, at + 3 * stride, lanes, out, i);
      return;
    }
    for (; i < count; i++, at += stride) {
      out[i] = sum(dotLanes(query, rows, at, bound), lanes) + dotTail(query, rows, at, bound);
    }
  }

  @Override
  public void squaredDistance(
      float[] query, MemorySegment rows, long first, int count, float[] out) {
    long stride = (long) query.length * Float.BYTES;
    int bound = SPECIES.loopBound(query.length);
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    int i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * stride) {
      distanceFour(query, rows, at, at + stride, at + 2 * stride, at + 3 * stride, lanes, out, i);
    }
    if (i < count && count >= 4) {
      // Some of the last four once more: cheaper than fewer than four in another way.
      i = count - 4;
      at = (first + i) * stride;
      distanceFour(query, rows, at, at + stride, at + 2 * stride, at + 3 * stride, lanes, out, i);
      return;
    }
    for (; i < count; i++, at += stride) {
      out[i] =
          sum(distanceLanes(query, rows, at, bound), lanes) + distanceTail(query, rows, at, bound);
    }
  }

  @Override
  public void dotStreams(
      float[] query, MemorySegment rows, long first, long apart, int count, float[] out) {
    long stride = (long) query.length * Float.BYTES;
    int bound = SPECIES.loopBound(query.length);
    long far = apart * stride;
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    for (int i = 0; i < count; i++, at += stride) {
      fold(
              dotLanes(query, rows, at, bound),
              dotLanes(query, rows, at + far, bound),
              dotLanes(query, rows, at + 2 * far, bound),
              dotLanes(query, rows, at + 3 * far, bound))
          .intoArray(lanes, 0);
      out[i] = lanes[0];
      out[count + i] = lanes[2 * QUARTER];
      out[2 * count + i] = lanes[QUARTER];
      out[3 * count + i] = lanes[3 * QUARTER];
      if (bound < query.length) {
        out[i] += dotTail(query, rows, at, bound);
        out[count + i] += dotTail(query, rows, at + far, bound);
        out[2 * count + i] += dotTail(query, rows, at + 2 * far, bound);
        out[3 * count + i] += dotTail(query, rows, at + 3 * far, bound);
      }
    }
  }

  @Override
  public void squaredDistanceStreams(
      float[] query, MemorySegment rows, long first, long apart, int count, float[] out) {
    long stride = (long) query.length * Float.BYTES;
    int bound = SPECIES.loopBound(query.length);
    long far = apart * stride;
    long at = first * stride;
    float[] lanes = new float[SPECIES.length()];
    for (int i = 0; i < count; i++, at += stride) {
      fold(
              distanceLanes(query, rows, at, bound),
              distanceLanes(query, rows, at + far, bound),
              distanceLanes(query, rows, at + 2 * far, bound),
              distanceLanes(query, rows, at + 3 * far, bound))
          .intoArray(lanes, 0);
      out[i] = lanes[0];
      out[count + i] = lanes[2 * QUARTER];
      out[2 * count + i] = lanes[QUARTER];
      out[3 * count + i] = lanes[3 * QUARTER];
      if (bound < query.length) {
        out[i] += distanceTail(query, rows, at, bound);
        out[count + i] += distanceTail(query, rows, at + far, bound);
        out[2 * count + i] += distanceTail(query, rows, at + 2 * far, bound);
        out[3 * count + i] += distanceTail(query, rows, at + 3 * far, bound);
      }
    }
  }

  @Override
  public void dotRows(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    float[] lanes = new float[SPECIES.length()];
    if (segments.length == 1) {
      pad(refs, count);
      for (int i = 0; i < count; i += 4) {
        dotFour(query, segments[0], refs[i], refs[i + 1], refs[i + 2], refs[i + 3], lanes, out, i);
      }
      return;
    }
    int bound = SPECIES.loopBound(query.length);
    for (int i = 0; i < count; i++) {
      MemorySegment rows = segments[Refs.segment(refs[i])];
      long at = Refs.offset(refs[i]);
      out[i] = sum(dotLanes(query, rows, at, bound), lanes) + dotTail(query, rows, at, bound);
    }
  }

  @Override
  public void squaredDistanceRows(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    float[] lanes = new float[SPECIES.length()];
    if (segments.length == 1) {
      pad(refs, count);
      for (int i = 0; i < count; i += 4) {
        distanceFour(
            query, segments[0], refs[i], refs[i + 1], refs[i + 2], refs[i + 3], lanes, out, i);
      }
      return;
    }
    int bound = SPECIES.loopBound(query.length);
    for (int i = 0; i < count; i++) {
      MemorySegment rows = segments[Refs.segment(refs[i])];
      long at = Refs.offset(refs[i]);
      out[i] =
          sum(distanceLanes(query, rows, at, bound), lanes) + distanceTail(query, rows, at, bound);
    }
  }

  /// Four rows at a time, each in two sums as in [#dotLanes]; into `out` from `to` on.
  private static void dotFour(
      float[] query,
      MemorySegment rows,
      long o0,
      long o1,
      long o2,
      long o3,
      float[] lanes,
      float[] out,
      int to) {
    int bound = SPECIES.loopBound(query.length);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector t0 = s0;
    FloatVector t1 = s0;
    FloatVector t2 = s0;
    FloatVector t3 = s0;
    int d = 0;
    for (; d + SPECIES.length() < bound; d += 2 * SPECIES.length()) {
      FloatVector p = FloatVector.fromArray(SPECIES, query, d);
      FloatVector q = FloatVector.fromArray(SPECIES, query, d + SPECIES.length());
      long o = (long) d * Float.BYTES;
      long n = o + (long) SPECIES.length() * Float.BYTES;
      s0 = p.fma(row(rows, o0 + o), s0);
      t0 = q.fma(row(rows, o0 + n), t0);
      s1 = p.fma(row(rows, o1 + o), s1);
      t1 = q.fma(row(rows, o1 + n), t1);
      s2 = p.fma(row(rows, o2 + o), s2);
      t2 = q.fma(row(rows, o2 + n), t2);
      s3 = p.fma(row(rows, o3 + o), s3);
      t3 = q.fma(row(rows, o3 + n), t3);
    }
    if (d < bound) {
      FloatVector p = FloatVector.fromArray(SPECIES, query, d);
      long o = (long) d * Float.BYTES;
      s0 = p.fma(row(rows, o0 + o), s0);
      s1 = p.fma(row(rows, o1 + o), s1);
      s2 = p.fma(row(rows, o2 + o), s2);
      s3 = p.fma(row(rows, o3 + o), s3);
    }
    unfold(fold(s0.add(t0), s1.add(t1), s2.add(t2), s3.add(t3)), lanes, out, to);
    if (bound < query.length) {
      out[to] += dotTail(query, rows, o0, bound);
      out[to + 1] += dotTail(query, rows, o1, bound);
      out[to + 2] += dotTail(query, rows, o2, bound);
      out[to + 3] += dotTail(query, rows, o3, bound);
    }
  }

  private static void distanceFour(
      float[] query,
      MemorySegment rows,
      long o0,
      long o1,
      long o2,
      long o3,
      float[] lanes,
      float[] out,
      int to) {
    int bound = SPECIES.loopBound(query.length);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector t0 = s0;
    FloatVector t1 = s0;
    FloatVector t2 = s0;
    FloatVector t3 = s0;
    int d = 0;
    for (; d + SPECIES.length() < bound; d += 2 * SPECIES.length()) {
      FloatVector p = FloatVector.fromArray(SPECIES, query, d);
      FloatVector q = FloatVector.fromArray(SPECIES, query, d + SPECIES.length());
      long o = (long) d * Float.BYTES;
      long n = o + (long) SPECIES.length() * Float.BYTES;
      FloatVector e = p.sub(row(rows, o0 + o));
      FloatVector f = q.sub(row(rows, o0 + n));
      s0 = e.fma(e, s0);
      t0 = f.fma(f, t0);
      e = p.sub(row(rows, o1 + o));
      f = q.sub(row(rows, o1 + n));
      s1 = e.fma(e, s1);
      t1 = f.fma(f, t1);
      e = p.sub(row(rows, o2 + o));
      f = q.sub(row(rows, o2 + n));
      s2 = e.fma(e, s2);
      t2 = f.fma(f, t2);
      e = p.sub(row(rows, o3 + o));
      f = q.sub(row(rows, o3 + n));
      s3 = e.fma(e, s3);
      t3 = f.fma(f, t3);
    }
    if (d < bound) {
      FloatVector p = FloatVector.fromArray(SPECIES, query, d);
      long o = (long) d * Float.BYTES;
      FloatVector e = p.sub(row(rows, o0 + o));
      s0 = e.fma(e, s0);
      e = p.sub(row(rows, o1 + o));
      s1 = e.fma(e, s1);
      e = p.sub(row(rows, o2 + o));
      s2 = e.fma(e, s2);
      e = p.sub(row(rows, o3 + o));
      s3 = e.fma(e, s3);
    }
    unfold(fold(s0.add(t0), s1.add(t1), s2.add(t2), s3.add(t3)), lanes, out, to);
    if (bound < query.length) {
      out[to] += distanceTail(query, rows, o0, bound);
      out[to + 1] += distanceTail(query, rows, o1, bound);
      out[to + 2] += distanceTail(query, rows, o2, bound);
      out[to + 3] += distanceTail(query, rows, o3, bound);
    }
  }

  @Override
  public void dotPacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out) {
    long stride = (long) dimension * Float.BYTES;
    long at = first * stride;
    int i = 0;
    for (; i + 6 <= count; i += 6, at += 6 * stride) {
      dotTile(packed, dimension, rows, at, stride, out, i * width());
    }
    for (; i < count; i++, at += stride) {
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      for (int d = 0; d < dimension; d++) {
        FloatVector r = broadcast(rows, at + (long) d * Float.BYTES);
        a = FloatVector.fromArray(SPECIES, packed, d * width()).fma(r, a);
        b = FloatVector.fromArray(SPECIES, packed, d * width() + SPECIES.length()).fma(r, b);
      }
      a.intoArray(out, i * width());
      b.intoArray(out, i * width() + SPECIES.length());
    }
  }

  /// Six rows with two vectors of queries: twelve sums that never leave the registers, of which
  /// AVX2 has sixteen.
  private void dotTile(
      float[] packed,
      int dimension,
      MemorySegment rows,
      long at,
      long stride,
      float[] out,
      int to) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    for (int d = 0; d < dimension; d++) {
      FloatVector p = FloatVector.fromArray(SPECIES, packed, d * width());
      FloatVector q = FloatVector.fromArray(SPECIES, packed, d * width() + SPECIES.length());
      long o = at + (long) d * Float.BYTES;
      FloatVector r = broadcast(rows, o);
      a0 = p.fma(r, a0);
      b0 = q.fma(r, b0);
      r = broadcast(rows, o + stride);
      a1 = p.fma(r, a1);
      b1 = q.fma(r, b1);
      r = broadcast(rows, o + 2 * stride);
      a2 = p.fma(r, a2);
      b2 = q.fma(r, b2);
      r = broadcast(rows, o + 3 * stride);
      a3 = p.fma(r, a3);
      b3 = q.fma(r, b3);
      r = broadcast(rows, o + 4 * stride);
      a4 = p.fma(r, a4);
      b4 = q.fma(r, b4);
      r = broadcast(rows, o + 5 * stride);
      a5 = p.fma(r, a5);
      b5 = q.fma(r, b5);
    }
    store(out, to, a0, b0, a1, b1, a2, b2);
    store(out, to + 3 * width(), a3, b3, a4, b4, a5, b5);
  }

  @Override
  public void squaredDistancePacked(
      float[] packed, int dimension, MemorySegment rows, long first, int count, float[] out) {
    long stride = (long) dimension * Float.BYTES;
    long at = first * stride;
    int i = 0;
    for (; i + 6 <= count; i += 6, at += 6 * stride) {
      distanceTile(packed, dimension, rows, at, stride, out, i * width());
    }
    for (; i < count; i++, at += stride) {
      FloatVector a = FloatVector.zero(SPECIES);
      FloatVector b = a;
      for (int d = 0; d < dimension; d++) {
        FloatVector r = broadcast(rows, at + (long) d * Float.BYTES);
        FloatVector e = FloatVector.fromArray(SPECIES, packed, d * width()).sub(r);
        FloatVector f =
            FloatVector.fromArray(SPECIES, packed, d * width() + SPECIES.length()).sub(r);
        a = e.fma(e, a);
        b = f.fma(f, b);
      }
      a.intoArray(out, i * width());
      b.intoArray(out, i * width() + SPECIES.length());
    }
  }

  private void distanceTile(
      float[] packed,
      int dimension,
      MemorySegment rows,
      long at,
      long stride,
      float[] out,
      int to) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    for (int d = 0; d < dimension; d++) {
      FloatVector p = FloatVector.fromArray(SPECIES, packed, d * width());
      FloatVector q = FloatVector.fromArray(SPECIES, packed, d * width() + SPECIES.length());
      long o = at + (long) d * Float.BYTES;
      FloatVector r = broadcast(rows, o);
      FloatVector e = p.sub(r);
      FloatVector f = q.sub(r);
      a0 = e.fma(e, a0);
      b0 = f.fma(f, b0);
      r = broadcast(rows, o + stride);
      e = p.sub(r);
      f = q.sub(r);
      a1 = e.fma(e, a1);
      b1 = f.fma(f, b1);
      r = broadcast(rows, o + 2 * stride);
      e = p.sub(r);
      f = q.sub(r);
      a2 = e.fma(e, a2);
      b2 = f.fma(f, b2);
      r = broadcast(rows, o + 3 * stride);
      e = p.sub(r);
      f = q.sub(r);
      a3 = e.fma(e, a3);
      b3 = f.fma(f, b3);
      r = broadcast(rows, o + 4 * stride);
      e = p.sub(r);
      f = q.sub(r);
      a4 = e.fma(e, a4);
      b4 = f.fma(f, b4);
      r = broadcast(rows, o + 5 * stride);
      e = p.sub(r);
      f = q.sub(r);
      a5 = e.fma(e, a5);
      b5 = f.fma(f, b5);
    }
    store(out, to, a0, b0, a1, b1, a2, b2);
    store(out, to + 3 * width(), a3, b3, a4, b4, a5, b5);
  }

  private static void store(
      float[] out,
      int to,
      FloatVector a0,
      FloatVector b0,
      FloatVector a1,
      FloatVector b1,
      FloatVector a2,
      FloatVector b2) {
    int lanes = SPECIES.length();
    a0.intoArray(out, to);
    b0.intoArray(out, to + lanes);
    a1.intoArray(out, to + 2 * lanes);
    b1.intoArray(out, to + 3 * lanes);
    a2.intoArray(out, to + 4 * lanes);
    b2.intoArray(out, to + 5 * lanes);
  }

  @Override
  public long atLeast(float[] values, int at, float[] bounds) {
    long low =
        FloatVector.fromArray(SPECIES, values, at)
            .compare(VectorOperators.GE, FloatVector.fromArray(SPECIES, bounds, 0))
            .toLong();
    long high =
        FloatVector.fromArray(SPECIES, values, at + SPECIES.length())
            .compare(VectorOperators.GE, FloatVector.fromArray(SPECIES, bounds, SPECIES.length()))
            .toLong();
    return low | high << SPECIES.length();
  }

  @Override
  public long atMost(float[] values, int at, float[] bounds) {
    long low =
        FloatVector.fromArray(SPECIES, values, at)
            .compare(VectorOperators.LE, FloatVector.fromArray(SPECIES, bounds, 0))
            .toLong();
    long high =
        FloatVector.fromArray(SPECIES, values, at + SPECIES.length())
            .compare(VectorOperators.LE, FloatVector.fromArray(SPECIES, bounds, SPECIES.length()))
            .toLong();
    return low | high << SPECIES.length();
  }

  private static boolean isEverything(MemorySegment rows) {
    return rows.byteSize() == Long.MAX_VALUE;
  }

  @Override
  public void dotBytes(
      float[] query, MemorySegment[] segments, long[] refs, int count, float[] out) {
    float[] lanes = new float[SPECIES.length()];
    if (segments.length == 1 && isEverything(segments[0])) {
      pad(refs, count);
      touch(refs, 0, Math.min(count, TOUCHED), query.length);
      for (int from = 0; from < count; from += TOUCHED) {
        int to = Math.min(count, from + TOUCHED);
        touch(refs, to, Math.min(count, to + TOUCHED), query.length);
        for (int i = from; i < to; i += 4) {
          bytesFour(query, refs[i], refs[i + 1], refs[i + 2], refs[i + 3], lanes, out, i);
        }
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      out[i] = sum(byteLanes(query, segments[Refs.segment(refs[i])], Refs.offset(refs[i])), lanes);
    }
  }

  @Override
  public void dotBytes(
      float[] query, MemorySegment rows, long from, int count, float[] out, int to) {
    float[] lanes = new float[SPECIES.length()];
    int stride = query.length;
    long at = from;
    if (!isEverything(rows)) {
      for (int i = 0; i < count; i++, at += stride) {
        out[to + i] = sum(byteLanes(query, rows, at), lanes);
      }
      return;
    }
    long last = from + (count - 1L) * stride;
    for (int i = 0; i < count; i += 4, at += 4L * stride) {
      // Behind the last row it is taken again: cheaper than fewer than four in another way.
      bytesFour(
          query,
          at,
          Math.min(last, at + stride),
          Math.min(last, at + 2L * stride),
          Math.min(last, at + 3L * stride),
          lanes,
          out,
          to + i);
    }
  }

  @Override
  public void dotBytesTwice(
      float[] query,
      float[] other,
      MemorySegment rows,
      long from,
      int count,
      float[] out,
      float[] otherOut,
      int to) {
    if (!isEverything(rows)) {
      dotBytes(query, rows, from, count, out, to);
      dotBytes(other, rows, from, count, otherOut, to);
      return;
    }
    float[] lanes = new float[SPECIES.length()];
    int stride = query.length;
    long last = from + (count - 1L) * stride;
    long at = from;
    for (int i = 0; i < count; i += 4, at += 4L * stride) {
      long a1 = Math.min(last, at + stride);
      long a2 = Math.min(last, at + 2L * stride);
      long a3 = Math.min(last, at + 3L * stride);
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      FloatVector t0 = s0;
      FloatVector t1 = s0;
      FloatVector t2 = s0;
      FloatVector t3 = s0;
      for (long d = 0; d != query.length; d += SPECIES.length()) {
        FloatVector p = FloatVector.fromArray(SPECIES, query, (int) d);
        FloatVector q = FloatVector.fromArray(SPECIES, other, (int) d);
        FloatVector r = codes(EVERYTHING, at + d);
        s0 = p.fma(r, s0);
        t0 = q.fma(r, t0);
        r = codes(EVERYTHING, a1 + d);
        s1 = p.fma(r, s1);
        t1 = q.fma(r, t1);
        r = codes(EVERYTHING, a2 + d);
        s2 = p.fma(r, s2);
        t2 = q.fma(r, t2);
        r = codes(EVERYTHING, a3 + d);
        s3 = p.fma(r, s3);
        t3 = q.fma(r, t3);
      }
      unfold(fold(s0, s1, s2, s3), lanes, out, to + i);
      unfold(fold(t0, t1, t2, t3), lanes, otherOut, to + i);
    }
  }

  private static FloatVector byteLanes(float[] query, MemorySegment rows, long at) {
    FloatVector s = FloatVector.zero(SPECIES);
    for (int d = 0; d < query.length; d += SPECIES.length()) {
      s = FloatVector.fromArray(SPECIES, query, d).fma(codes(rows, at + d), s);
    }
    return s;
  }

  /// Four rows at the addresses `a0` to `a3`; their sums as of [#fold] go into `out` from `to` on.
  /// Written for the compiler:
  ///
  /// * Rows are read out of a segment that is a constant. Of any other it checks at each read
  ///   whether it is still there, and of parts that are cut out of one it makes objects.
  /// * The loop ends where `d` is not something, rather than less: what counts up to a bound gets
  ///   its checks rearranged, which costs more than rows as short as these take.
  /// * All in one method, too long (325 bytes) to become part of another: there, depending on what
  ///   else that holds, calls that hand vectors over may be left, and vectors become objects.
  private static void bytesFour(
      float[] query, long a0, long a1, long a2, long a3, float[] lanes, float[] out, int to) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (long d = 0; d != query.length; d += SPECIES.length()) {
      FloatVector q = FloatVector.fromArray(SPECIES, query, (int) d);
      ByteVector b0 = ByteVector.fromMemorySegment(BYTES, EVERYTHING, a0 + d, ORDER);
      s0 = q.fma((FloatVector) b0.convertShape(VectorOperators.B2F, SPECIES, 0), s0);
      ByteVector b1 = ByteVector.fromMemorySegment(BYTES, EVERYTHING, a1 + d, ORDER);
      s1 = q.fma((FloatVector) b1.convertShape(VectorOperators.B2F, SPECIES, 0), s1);
      ByteVector b2 = ByteVector.fromMemorySegment(BYTES, EVERYTHING, a2 + d, ORDER);
      s2 = q.fma((FloatVector) b2.convertShape(VectorOperators.B2F, SPECIES, 0), s2);
      ByteVector b3 = ByteVector.fromMemorySegment(BYTES, EVERYTHING, a3 + d, ORDER);
      s3 = q.fma((FloatVector) b3.convertShape(VectorOperators.B2F, SPECIES, 0), s3);
    }
    FloatVector s01 = s0.blend(s1, UPPER_HALF).add(s1.blend(s0, UPPER_HALF).rearrange(BY_HALF));
    FloatVector s23 = s2.blend(s3, UPPER_HALF).add(s3.blend(s2, UPPER_HALF).rearrange(BY_HALF));
    FloatVector all =
        s01.blend(s23, ODD_QUARTERS).add(s23.blend(s01, ODD_QUARTERS).rearrange(BY_QUARTER));
    if (QUARTER >= 4) {
      all = all.add(all.rearrange(BY_TWO));
    }
    if (QUARTER >= 2) {
      all = all.add(all.rearrange(BY_ONE));
    }
    all.intoArray(lanes, 0);
    out[to] = lanes[0];
    out[to + 1] = lanes[2 * QUARTER];
    out[to + 2] = lanes[QUARTER];
    out[to + 3] = lanes[3 * QUARTER];
  }

  /// Reads one byte of each cache line of some rows, so that the lines are all under way before the
  /// first is needed: Java has no instruction to prefetch. Worth a tenth where most rows lie in no
  /// cache, and nothing where they do; rows of floats have so many lines that the first would be
  /// gone again.
  private static void touch(long[] refs, int from, int to, int bytes) {
    int seen = 0;
    for (int line = 0; line < bytes; line += CACHE_LINE) {
      for (int i = from; i < to; i++) {
        seen += EVERYTHING.get(ValueLayout.JAVA_BYTE, refs[i] + line);
      }
    }
    if (seen == Integer.MIN_VALUE) {
      // Never so, which the compiler does not know: it has to read.
      throw new IllegalStateException("so many bytes can't have this sum");
    }
  }

  /// Refers to the last row up to three times more, so that rows can be taken in fours.
  private static void pad(long[] refs, int count) {
    if (count > 0) {
      Arrays.fill(refs, count, (count + 3) & ~3, refs[count - 1]);
    }
  }

  private static FloatVector codes(MemorySegment rows, long offset) {
    return (FloatVector)
        ByteVector.fromMemorySegment(BYTES, rows, offset, ORDER)
            .convertShape(VectorOperators.B2F, SPECIES, 0);
  }

  private static FloatVector broadcast(MemorySegment rows, long offset) {
    return FloatVector.broadcast(SPECIES, rows.get(FLOAT, offset));
  }

  /// Returns the products of a query and a row, added up in two sums at a time: one addition need
  /// not wait for the last, and rows are read in the order in which they lie.
  private static FloatVector dotLanes(float[] query, MemorySegment rows, long at, int bound) {
    FloatVector s = FloatVector.zero(SPECIES);
    FloatVector t = s;
    int d = 0;
    for (; d + SPECIES.length() < bound; d += 2 * SPECIES.length()) {
      long o = at + (long) d * Float.BYTES;
      s = FloatVector.fromArray(SPECIES, query, d).fma(row(rows, o), s);
      t =
          FloatVector.fromArray(SPECIES, query, d + SPECIES.length())
              .fma(row(rows, o + (long) SPECIES.length() * Float.BYTES), t);
    }
    if (d < bound) {
      s = FloatVector.fromArray(SPECIES, query, d).fma(row(rows, at + (long) d * Float.BYTES), s);
    }
    return s.add(t);
  }

  private static FloatVector distanceLanes(float[] query, MemorySegment rows, long at, int bound) {
    FloatVector s = FloatVector.zero(SPECIES);
    FloatVector t = s;
    int d = 0;
    for (; d + SPECIES.length() < bound; d += 2 * SPECIES.length()) {
      long o = at + (long) d * Float.BYTES;
      FloatVector e = FloatVector.fromArray(SPECIES, query, d).sub(row(rows, o));
      FloatVector f =
          FloatVector.fromArray(SPECIES, query, d + SPECIES.length())
              .sub(row(rows, o + (long) SPECIES.length() * Float.BYTES));
      s = e.fma(e, s);
      t = f.fma(f, t);
    }
    if (d < bound) {
      FloatVector e =
          FloatVector.fromArray(SPECIES, query, d).sub(row(rows, at + (long) d * Float.BYTES));
      s = e.fma(e, s);
    }
    return s.add(t);
  }

  private static FloatVector row(MemorySegment rows, long offset) {
    return FloatVector.fromMemorySegment(SPECIES, rows, offset, ORDER);
  }

  /// Sums each of four vectors, all together, in the order of [#sum]: lane j and lane j + w, for w
  /// from half the lanes down to 1. The sums come in the lanes 0 (of `s0`), a half (`s1`), a
  /// quarter (`s2`) and three quarters (`s3`).
  private static FloatVector fold(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    FloatVector s01 = s0.blend(s1, UPPER_HALF).add(s1.blend(s0, UPPER_HALF).rearrange(BY_HALF));
    FloatVector s23 = s2.blend(s3, UPPER_HALF).add(s3.blend(s2, UPPER_HALF).rearrange(BY_HALF));
    FloatVector all =
        s01.blend(s23, ODD_QUARTERS).add(s23.blend(s01, ODD_QUARTERS).rearrange(BY_QUARTER));
    if (QUARTER >= 4) {
      all = all.add(all.rearrange(BY_TWO));
    }
    if (QUARTER >= 2) {
      all = all.add(all.rearrange(BY_ONE));
    }
    return all;
  }

  /// Puts the four sums of a [#fold] into `out` from `to` on.
  private static void unfold(FloatVector sums, float[] lanes, float[] out, int to) {
    sums.intoArray(lanes, 0);
    out[to] = lanes[0];
    out[to + 1] = lanes[2 * QUARTER];
    out[to + 2] = lanes[QUARTER];
    out[to + 3] = lanes[3 * QUARTER];
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
