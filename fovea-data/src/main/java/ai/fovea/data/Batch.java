package ai.fovea.data;

import java.lang.foreign.MemorySegment;

/// Prepared pictures with their labels. Its memory goes back to the loader when it is closed.
public final class Batch implements AutoCloseable {
  private final MemorySegment pixels;
  private final int[] shape;
  private final long[] labels;
  private final Runnable giveBack;

  Batch(MemorySegment pixels, int[] shape, long[] labels, Runnable giveBack) {
    this.pixels = pixels;
    this.shape = shape;
    this.labels = labels;
    this.giveBack = giveBack;
  }

  /// Native memory, `[N, C, H, W]` of float32, row-major; valid until the batch is closed.
  public MemorySegment pixels() {
    return pixels;
  }

  /// `{N, C, H, W}`.
  public int[] shape() {
    return shape.clone();
  }

  /// One class number a picture.
  public long[] labels() {
    return labels.clone();
  }

  /// How many pictures.
  public int size() {
    return labels.length;
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
