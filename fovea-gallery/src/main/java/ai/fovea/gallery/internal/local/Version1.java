package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.SealedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a gallery of version 1, which has one file besides the manifest, `snapshot-N.fvs`: a
/// [SealedFile], whose body is, with `N` images of `D` values and `L` labels, and texts as in
/// [Details]:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | the text `FVGSNAP1` |
/// | 8 | 4 | `D` |
/// | 12 | 4 | `L` |
/// | 16 | 8 | `N` |
/// | 24 | 8 | the snapshot's number |
/// | 32 | 8 | the body's length |
/// | 40 | 24 | zero |
/// | 64 | 8·N | ids, ascending |
/// | | 4·N | the number of each image's label, 0 to `L`-1 |
/// | | 0–63 | zero, up to a multiple of 64 |
/// | | 4·D·N | vectors |
/// | | | `L` texts: the labels |
/// | | | for each image its source and attributes |
final class Version1 {
  private static final byte[] MAGIC = "FVGSNAP1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 64;
  private static final int BATCH = 1024;

  private Version1() {}

  /// Reads all of it into memory.
  ///
  /// @throws java.nio.file.NoSuchFileException where the file is absent
  /// @throws DamagedGalleryException where it is not what was written
  static Content read(Disk disk, Path folder, Manifest manifest) throws IOException {
    SealedFile file =
        SealedFile.open(
            disk,
            folder.resolve(FileNames.snapshot(manifest.snapshot())),
            MAGIC,
            manifest.seals().getFirst());
    file.need(0, file.body());
    Content content = new Content(manifest.settings(), manifest.created());
    boolean read = false;
    try {
      Manifest.Version1 version1 = manifest.version1().orElseThrow();
      read(file, manifest, version1.nextId(), content);
      content.reserveIds(version1.nextId());
      content.apply(new LoggedChange.Calibrate(version1.calibration()));
      read = true;
      return content;
    } catch (IllegalArgumentException e) {
      throw new DamagedGalleryException(file.file(), HEADER_BYTES, String.valueOf(e.getMessage()));
    } finally {
      if (!read) {
        content.close();
      }
    }
  }

  private static void read(SealedFile file, Manifest manifest, long nextId, Content content) {
    Input header = new Input(file.file(), file.bytes(), MAGIC.length, file.body());
    int dimension = header.integer();
    int labelCount = header.integer();
    long count = header.number();
    header.check(dimension == manifest.settings().dimension(), 8, "dimension " + dimension);
    header.check(header.number() == manifest.snapshot(), 24, "its number is not in its name");
    long each = Long.BYTES + Integer.BYTES + (long) dimension * Float.BYTES;
    header.check(count >= 0 && count <= file.body() / each, 16, count + " images");
    header.check(labelCount >= 0 && labelCount <= count, 12, labelCount + " labels");
    long labelsAt = HEADER_BYTES + count * Long.BYTES;
    long vectorsAt = Math.ceilDiv(labelsAt + count * Integer.BYTES, 64L) * 64;
    long textsAt = vectorsAt + count * dimension * Float.BYTES;
    header.check(textsAt <= file.body(), 16, count + " images do not fit in");
    Input ids = new Input(file.file(), file.bytes(), HEADER_BYTES, labelsAt);
    Input numbers = new Input(file.file(), file.bytes(), labelsAt, vectorsAt);
    Input vectors = new Input(file.file(), file.bytes(), vectorsAt, textsAt);
    Input texts = new Input(file.file(), file.bytes(), textsAt, file.body());
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < labelCount; i++) {
      labels.add(LoggedChange.label(texts));
    }
    for (long from = 0; from < count; from += BATCH) {
      int size = (int) Math.min(BATCH, count - from);
      LoggedChange.Add batch =
          new LoggedChange.Add(new long[size], new ArrayList<>(), new float[size][]);
      for (int i = 0; i < size; i++) {
        batch.ids()[i] = ids.number();
        ids.check(batch.ids()[i] < nextId, ids.position(), "id " + batch.ids()[i]);
        int label = numbers.integer();
        numbers.check(
            label >= 0 && label < labelCount, numbers.position(), "label number " + label);
        batch.images().add(new LoggedChange.Image(labels.get(label), Details.readTexts(texts)));
        batch.vectors()[i] = vectors.floats(dimension);
      }
      content.apply(batch);
    }
    texts.end();
  }
}
