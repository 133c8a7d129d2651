package ai.fovea.exchange;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.Problems;
import ai.fovea.exchange.IdMapFile.Form;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.index.faiss.FaissRows;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// A gallery as PaddleClas and PaddleX keep it: a folder with `vector.index`, a Faiss index, and `id_map.pkl`, `id_map.yaml`
/// or `id_map.txt`, which says what its ids stand for.
///
///     PaddleGallery theirs = PaddleGallery.open(folder);
///     try (LocalGallery gallery = LocalGallery.create(mine, theirs.settings(modelId))) {
///       theirs.copyTo(gallery);
///     }
///
/// Ids stay, labels are taken as they were meant: all behind the delimiter. An IVF index that a removal has broken is
/// repaired where that is certain.
public final class PaddleGallery {
  /// The name of the index in the folder.
  public static final String INDEX = "vector.index";

  // Rounding alone, not vectors that were never scaled.
  private static final double LENGTH_TOLERANCE = 1e-3;

  private final Path file;
  private final FaissIndex.OfFloats index;
  private final FaissRows rows;
  private final SortedMap<Long, GalleryLine> lines;
  private final List<String> problems;

  private PaddleGallery(
      Path file,
      FaissIndex.OfFloats index,
      SortedMap<Long, GalleryLine> lines,
      List<String> problems) {
    this.file = file;
    this.problems = problems;
    this.index = index;
    this.rows = index.rows();
    this.lines = lines;
  }

  /// Opens a folder; the delimiter between path and label is found out line by line.
  ///
  /// @throws IOException for a missing or damaged file, an index over bits, or an id without a line
  public static PaddleGallery open(Path folder) throws IOException {
    return open(folder.resolve(INDEX), idMap(folder), Optional.empty());
  }

  /// Opens a folder of which something can't be used, for [#copyUsable]: lines of the id map that can't be read, ids without a
  /// line, lines without a vector, ids of several vectors.
  ///
  /// @throws IOException for a missing or damaged file, or an index over bits
  public static PaddleGallery openUsable(Path folder) throws IOException {
    Path idMap = idMap(folder);
    Problems problems = new Problems();
    return read(
        folder.resolve(INDEX),
        idMap,
        Optional.empty(),
        IdMapFile.readUsable(idMap, problems),
        problems);
  }

