package ai.fovea.recognize;

import ai.fovea.graph.Dim;
import ai.fovea.graph.Shape;
import ai.fovea.image.PictureDecoder;
import ai.fovea.image.PictureException;
import ai.fovea.image.Workspace;
import ai.fovea.onnx.CloseGuard;
import ai.fovea.onnx.OnnxModel;
import ai.fovea.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A network with the preparation of its pictures: encoded pictures in, one row of numbers each out. Thread-safe.
final class PictureModel implements AutoCloseable {
  private final ModelFolder folder;
  private final OnnxModel network;
  private final PictureDecoder decoder;
  private final String output;
  private final int[] shape;
  private final CloseGuard guard;

  /// Memory to prepare pictures in: as many as threads were ever here at once.
  private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();

  PictureModel(ModelFolder folder, ModelOptions options) throws IOException {
    this.folder = folder;
    this.guard =
        new CloseGuard("the model " + folder.description().name() + " (" + folder.place() + ")");
    this.decoder =
        (options.fastDecoding() ? PictureDecoder.FAST : PictureDecoder.STANDARD)
            .withAcceptDamage(options.acceptDamaged());
    this.network =
        OnnxModel.of(folder.place(), folder.network(), new OnnxOptions(options.threads()));
    this.output =
        folder
            .description()
            .output()
            .filter(network.outputs()::containsKey)
            .orElseGet(() -> network.outputs().keySet().iterator().next());
    this.shape = shape();
  }

  private int[] shape() throws ModelException {
    Shape declared = network.inputs().values().iterator().next();
    int[] prepared =
        folder
            .description()
            .preprocessing()
            .outputShape()
            .orElseThrow(() ->
                new ModelException(
                    folder.place()
                        + ": the preparation of pictures does not lead to one fixed size"));
    boolean fits = declared.rank() == 4;
    for (int i = 0; fits && i < 3; i++) {
      Dim needed = declared.dim(i + 1);
      fits = !needed.isFixed() || needed.size() == prepared[i];
    }
    if (!fits) {
      close();
      throw new ModelException(
          folder.place()
              + ": pictures are prepared as "
              + Shape.of(prepared)
              + ", the network wants "
              + declared);
    }
    return prepared;
  }

  ModelFolder folder() {
    return folder;
  }

  /// Length of a row of the output; -1 where the network leaves it open.
  int length() {
    Shape out = network.outputs().getOrDefault(output, Shape.of());
    return out.rank() == 2 && out.dim(1).isFixed() ? out.size(1) : -1;
  }

  /// The bytes of a file that is not too long to be an image.
  byte[] load(Path file) throws PictureException {
    return decoder.load(file);
  }

  /// Makes a whole call of the caller's, during which [#close()] waits. [#prepare] and [#run] belong inside, on whatever thread.
  ///
  /// @throws IllegalStateException if it is closed
  <T> T use(CloseGuard.Call<T, IOException> call) throws IOException {
    return guard.use(call);
  }

  /// Prepares one picture into `[3, H, W]` numbers.
  ///
  /// @param name what errors call it
  float[] prepare(byte[] file, String name) throws PictureException {
    Workspace taken = workspaces.poll();
    Workspace workspace = taken == null ? new Workspace() : taken;
    try {
      float[] out = new float[shape[0] * shape[1] * shape[2]];
      folder.description().preprocessing().prepare(file, name, decoder, workspace, out, 0);
      return out;
    } finally {
      workspaces.add(workspace);
    }
  }

  /// Runs the network on prepared pictures.
  ///
  /// @return one row a picture
  float[][] run(List<float[]> prepared) throws IOException {
    int n = prepared.size();
    int each = shape[0] * shape[1] * shape[2];
    FloatBuffer batch =
        ByteBuffer.allocateDirect(4 * n * each).order(ByteOrder.nativeOrder()).asFloatBuffer();
    prepared.forEach(batch::put);
    batch.flip();
    float[] all = network.run(batch, Shape.of(n, shape[0], shape[1], shape[2]), output);
    int length = all.length / n;
    float[][] rows = new float[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = java.util.Arrays.copyOfRange(all, i * length, (i + 1) * length);
    }
    return rows;
  }

  /// Refuses outputs that are no answer.
  ///
  /// @param name the picture's
  static void requireFinite(float[] row, String name) throws ModelException {
    for (float v : row) {
      if (!Float.isFinite(v)) {
        throw new ModelException(name + ": the model's outputs are not finite numbers");
      }
    }
  }

  /// Waits for calls that run, and releases the memory. Does nothing the second time.
  @Override
  public void close() {
    guard.close(() -> {
      network.close();
      for (Workspace w = workspaces.poll(); w != null; w = workspaces.poll()) {
        w.close();
      }
    });
  }
}
