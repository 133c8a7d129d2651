package ai.fovea.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/// Arrays of two dimensions in raw files, named by `{file, dtype, shape}` relative to the folder `deploy`.
public final class RawTable {
  private RawTable() {}

  /// The folder of that name in which `file` lies.
  public static Path root(Path file) {
    for (Path at = file.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
      if (at.endsWith("deploy")) {
        return at;
      }
    }
    throw new IllegalArgumentException(file + " is not below a folder deploy");
  }

  /// Rows of floats.
  public static float[][] floats(Path root, JsonNode table) throws IOException {
    byte[][] rows = rows(root, table, Float.BYTES);
    float[][] out = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      out[i] = new float[rows[i].length / Float.BYTES];
      ByteBuffer.wrap(rows[i]).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out[i]);
    }
    return out;
  }

  /// Rows of bytes.
  public static byte[][] bytes(Path root, JsonNode table) throws IOException {
    return rows(root, table, 1);
  }

  private static byte[][] rows(Path root, JsonNode table, int size) throws IOException {
    byte[] all = Files.readAllBytes(root.resolve(table.path("file").asString()));
    int rows = table.path("shape").path(0).asInt();
    int length = table.path("shape").path(1).asInt() * size;
    byte[][] out = new byte[rows][];
    Arrays.setAll(out, i -> Arrays.copyOfRange(all, i * length, (i + 1) * length));
    return out;
  }
}
