package ai.fovea.recognize;

import ai.fovea.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/// Which network a description was written for, as `Global.network` in `inference.yml`. It tells files that do not belong together
/// within milliseconds, however large they are; against people with bad intentions there is the model id.
///
/// @param bytes the length of `inference.onnx`, and of the file with its weights where it has one
/// @param crc32c the checksum of both, one after the other; eight hexadecimal digits
record NetworkSeal(long bytes, String crc32c) {
  static final String KEY = "network";

  private static final String BYTES = "bytes";
  private static final String CHECKSUM = "crc32c";

  static NetworkSeal of(OnnxNetwork network) throws IOException {
    CRC32C checksum = new CRC32C();
    network.writeAll(new CheckedOutputStream(OutputStream.nullOutputStream(), checksum));
    return new NetworkSeal(network.bytes(), "%08x".formatted(checksum.getValue()));
  }

  /// What a description names; empty where it names none, as those of earlier versions and of other programs.
  static Optional<NetworkSeal> of(Map<?, ?> description) {
    return description.get("Global") instanceof Map<?, ?> global
            && global.get(KEY) instanceof Map<?, ?> named
            && named.get(BYTES) instanceof Number bytes
            && named.get(CHECKSUM) instanceof String checksum
        ? Optional.of(new NetworkSeal(bytes.longValue(), checksum))
        : Optional.empty();
  }

  Map<String, Object> toYaml() {
    return Map.of(BYTES, bytes, CHECKSUM, crc32c);
  }
}