  private static Path idMap(Path folder) {
    return Arrays.stream(Form.values())
        .map(form -> folder.resolve(form.fileName()))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() ->
            new ExchangeException(
                folder.toString(), "expected id_map.pkl, id_map.yaml or id_map.txt in it"));
  }

  /// Opens an index and an id map that lie elsewhere or have other names.
  ///
  /// @param delimiter between path and label; empty to find it out line by line
  public static PaddleGallery open(Path index, Path idMap, Optional<String> delimiter)
      throws IOException {
    PaddleGallery gallery = read(index, idMap, delimiter, IdMapFile.read(idMap), new Problems());
    gallery.check(idMap);
    return gallery;
  }

  private static PaddleGallery read(
      Path index,
      Path idMap,
      Optional<String> delimiter,
      SortedMap<Long, String> texts,
      Problems found)
      throws IOException {
    if (!Files.exists(index)) {
      throw new ExchangeException(index.toString(), "is not there");
    }
    FaissIndex read = FaissIndex.readRepaired(index);
    if (!(read instanceof FaissIndex.OfFloats floats)) {
      throw new ExchangeException(
          index.toString(),
          "an index over bits (Hamming), which a gallery can't hold: build the gallery from the"
              + " images again");
    }
    boolean labels = Form.of(idMap).filter(form -> form != Form.PICKLE).isPresent();
    SortedMap<Long, GalleryLine> lines = new TreeMap<>();
    texts.forEach((id, text) ->
        lines.put(
            id,
            labels ? new GalleryLine(Optional.empty(), text) : GalleryLine.parse(text, delimiter)));
    // Read after the id map was, so that all of its problems are there.
    List<String> problems =
        found.all().stream().map(line -> idMap.getFileName() + ": " + line).toList();
    return new PaddleGallery(index, floats, lines, problems);
  }

  private void check(Path idMap) {
    Problems problems = new Problems();
    Set<Long> seen = new HashSet<>();
    for (int row = 0; row < rows.count(); row++) {
      long id = rows.id(row);
      if (!lines.containsKey(id)) {
        problems.add("no line for the id " + id + ", which " + file.getFileName() + " holds");
      }
      if (!seen.add(id)) {
        problems.add("the id " + id + " stands for several vectors of " + file.getFileName());
      }
    }
    problems.throwIfAny(ExchangeException.of(idMap.toString()));
  }

  /// The index.
  public FaissIndex.OfFloats index() {
    return index;
  }

  /// What each id stands for. There may be more than the index holds.
  public SortedMap<Long, GalleryLine> lines() {
    return lines;
  }

  /// The number of images.
  public int size() {
    return rows.count();
  }

  /// Settings of a gallery that can hold this one: cosine where all vectors are of length one and compared by inner product;
  /// an index of the same kind.
  public GallerySettings settings(String modelId) {
    FaissIndex.OfFloats inner = index instanceof FaissIndex.IdMap map ? map.inner() : index;
    IndexSettings kind =
        switch (inner) {
          case FaissIndex.IvfFlat ivf -> new IndexSettings.Ivf();
          case FaissIndex.Hnsw hnsw ->
              new IndexSettings.Hnsw(Math.clamp(hnsw.graph().places(0) / 2, 2, 512));
          default -> IndexSettings.FLAT;
        };
    return new GallerySettings(modelId, index.dimension(), similarity()).withIndex(kind);
  }

  private Similarity similarity() {
    if (index.metric() == Metric.L2) {
      return Similarity.L2;
    }
    for (int row = 0; row < rows.count(); row++) {
      double squared = 0;
      for (float v : rows.vector(row)) {
        squared += (double) v * v;
      }
      // Vectors of zeros and those that are not finite say nothing of how the others are compared.
      boolean usable = squared > 0 && Double.isFinite(squared);
      if (usable && Math.abs(Math.sqrt(squared) - 1) > LENGTH_TOLERANCE) {
        return Similarity.INNER_PRODUCT;
      }
    }
    return Similarity.COSINE;
  }

  /// The settings of the gallery that was exported as this one.
  ///
  /// @param origin what the export says
  /// @throws ExchangeException where it contradicts the index
  public GallerySettings settings(String modelId, Origin origin) {
    GallerySettings own = settings(modelId);
    GallerySettings said =
        origin
            .similarity()
            .map(s -> new GallerySettings(modelId, own.dimension(), s).withIndex(own.index()))
            .orElse(own);
    requireComparable(said.similarity());
    return said;
  }

  /// Refuses what would compare these vectors otherwise than they are meant to be. Vectors of length one with an inner product may
  /// also be meant so.
  private void requireComparable(Similarity wanted) {
    Similarity own = similarity();
    if (own.metric() != wanted.metric() || (own != wanted && wanted == Similarity.COSINE)) {
      throw new ExchangeException(
          file.toString(),
          "its vectors are to be compared by "
              + own.text()
              + ", not by "
              + wanted.text()
              + ": import them into a gallery of their own");
    }
  }

  /// Adds all images to a gallery, under the ids that they have: all of them, or none.
  ///
  /// @return how many there are
  /// @throws ExchangeException with everything that the gallery refuses, or where it compares otherwise
  public int copyTo(LocalGallery gallery) throws IOException {
    requireComparable(gallery.info().settings().similarity());
    return GalleryImporter.add(
        file.toString(),
        sink -> {
          for (int row = 0; row < rows.count(); row++) {
            long id = rows.id(row);
            GalleryLine line = lines.getOrDefault(id, new GalleryLine(Optional.empty(), ""));
            NewEntry image = NewEntry.of(line.label(), rows.vector(row)).withId(id);
            sink.image("id " + id, line.path().map(image::withSource).orElse(image));
          }
        },
        gallery);
  }

  /// Adds all images that can be used, under the ids that they have.
  ///
  /// @return how many, and what was left out: lines that can't be read or have no vector, vectors without a line, of zeros
  ///     alone or not finite, what the gallery refuses
  /// @throws ExchangeException where the gallery compares otherwise
  public Imported copyUsable(LocalGallery gallery) throws IOException {
    requireComparable(gallery.info().settings().similarity());
    Problems problems = new Problems();
    problems.addAll(this.problems);
    Set<Long> ids = new HashSet<>();
    for (int row = 0; row < rows.count(); row++) {
      ids.add(rows.id(row));
    }
    lines.forEach((id, line) -> {
      if (!ids.contains(id)) {
        problems.add("id " + id + ": '" + line.text() + "' has no vector in " + INDEX);
      }
    });
    return GalleryImporter.addUsable(
        problems,
        sink -> {
          for (int row = 0; row < rows.count(); row++) {
            long id = rows.id(row);
            GalleryLine line = lines.get(id);
            if (line == null) {
              sink.problem("id " + id, "its vector has no entry in the id map");
              continue;
            }
            sink.label(line.label());
            NewEntry image = NewEntry.of(line.label(), rows.vector(row)).withId(id);
            sink.image("id " + id, line.path().map(image::withSource).orElse(image));
          }
        },
        gallery);
  }

  /// A gallery in memory with all of these images.
  public LocalGallery inMemory(String modelId) throws IOException {
    LocalGallery gallery = LocalGallery.inMemory(settings(modelId));
    try {
      copyTo(gallery);
      return gallery;
    } catch (IOException | RuntimeException e) {
      gallery.close();
      throw e;
    }
  }

  /// Writes a gallery for PaddleClas ([Form#PICKLE]), PaddleX ([Form#YAML]) or the C++ programs ([Form#TEXT]): `vector.index`
  /// with its ids, the id map, and [Origin]. An image without source gets the path `image-<id>`. Programs of PaddleClas show
  /// of a label what stands before its first blank. The gallery should not be changed meanwhile.
  ///
  /// @param kind of the index in the file; cosine becomes inner product
  /// @throws ExchangeException for labels that the form can't hold
  public static void write(GalleryReader gallery, Path folder, IndexSettings kind, Form form)
      throws IOException {
    List<Entry> images = gallery.entries().toList();
    GallerySettings settings = gallery.info().settings();
    Metric metric = settings.similarity().metric();
    SortedMap<Long, String> lines = new TreeMap<>();
    for (Entry image : images) {
      String path = image.source().orElse("image-" + image.id());
      lines.put(image.id(), form == Form.PICKLE ? path + "\t" + image.label() : image.label());
    }
    FaissIndex index =
        FaissIndex.build(
            kind,
            settings.dimension(),
            metric,
            images.stream().mapToLong(Entry::id).toArray(),
            i -> gallery.vector(images.get(i).id()));
    Files.createDirectories(folder);
    IdMapFile.write(
        folder.resolve(form.fileName()),
        form,
        lines,
        kind.text().replaceFirst(",.*", ""),
        metric == Metric.INNER_PRODUCT ? "IP" : "L2");
    AtomicFile.write(folder.resolve(INDEX), out -> index.write(Channels.newChannel(out)));
    Origin.of(settings).write(folder);
  }
}
