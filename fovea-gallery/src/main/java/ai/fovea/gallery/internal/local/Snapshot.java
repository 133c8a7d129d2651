package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.Output;
import ai.fovea.gallery.internal.SealedFile;
import ai.fovea.gallery.internal.SealedFile.Seal;
import ai.fovea.gallery.internal.SealedWriter;
import ai.fovea.index.IndexFile;
import ai.fovea.index.VectorIndex;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A snapshot: all of a gallery at one moment, in two [SealedFile]s, laid out such that they can be
/// mapped.
///
/// The body of `snapshot-N.fvs`, with `N` images and `L` labels (numbers are little-endian, texts
/// as in [Details]):
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | the text `FVGSNAP2` |
/// | 8 | 8 | the snapshot's number, which is also in its name |
/// | 16 | 8 | `N` |
/// | 24 | 8 | `L` |
/// | 32 | 8 | a number greater than all ids that were ever used |
/// | 40 | 24 | zero |
/// | 64 | 8·N | ids, ascending |
/// | | 4·N | the number of each image's label, 0 to `L`-1 |
/// | | 0–4 | zero, up to a multiple of 8 |
/// | | 8·(N+1) | where each image's details begin, and where the last one's end |
/// | | | a text, the calibration; or -1 |
/// | | | `L` texts, the labels |
/// | | | for each image its details: source, attributes, thumbnail |
///
/// The body of `index-N.fvi`: the text `FVGINDX2`, 8 bytes: the snapshot's number, 48 zeros, and
/// the index as [VectorIndex#writeTo] writes it. Its ids are those of the other file.
///
/// @param images what the first file holds
/// @param indexFile the second file
/// @param index the vectors, read from there as they are needed
record Snapshot(Images images, SealedFile indexFile, VectorIndex index) {
  private static final byte[] MAGIC = "FVGSNAP2".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INDEX_MAGIC = "FVGINDX2".getBytes(StandardCharsets.US_ASCII);
  static final int HEADER_BYTES = 64;

  /// What the first file holds.
  ///
  /// @param columns ids, label numbers and details, read from the file as they are needed
  /// @param labels the label of each number
  record Images(
      SealedFile file,
      Columns columns,
      List<String> labels,
      long nextId,
      Optional<Calibration> calibration) {}

