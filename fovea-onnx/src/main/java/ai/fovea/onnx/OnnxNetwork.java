package ai.fovea.onnx;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.WholeFile;
import ai.fovea.graph.NDArray;
import ai.fovea.weights.Segments;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A network in the format of ONNX: mapped files, bytes, or what [OnnxWriter] puts together from the parts of memory that hold the weights. Nothing of it is
/// copied until it is written or run.
///
/// It is one file; beyond 2 GiB, which protobuf can't exceed, further ones beside it hold the weights, and it names them.
public final class OnnxNetwork {
  private final List<Piece> model;
  private final Map<String, List<Piece>> data = new LinkedHashMap<>();
  private final Map<String, NDArray> external = new LinkedHashMap<>();
  private final Optional<Path> file;

  OnnxNetwork(List<Piece> model, Optional<OnnxData> data) {
    this.model = List.copyOf(model);
    this.file = Optional.empty();
    data.ifPresent(d -> {
      this.data.put(d.name(), d.pieces());
      d.parts().forEach((name, part) -> external.put(name, part.array()));
    });
  }

  private OnnxNetwork(Path file) throws IOException {
    MemorySegment mapped = WholeFile.map(file);
    this.model = List.of(Piece.of(mapped));
    for (String name : OnnxWeights.dataFiles(file.toString(), mapped)) {
      Path beside = file.resolveSibling(name);
      if (!Files.isRegularFile(beside)) {
        throw new OnnxException(
            file + ": its weights are in " + name + ", which does not lie beside it", null);
      }
      data.put(name, List.of(Piece.of(WholeFile.map(beside))));
    }
    this.file = Optional.of(file);
  }

  /// The bytes of a file, which are not copied.
  public static OnnxNetwork of(byte[] model) {
    return new OnnxNetwork(List.of(Piece.of(MemorySegment.ofArray(model))), Optional.empty());
  }

  /// Maps a file, and those beside it that it names. Whether it is a network shows when it is opened.
  ///
  /// @throws OnnxException naming weights that do not lie beside it
  /// @throws java.nio.file.FileSystemException naming a file that can't be read
  public static OnnxNetwork read(Path file) throws IOException {
    return new OnnxNetwork(file);
  }

  /// The length of all its files together.
  public long bytes() {
    return Proto.length(model) + data.values().stream().mapToLong(Proto::length).sum();
  }

  /// The names of the files beside it that hold weights; none for most networks.
  public Set<String> dataFiles() {
    return Set.copyOf(data.keySet());
  }

  /// Whether a file is called as those that hold weights are here.
  public static boolean isData(String name) {
    return OnnxData.NAME.matcher(name).matches();
  }

  /// Writes the network's own file to a stream, without weights that lie beside it.
  public void writeModel(OutputStream out) throws IOException {
    writeTo(out, model);
  }

  /// Writes the files with its weights, if any, into the folder where its own file is to be; before that one, which names them.
  public void writeData(Path folder) throws IOException {
    for (var each : data.entrySet()) {
      AtomicFile.write(folder.resolve(each.getKey()), out -> writeTo(out, each.getValue()));
    }
  }

  /// Writes all its files, each atomically, that which names the others last: what was there before stays whole until then.
  public void write(Path file) throws IOException {
    writeData(file.toAbsolutePath().normalize().resolveSibling(""));
    AtomicFile.write(file, this::writeModel);
  }

  /// Writes the bytes of all its files one after the other, of which digests are taken.
  public void writeAll(OutputStream out) throws IOException {
    writeModel(out);
    for (List<Piece> pieces : data.values()) {
      writeTo(out, pieces);
    }
  }

  static void writeTo(OutputStream out, List<Piece> pieces) throws IOException {
    try {
      for (Piece piece : pieces) {
        Segments.write(piece.memory(), out);
      }
    } catch (InternalError e) {
      throw new IOException("a file of weights was cut off while it was read", e);
    }
  }

  /// The bytes of its own file.
  ///
  /// @throws OnnxException where that is too long for an array
  public byte[] toBytes() {
    return gathered((bytes, alignment) -> MemorySegment.ofArray(new byte[(int) bytes]))
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /// Its own file in one piece.
  MemorySegment gathered(SegmentAllocator memory) {
    long length = Proto.length(model);
    if (length > WholeFile.DATA) {
      throw new OnnxException(
          "a model file of " + length + " bytes is longer than any can be", null);
    }
    MemorySegment all = memory.allocate(length, Long.BYTES);
    long at = 0;
    for (Piece piece : model) {
      MemorySegment.copy(piece.memory(), 0, all, at, piece.length());
      at += piece.length();
    }
    return all;
  }

  /// Its own file as it is where it is one piece, else gathered.
  MemorySegment whole(SegmentAllocator memory) {
    return model.size() == 1 ? model.getFirst().memory() : gathered(memory);
  }

  /// Where it was read from.
  Optional<Path> file() {
    return file;
  }

  /// Whether its file has other content now.
  boolean isReplaced() {
    try {
      return WholeFile.map(file.orElseThrow()).mismatch(model.getFirst().memory()) >= 0;
    } catch (IOException e) {
      throw new OnnxException("it can't be read again: " + e.getMessage(), e);
    }
  }

  /// Weights that do not stand in its own file, where it was not read from files.
  Map<String, NDArray> external() {
    return external;
  }

  /// A part of a file beside it; empty where that is not mapped, or ends before.
  Optional<MemorySegment> data(String name, long offset, long length) {
    return Optional.ofNullable(data.get(name))
        .filter(pieces -> file.isPresent())
        .map(pieces -> pieces.getFirst().memory())
        .filter(all -> offset >= 0 && length >= 0 && offset <= all.byteSize() - length)
        .map(all -> all.asSlice(offset, length));
  }

  /// A tensor in a file beside it, mapped or not; empty where there is none of that place and length.
  Optional<MemorySegment> stored(String name, long offset, long length) {
    if (file.isPresent()) {
      return data(name, offset, length);
    }
    long at = 0;
    for (Piece piece : data.getOrDefault(name, List.of())) {
      if (at == offset && piece.length() == length) {
        return Optional.of(piece.memory());
      }
      at += piece.length();
    }
    return Optional.empty();
  }
}
