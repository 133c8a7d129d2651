package ai.fovea.recognize;

import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxWeights;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.PlaceLock;
import ai.fovea.weights.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A model ready to be served: the network as `inference.onnx`, and `inference.yml`, which says how pictures are
/// prepared for it. Nothing else is needed to recognise, but for networks beyond 2 GiB the file `weights-DIGEST.onnx.data` that `inference.onnx` names.
///
/// @param place what errors call it
public record ModelFolder(String place, ModelDescription description, OnnxNetwork network) {
  /// The network's file in a folder.
  public static final String NETWORK = "inference.onnx";

  /// The description's file in a folder.
  public static final String DESCRIPTION = "inference.yml";

  private static final String NEXT_NETWORK = "." + NETWORK + ".next";
  private static final String NEXT_DESCRIPTION = "." + DESCRIPTION + ".next";
  private static final String WRITING = "writing";

  /// Files of a writing that has not ended.
  private static final Predicate<String> LEFT =
      Pattern.compile(
              "\\.inference\\.(onnx\\.writing|(onnx|yml)\\.next(\\.[0-9a-f-]{36}\\.tmp)?)"
                  + "|weights-[0-9a-f]{16}\\.onnx\\.data(\\.[0-9a-f-]{36}\\.tmp)?")
          .asMatchPredicate();

  /// Reads a folder; the network is mapped, and read when it is run.
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
    OnnxNetwork mapped = OnnxNetwork.read(network);
    Map<?, ?> described =
        ModelDescription.load(description.toString(), WholeFile.text(description));
    OnnxWeights.requireFinite(network.toString(), mapped);
    requireSame(folder, NetworkSeal.of(described), mapped);
    return new ModelFolder(
        folder.toString(), ModelDescription.of(description.toString(), described), mapped);
  }

  /// Refuses files of two models, as an export leaves them that was ended between both.
  private static void requireSame(Path folder, Optional<NetworkSeal> named, OnnxNetwork network)
      throws IOException {
    if (named.isEmpty()) {
      return;
    }
    NetworkSeal found = NetworkSeal.of(network);
    if (!named.get().equals(found)) {
      throw new ModelException(
          ("%s: %s belongs to a network of %,d bytes (%s), %s has %,d (%s): an export was ended"
                  + " early, or is running now; export the model again, or, where another network"
                  + " was put here on purpose, take Global.%s out of %s")
              .formatted(
                  folder,
                  DESCRIPTION,
                  named.get().bytes(),
                  named.get().crc32c(),
                  NETWORK,
                  found.bytes(),
                  found.crc32c(),
                  NetworkSeal.KEY,
                  DESCRIPTION));
    }
  }

  /// The embedder that comes with Fovea: product pictures to 1,280 values. Its card is in the documentation.
  public static ModelFolder standard() throws IOException {
    return new ModelFolder(
        "the embedded model",
        ModelDescription.parse(
            "the embedded model", new String(resource(DESCRIPTION), StandardCharsets.UTF_8)),
        OnnxNetwork.of(resource(NETWORK)));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ModelFolder.class.getResourceAsStream("standard/" + name)) {
      if (in == null) {
        throw new ModelException("the embedded model is not part of this build: " + name);
      }
      return in.readAllBytes();
    }
  }

  /// SHA-256 over the network's files, the preprocessing and the normalisation, in hexadecimal. Vectors may be
  /// compared only if they come from models of one id: a changed resize is another model.
  public String modelId() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      network.writeAll(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      digest.update(
          description.preprocessing().toConfig().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(description.output().orElse("").getBytes(StandardCharsets.UTF_8));
      digest.update((byte) (description.normalize() ? 1 : 0));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new UncheckedIOException(place + ": the network can't be read any more", e);
    }
  }

  /// Writes the folder: first both files under other names, so that neither is there without the other where that fails. Where that
  /// is ended between the last two steps, [#open] says so. Weights that lie in a file of their own have one that is called after their content: it
  /// is there before the network that names it, and that of a network that was there before goes after it.
  ///
  /// @param facts further entries for the description's section `Global`
  /// @throws ModelException where somebody else is writing there
  public void write(Path folder, Map<String, Object> facts) throws IOException {
    var all = new LinkedHashMap<String, Object>(facts);
    all.put("model_id", modelId());
    all.put(NetworkSeal.KEY, NetworkSeal.of(network).toYaml());
    Path nextNetwork = folder.resolve(NEXT_NETWORK);
    Path nextDescription = folder.resolve(NEXT_DESCRIPTION);
    try (PlaceLock _ =
        PlaceLock.take(folder.resolve(NETWORK), WRITING)
            .orElseThrow(
                () -> new ModelException(folder + ": another command is writing a model there"))) {
      AtomicFile.removeLeft(
          folder,
          name ->
              Set.of(NEXT_NETWORK, NEXT_DESCRIPTION).contains(name) || OnnxNetwork.isData(name));
      boolean done = false;
      Set<String> before = data(folder);
      try {
        network.writeData(folder);
        AtomicFile.write(nextNetwork, network::writeModel);
        AtomicFile.write(nextDescription, description.toYaml(all).getBytes(StandardCharsets.UTF_8));
        // The one first that names the other: what lies between can be told.
        AtomicFile.rename(nextDescription, folder.resolve(DESCRIPTION));
        AtomicFile.rename(nextNetwork, folder.resolve(NETWORK));
        done = true;
      } finally {
        removeData(folder, done ? network.dataFiles() : before);
        Files.deleteIfExists(nextNetwork);
        Files.deleteIfExists(nextDescription);
      }
    }
  }

  /// Deletes files of weights. One that somebody has mapped can't be deleted on Windows; the next writing does.
  ///
  /// @param but which stay
  private static void removeData(Path folder, Set<String> but) throws IOException {
    for (String name : data(folder)) {
      if (!but.contains(name)) {
        try {
          Files.deleteIfExists(folder.resolve(name));
        } catch (FileSystemException _) {
          // It is in nobody's way.
        }
      }
    }
  }

  /// The files of weights in a folder.
  private static Set<String> data(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(OnnxNetwork::isData)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /// Whether a folder holds nothing but what [#write] left that was ended early, for the first time there.
  public static boolean isBegun(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names =
          files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
      if (names.contains(NEXT_NETWORK)) {
        names.remove(DESCRIPTION); // of this attempt, since there is no network
      }
      return !names.isEmpty() && names.stream().allMatch(LEFT);
    }
  }
}