  /// Writes the first file.
  static Seal write(Disk.File file, long number, Content content) throws IOException {
    SealedWriter sealed = new SealedWriter(file);
    Catalog catalog = content.catalog();
    long[] ids = catalog.ids();
    Map<String, Integer> labels = new HashMap<>();
    List<String> names = new ArrayList<>();
    int[] numbers = new int[ids.length];
    long[] sizes = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      String label = catalog.label(ids[i]);
      Integer known = labels.putIfAbsent(label, names.size());
      numbers[i] = known == null ? names.size() : known;
      if (known == null) {
        names.add(label);
      }
      sizes[i] = catalog.detailBytes(ids[i]);
    }
    Output.Content texts =
        to -> {
          Optional<Calibration> calibration = content.calibration();
          if (calibration.isPresent()) {
            to.putText(calibration.get().toText());
          } else {
            to.putInt(Output.ABSENT);
          }
          for (String name : names) {
            to.putText(name);
          }
        };
    Output to = new Output(sealed, Long.MAX_VALUE);
    to.put(MAGIC);
    to.putLong(number);
    to.putLong(ids.length);
    to.putLong(names.size());
    to.putLong(content.nextId());
    to.putZeros(HEADER_BYTES - to.position());
    for (long id : ids) {
      to.putLong(id);
    }
    for (int label : numbers) {
      to.putInt(label);
    }
    to.align(Long.BYTES);
    long at = to.position() + (ids.length + 1L) * Long.BYTES + Output.count(texts);
    to.putLong(at);
    for (long size : sizes) {
      at += size;
      to.putLong(at);
    }
    texts.writeTo(to);
    for (long id : ids) {
      catalog.writeDetails(id, to);
    }
    to.flush();
    return sealed.finish();
  }

  /// Writes the second file.
  static Seal writeIndex(Disk.File file, long number, VectorIndex index) throws IOException {
    return writeIndex(file, number, index::writeTo);
  }

  /// Writes what an index may have written into the second file.
  @FunctionalInterface
  interface IndexBytes {
    void writeTo(IndexFile.Sink to) throws IOException;
  }

  /// Writes the second file, of an index's bytes.
  static Seal writeIndex(Disk.File file, long number, IndexBytes index) throws IOException {
    SealedWriter sealed = new SealedWriter(file);
    Output header = new Output(sealed, HEADER_BYTES);
    header.put(INDEX_MAGIC);
    header.putLong(number);
    header.putZeros(HEADER_BYTES - header.position());
    header.flush();
    index.writeTo(bytes -> writeAll(sealed, bytes));
    return sealed.finish();
  }

  private static void writeAll(SealedWriter to, MemorySegment bytes) throws IOException {
    long max = 1 << 24;
    for (long at = 0; at < bytes.byteSize(); at += max) {
      to.write(bytes.asSlice(at, Math.min(max, bytes.byteSize() - at)).asByteBuffer());
    }
  }

  /// Opens the snapshot that a manifest names.
  ///
  /// @throws java.nio.file.NoSuchFileException where a file is absent
  /// @throws DamagedGalleryException where a file is not what was written
  static Snapshot open(Disk disk, Path folder, Manifest manifest) throws IOException {
    Images images = openImages(disk, folder, manifest);
    SealedFile file =
        SealedFile.open(
            disk,
            folder.resolve(FileNames.index(manifest.snapshot())),
            INDEX_MAGIC,
            manifest.seals().get(1));
    return new Snapshot(images, file, openIndex(file, manifest.settings(), images.columns()));
  }

  /// Opens the first of the two files only.
  static Images openImages(Disk disk, Path folder, Manifest manifest) throws IOException {
    long number = manifest.snapshot();
    SealedFile file =
        SealedFile.open(
            disk, folder.resolve(FileNames.snapshot(number)), MAGIC, manifest.seals().get(0));
    file.need(0, Math.min(HEADER_BYTES, file.body()));
    Input header = new Input(file.file(), file.bytes(), MAGIC.length, file.body());
    header.check(header.number() == number, MAGIC.length, "its number is not the one in its name");
    long count = header.number();
    long labelCount = header.number();
    long nextId = header.number();
    header.check(nextId >= 0, 32, "the next id is " + nextId);
    header.check(labelCount >= 0 && labelCount <= count, 24, labelCount + " labels");
    Columns columns = Columns.of(file, count, labelCount, nextId);
    Input texts = new Input(file.file(), file.bytes(), columns.textsAt(), columns.detailsAt());
    int length = texts.integer();
    Optional<Calibration> calibration = Optional.empty();
    List<String> labels = new ArrayList<>();
    try {
      if (length != Output.ABSENT) {
        calibration = Optional.of(Calibration.parse(texts.text(length)));
      }
      for (long i = 0; i < labelCount; i++) {
        labels.add(LoggedChange.label(texts));
      }
    } catch (IllegalArgumentException e) {
      throw new DamagedGalleryException(
          file.file(), texts.position(), String.valueOf(e.getMessage()));
    }
    texts.end();
    return new Images(file, columns, labels, nextId, calibration);
  }

  private static VectorIndex openIndex(SealedFile file, GallerySettings settings, Columns columns) {
    VectorIndex index;
    try {
      index = IndexFile.open(file.bytes().asSlice(HEADER_BYTES));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DamagedGalleryException(file.file(), HEADER_BYTES, String.valueOf(e.getMessage()));
    }
    boolean fits =
        index.dimension() == settings.dimension()
            && index.metric() == settings.similarity().metric()
            && Arrays.equals(index.ids(), columns.ids(0, columns.size()));
    if (!fits) {
      index.close();
      throw new DamagedGalleryException(
          file.file(), HEADER_BYTES, "it is not the index of this snapshot's images");
    }
    return index;
  }
}
