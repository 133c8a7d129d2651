package ai.fovea.image;

import ai.fovea.image.internal.NativeBuffers;

/// The native and heap memory that decoding and preprocessing reuse from image to image.
///
/// A worker thread makes one, passes it to every call, and closes it at the end. Not thread-safe. It
/// grows to the largest image seen and never shrinks; close it to give the memory back.
public final class Workspace implements AutoCloseable {
  private final NativeBuffers buffers = new NativeBuffers();

  /// An empty workspace; memory is taken at first use.
  public Workspace() {}

  /// For this module's own code.
  public NativeBuffers buffers() {
    return buffers;
  }

  /// Gives all memory back. Closing twice does nothing; later use fails.
  @Override
  public void close() {
    buffers.close();
  }
}
