package ai.fovea.recognize;

import ai.fovea.onnx.OnnxWeights;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// A model ready to be served: the network as `inference.onnx`, and `inference.yml`, which says how pictures are
/// prepared for it. Nothing else is needed to recognise.
///
/// @param place what errors call it
/// @param network the ONNX file's bytes; not copied
public record ModelFolder(String place, ModelDescription description, Bytes network) {
  /// The network's file in a folder.
  public static final String NETWORK = "inference.onnx";

  /// The description's file in a folder.
  public static final String DESCRIPTION = "inference.yml";

  /// A byte array that is compared by identity and not printed.
  ///
  /// @param array not copied
  @SuppressWarnings("ArrayRecordComponent") // identity is what is wanted of nine megabytes
  public record Bytes(byte[] array) {
    @Override
    public String toString() {
      return array.length + " bytes";
    }
  }

  /// Reads a folder.
  ///
  /// @throws ModelException naming the file that is missing or wrong
  /// @throws ai.fovea.onnx.OnnxException naming weights that are not finite
  public static ModelFolder open(Path folder) throws IOException {
    Path network = folder.resolve(NETWORK);
    Path description = folder.resolve(DESCRIPTION);
    if (!Files.isRegularFile(network) || !Files.isRegularFile(description)) {
      throw new ModelException(
          folder
              + ": not a model folder: it needs "
              + NETWORK
              + " and "
              + DESCRIPTION
              + " (`fovea export` writes both)");
    }
    byte[] bytes = WholeFile.read(network, WholeFile.DATA);
    OnnxWeights.requireFinite(network.toString(), bytes);
    return new ModelFolder(
        folder.toString(),
        ModelDescription.parse(description.toString(), WholeFile.text(description)),
        new Bytes(bytes));
  }

  /// The embedder that comes with Fovea: product pictures to 1,280 values. Its card is in the documentation.
  public static ModelFolder standard() throws IOException {
    return new ModelFolder(
        "the embedded model",
        ModelDescription.parse(
            "the embedded model", new String(resource(DESCRIPTION), StandardCharsets.UTF_8)),
        new Bytes(resource(NETWORK)));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ModelFolder.class.getResourceAsStream("standard/" + name)) {
      if (in == null) {
        throw new ModelException("the embedded model is not part of this build: " + name);
      }
      return in.readAllBytes();
    }
  }

  /// SHA-256 over the network's file, the preprocessing and the normalisation, in hexadecimal. Vectors may be
  /// compared only if they come from models of one id: a changed resize is another model.
  public String modelId() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(network.array());
      digest.update(
          description.preprocessing().toConfig().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(description.output().orElse("").getBytes(StandardCharsets.UTF_8));
      digest.update((byte) (description.normalize() ? 1 : 0));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Writes the folder: first both files under other names, so that neither is there without the other where that fails.
  ///
  /// @param facts further entries for the description's section `Global`
  public void write(Path folder, Map<String, Object> facts) throws IOException {
    var all = new LinkedHashMap<String, Object>(facts);
    all.put("model_id", modelId());
    Path nextNetwork = folder.resolve("." + NETWORK + ".next");
    Path nextDescription = folder.resolve("." + DESCRIPTION + ".next");
    boolean absent = !Files.exists(folder);
    boolean done = false;
    try {
      AtomicFile.write(nextNetwork, network.array());
      AtomicFile.write(nextDescription, description.toYaml(all).getBytes(StandardCharsets.UTF_8));
      AtomicFile.rename(nextNetwork, folder.resolve(NETWORK));
      AtomicFile.rename(nextDescription, folder.resolve(DESCRIPTION));
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(nextNetwork);
        Files.deleteIfExists(nextDescription);
        if (absent) {
          Files.deleteIfExists(folder);
        }
      }
    }
  }
}
