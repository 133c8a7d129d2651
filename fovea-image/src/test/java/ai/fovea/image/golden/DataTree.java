package ai.fovea.image.golden;

import ai.fovea.image.Encoded;
import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.testkit.Fingerprint;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The files that golden cases of the data side name: looked for beside the case file, in the folders
/// above it, and then among the shared goldens.
///
/// @param cases the file of cases
record DataTree(Path cases) {
  /// A file by its name in a case, `images/photo_c.png`.
  Path find(String relative) throws IOException {
    for (Path at = cases.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
      Path found = at.resolve(relative);
      if (Files.exists(found)) {
        return found;
      }
    }
    Path shared = Shared.root().map(r -> r.resolve("golden/data").resolve(relative)).orElse(null);
    if (shared != null && Files.exists(shared)) {
      return shared;
    }
    throw new IOException(
        relative + " lies neither beside or above " + cases + " nor among the shared goldens");
  }

  /// A case's image in the form in which the operation gets it.
  Pixels input(JsonNode one) throws IOException {
    Path file = find(one.path("image").asString());
    String kind = one.path("input").asString();
    if (kind.equals("bytes")) {
      return new Encoded(Files.readAllBytes(file), file.getFileName().toString());
    }
    Image image = Image.read(file);
    return switch (kind) {
      case "rgb", "pil", "dict" -> image;
      case "chw" -> array(image, Planes.Element.UINT8, 1, 0).toChw();
      case "chwf" -> array(image, Planes.Element.FLOAT32, 1, 0).toChw();
      case "hwcf" -> array(image, Planes.Element.FLOAT32, 4, 0.5f);
      default -> throw new IOException("unknown kind of input '" + kind + "'");
    };
  }

  /// The description of an operation's output.
  static Fingerprint fingerprint(Pixels pixels) {
    return switch (pixels) {
      case Image p -> {
        float[] values = new float[p.pixels().length];
        for (int i = 0; i < values.length; i++) {
          values[i] = p.pixels()[i] & 0xFF;
        }
        yield new Fingerprint(new int[] {p.height(), p.width(), 3}, "uint8", values);
      }
      case Planes p ->
          new Fingerprint(
              p.shape(),
              switch (p.element()) {
                case UINT8 -> "uint8";
                case FLOAT32 -> "float32";
                case FLOAT16 -> "float16";
              },
              p.values());
      default -> throw new IllegalArgumentException("not an array: " + pixels);
    };
  }

  private static Planes array(Image image, Planes.Element element, float scale, float shift) {
    byte[] rgb = image.pixels();
    float[] out = new float[rgb.length];
    for (int i = 0; i < out.length; i++) {
      float v = rgb[i] & 0xFF;
      out[i] = element == Planes.Element.UINT8 ? v : (v / 255f - shift) * scale;
    }
    return new Planes(3, image.height(), image.width(), Planes.Layout.HWC, element, out);
  }

  /// All expected values, where the case gives them in some way.
  float @Nullable [] full(JsonNode one) throws IOException {
    JsonNode values = one.path("values");
    if (values.isArray()) {
      float[] out = new float[values.size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) values.get(i).asDouble();
      }
      return out;
    }
    if (one.has("full_png")) {
      return fingerprint(Image.read(find(one.path("full_png").asString()))).values();
    }
    if (one.has("full_raw")) {
      return raw(one.path("full_raw"));
    }
    return null;
  }

  private float @Nullable [] raw(JsonNode where) throws IOException {
    try (var zip = new ZipFile(find(where.path("zip").asString()).toFile())) {
      String name = where.path("entry").asString();
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        return null;
      }
      var bytes =
          ByteBuffer.wrap(zip.getInputStream(entry).readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      int size = name.endsWith(".uint8.bin") ? 1 : name.endsWith(".float16.bin") ? 2 : 4;
      float[] out = new float[bytes.remaining() / size];
      for (int i = 0; i < out.length; i++) {
        out[i] =
            switch (size) {
              case 1 -> bytes.get() & 0xFF;
              case 2 -> Float.float16ToFloat(bytes.getShort());
              default -> bytes.getFloat();
            };
      }
      return out;
    }
  }
}
