package ai.fovea.recognize;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.FoveaException;
import ai.fovea.base.ModelException;
import ai.fovea.base.PlaceLock;
import ai.fovea.base.WholeFile;
import ai.fovea.graph.GraphException;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.onnx.OnnxWeights;
import ai.fovea.onnx.OnnxWriter;
import ai.fovea.program.ExportedProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A model ready to be opened: a network, and the specification that says how images are prepared for it and what its outputs mean. Immutable.
///
/// In a folder it is `inference.onnx` and `inference.yml`. Nothing else is needed, but for networks beyond 2 GiB the file `weights-DIGEST.onnx.data`
/// that `inference.onnx` names. Folders of PaddlePaddle, `inference.json` or `inference.pdmodel` with `inference.pdiparams` and `inference.yml`, are read as well.
public final class ModelFolder {
  /// The network's file in a folder.
  public static final String NETWORK = "inference.onnx";

  /// The description's file in a folder.
  public static final String DESCRIPTION = "inference.yml";

  private static final String STANDARD = "the embedded model";

  /// One line each: [ai.fovea.onnx.OnnxDigest] of the network, the model's id of the first versions.
  private static final String DIGESTS = "digests.txt";

  private static final String NEXT_NETWORK = "." + NETWORK + ".next";
  private static final String NEXT_DESCRIPTION = "." + DESCRIPTION + ".next";
  private static final String WRITING = "writing";

  /// Files of a writing that has not ended.
  private static final Predicate<String> LEFT =
      Pattern.compile(
              "\\.inference\\.(onnx\\.writing|(onnx|yml)\\.next(\\.[0-9a-f-]{36}\\.tmp)?)"
                  + "|weights-[0-9a-f]{16}\\.onnx\\.data(\\.[0-9a-f-]{36}\\.tmp)?")
          .asMatchPredicate();

  private final String place;
  private final ModelSpecification specification;
  private final OnnxNetwork network;
  private final Optional<ModelId.Known> known;

  private ModelFolder(
      String place,
      ModelSpecification specification,
      OnnxNetwork network,
      Optional<ModelId.Known> known) {
    this.place = place;
    this.specification = specification;
    this.network = network;
    this.known = known;
  }

  /// A model of these parts.
  ///
  /// @param place what errors call it
  public static ModelFolder of(
      String place, ModelSpecification specification, OnnxNetwork network) {
    return new ModelFolder(place, specification, network, Optional.empty());
  }

  /// A program of PaddlePaddle, which becomes an ONNX network in memory. What was cut off from it, non-maximum suppression, comes first among the steps.
  ///
  /// @param place what errors call it
  /// @param specification with the steps that follow; its outputs are those of the program's graph
  /// @throws ModelException if an output is named that is not there
  public static ModelFolder of(
      String place, ModelSpecification specification, ExportedProgram program) {
    return of(
        place,
        Programs.specification(place, specification, program),
        OnnxWriter.write(program.graph(), program.weights()));
  }

  /// What errors call it: usually the folder.
  public String place() {
    return place;
  }

  /// What the network is given, and what becomes of its outputs.
  public ModelSpecification specification() {
    return specification;
  }

  /// The network.
  public OnnxNetwork network() {
    return network;
  }

  /// The same network with another specification.
  public ModelFolder withSpecification(ModelSpecification other) {
    return new ModelFolder(
        place,
        other,
        network,
        known.map(k ->
            new ModelId.Known(
                k.network(), other.equals(specification) ? k.earlier() : Optional.empty())));
  }

  /// Its id, where it runs with [ModelOptions#DEFAULT].
  public ModelId id() {
    return id(ModelOptions.DEFAULT);
  }

  /// Its id, to which the way belongs in which files are decoded.
  public ModelId id(ModelOptions options) {
    return new ModelId(place, specification, network, options, known);
  }

  /// Reads a folder; the network is mapped, and read when it is run.
  ///
  /// @throws ModelException naming the file that is missing or wrong
  /// @throws ai.fovea.onnx.OnnxException naming weights that are not finite
  public static ModelFolder open(Path folder) throws IOException {
    try {
      return read(folder);
    } catch (NoSuchFileException e) {
      throw new ModelException(
          e.getFile() + ": no such file: the model folder is not whole; export the model again", e);
    } catch (GraphException | IllegalArgumentException e) {
      throw new ModelException(folder + ": the model can't be read: " + e.getMessage(), e);
    } catch (FoveaException e) {
      throw e; // it names the file
    } catch (RuntimeException e) {
      // A file that is wrong in a way that no reader names.
      throw new ModelException(folder + ": the model can't be read: " + e, e);
    }
  }

  private static ModelFolder read(Path folder) throws IOException {
    Path network = folder.resolve(NETWORK);
    Path description = folder.resolve(DESCRIPTION);
    if (Programs.isIn(folder) && !Files.exists(network)) {
      return Programs.open(folder, description);
    }
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
        SpecificationYaml.load(description.toString(), WholeFile.text(description));
    OnnxWeights.requireFinite(network.toString(), mapped);
    requireSame(folder, NetworkSeal.of(described), mapped);
    return of(folder.toString(), SpecificationYaml.read(description.toString(), described), mapped);
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

  /// The embedder that comes with Fovea: product images to 1,280 values. Its card is in the documentation.
  public static ModelFolder standard() {
    return new ModelFolder(
        STANDARD,
        ModelSpecification.parse(
            STANDARD, new String(resource(DESCRIPTION), StandardCharsets.UTF_8)),
        OnnxNetwork.of(resource(NETWORK)),
        Optional.of(digests()));
  }

  /// Digests of the embedded model, which a test compares with the model itself: each start is spared reading it once more.
  private static ModelId.Known digests() {
    List<String> lines = new String(resource(DIGESTS), StandardCharsets.UTF_8).lines().toList();
    return new ModelId.Known(lines.get(0), Optional.of(lines.get(1)));
  }

  private static byte[] resource(String name) {
    try (InputStream in = ModelFolder.class.getResourceAsStream("standard/" + name)) {
      if (in == null) {
        throw new ModelException("the embedded model is not part of this build: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " of the embedded model can't be read", e);
    }
  }

  /// Writes the folder, which is made where it is not there, without further entries.
  ///
  /// @throws ModelException where somebody else is writing there
  public void write(Path folder) throws IOException {
    write(folder, Map.of());
  }

  /// Writes the folder: first both files under other names, so that neither is there without the other where that fails. Where that
  /// is ended between the last two steps, [#open] says so. Weights that lie in a file of their own have one that is called after their content: it
  /// is there before the network that names it, and that of a network that was there before goes after it.
  ///
  /// @param facts further entries for the description's section `Global`
  /// @throws ModelException where somebody else is writing there
  public void write(Path folder, Map<String, Object> facts) throws IOException {
    var all = new LinkedHashMap<String, Object>(facts);
    all.put("model_id", id().value());
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
        AtomicFile.write(
            nextDescription, specification.toYaml(all).getBytes(StandardCharsets.UTF_8));
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
