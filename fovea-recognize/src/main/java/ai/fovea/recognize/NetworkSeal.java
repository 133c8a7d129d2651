package ai.fovea.recognize;

import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Which network a description was written for, as `Global.network` in `inference.yml`. It tells files that do not belong together
/// within milliseconds, however large they are; against people with bad intentions there is the model id.
///
/// @param bytes the length of `inference.onnx`
/// @param crc32c its checksum, eight hexadecimal digits
record NetworkSeal(long bytes, String crc32c) {
  static final String KEY = "network";

  private static final String BYTES = "bytes";
  private static final String CHECKSUM = "crc32c";

  static NetworkSeal of(byte[] network) {
    CRC32C checksum = new CRC32C();
    checksum.update(network, 0, network.length);
    return new NetworkSeal(network.length, "%08x".formatted(checksum.getValue()));
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
