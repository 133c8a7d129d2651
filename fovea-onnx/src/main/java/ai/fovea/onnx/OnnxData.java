package ai.fovea.onnx;

import ai.fovea.graph.NDArray;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The weights of a model that is too large for one file: raw little-endian values, each tensor at a multiple of 4,096 with zeros before it.
///
/// The file is called after its content, `weights-DIGEST.onnx.data` with the first sixteen hexadecimal digits of its SHA-256: a model that is written over another
/// one leaves that one's weights as they are, and at no time is there a model whose weights are missing or another's.
final class OnnxData {
  /// What such files are called.
  static final Pattern NAME = Pattern.compile("weights-[0-9a-f]{16}\\.onnx\\.data");

  private static final int ALIGNMENT = 4096;

  /// Shorter tensors stay in the model file, where the runtime reads shapes and axes from.
  private static final int SHORTEST = 1024;

  private static final int DIGEST = 8;

  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final String name;

  /// @param offset in the file
  record Part(NDArray array, Piece piece, long offset) {}

  private OnnxData(Map<String, NDArray> tensors) {
    long at = 0;
    for (var tensor : tensors.entrySet()) {
      Piece piece = Piece.of(tensor.getValue());
      if (piece.length() < SHORTEST) {
        continue;
      }
      long offset = Math.ceilDiv(at, (long) ALIGNMENT) * ALIGNMENT;
      pieces.add(Piece.of(MemorySegment.ofArray(new byte[(int) (offset - at)])));
      pieces.add(piece);
      parts.put(tensor.getKey(), new Part(tensor.getValue(), piece, offset));
      at = offset + piece.length();
    }
    this.name = "weights-" + HexFormat.of().formatHex(digest(pieces), 0, DIGEST) + ".onnx.data";
  }

  static OnnxData of(Map<String, NDArray> tensors) {
    return new OnnxData(tensors);
  }

  private static byte[] digest(List<Piece> pieces) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      OnnxNetwork.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest), pieces);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written", e);
    }
  }

  String name() {
    return name;
  }

  List<Piece> pieces() {
    return pieces;
  }

  Map<String, Part> parts() {
    return parts;
  }

  /// Where a tensor lies; empty where it is in the model file.
  Optional<Part> part(String tensor) {
    return Optional.ofNullable(parts.get(tensor));
  }
}
