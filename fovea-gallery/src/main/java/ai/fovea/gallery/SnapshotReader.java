package ai.fovea.gallery;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/// Reads a snapshot in the layout of [SnapshotFormat].
///
/// Every checksum is compared before anything is interpreted; every count is then compared with the bytes that are there
/// before memory is taken for it, so that a file made to deceive costs no more than its own size.
final class SnapshotReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int BATCH = 1024;

  private final Path file;
  private final MemorySegment bytes;
  private long body;
  private long at;

  private SnapshotReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// Reads `file` into `gallery`, which is empty.
  ///
  /// @throws java.nio.file.NoSuchFileException where it is absent
  /// @throws DamagedGalleryException where it is not the snapshot that `manifest` names
  static void read(Path file, Manifest manifest, MemoryGallery gallery) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = channel.size();
      SnapshotReader reader =
          new SnapshotReader(file, channel.map(MapMode.READ_ONLY, 0, size, arena));
      reader.verify(manifest);
      reader.load(manifest, gallery);
    }
  }

  private void verify(Manifest manifest) {
    long size = bytes.byteSize();
    long least = SnapshotFormat.fileBytes(SnapshotFormat.HEADER_BYTES);
    check(size >= least, size, "it has " + size + " bytes, expected at least " + least);
    check(
        size == manifest.snapshotBytes(),
        Math.min(size, manifest.snapshotBytes()),
        "it has " + size + " bytes, the manifest says " + manifest.snapshotBytes());
    long trailer = size - SnapshotFormat.TRAILER_BYTES;
    check(equal(trailer + 12, SnapshotFormat.END), trailer + 12, "the mark of the end is missing");
    body = bytes.get(LONG, trailer);
    check(
        body >= SnapshotFormat.HEADER_BYTES
            && body < size
            && SnapshotFormat.fileBytes(body) == size,
        trailer,
        "a body of " + body + " bytes does not belong into a file of " + size);
    int crc = crc(body, trailer + Long.BYTES - body);
    check(
        crc == bytes.get(INT, trailer + Long.BYTES) && crc == manifest.snapshotCrc(),
        body,
        "the checksums do not have their own checksum");
    for (long block = 0; block < SnapshotFormat.blocks(body); block++) {
      long start = block * SnapshotFormat.BLOCK_BYTES;
      long length = Math.min(SnapshotFormat.BLOCK_BYTES, body - start);
      check(
          crc(start, length) == bytes.get(INT, body + block * Integer.BYTES),
          start,
          "the " + length + " bytes from there do not have their checksum");
    }
  }

  private void load(Manifest manifest, MemoryGallery gallery) {
    check(equal(0, SnapshotFormat.MAGIC), 0, "it is not a snapshot of version 1");
    int dimension = bytes.get(INT, 8);
    int labelCount = bytes.get(INT, 12);
    long count = bytes.get(LONG, 16);
    int expected = manifest.settings().dimension();
    check(
        dimension == expected,
        8,
        "vectors have " + dimension + " values, the manifest says " + expected);
    check(
        bytes.get(LONG, 24) == manifest.snapshot(),
        24,
        "its sequence number is not the one in its name");
    check(bytes.get(LONG, 32) == body, 32, "the body's length is not the one at the end");
    for (int i = 40; i < SnapshotFormat.HEADER_BYTES; i++) {
      check(bytes.get(ValueLayout.JAVA_BYTE, i) == 0, i, "expected zero");
    }
    long perPicture = Long.BYTES + Integer.BYTES + (long) dimension * Float.BYTES;
    check(
        count >= 0 && count <= Integer.MAX_VALUE && count <= body / perPicture,
        16,
        count + " pictures do not fit in");
    check(
        labelCount >= 0 && labelCount <= count,
        12,
        labelCount + " labels for " + count + " pictures");
    long labelsOf = SnapshotFormat.HEADER_BYTES + count * Long.BYTES;
    long fixed = labelsOf + count * Integer.BYTES;
    long vectorsAt =
        Math.ceilDiv(fixed, (long) SnapshotFormat.VECTOR_ALIGNMENT)
            * SnapshotFormat.VECTOR_ALIGNMENT;
    at = vectorsAt + count * dimension * Float.BYTES;
    check(at <= body, 16, count + " pictures do not fit in");
    List<String> labels = labels(labelCount);
    long previous = -1;
    for (long from = 0; from < count; from += BATCH) {
      int size = (int) Math.min(BATCH, count - from);
      List<Long> ids = new ArrayList<>(size);
      List<NewEntry> entries = new ArrayList<>(size);
      float[][] vectors = new float[size][dimension];
      for (int i = 0; i < size; i++) {
        long idAt = SnapshotFormat.HEADER_BYTES + (from + i) * Long.BYTES;
        long id = bytes.get(LONG, idAt);
        check(id > previous && id < manifest.nextId(), idAt, "id " + id + " after " + previous);
        previous = id;
        ids.add(id);
        long labelAt = labelsOf + (from + i) * Integer.BYTES;
        int label = bytes.get(INT, labelAt);
        check(
            label >= 0 && label < labelCount,
            labelAt,
            "label number " + label + " of " + labelCount);
        long vectorAt = vectorsAt + (from + i) * dimension * Float.BYTES;
        MemorySegment.copy(bytes, FLOAT, vectorAt, vectors[i], 0, dimension);
        entries.add(details(NewEntry.of(labels.get(label), vectors[i])));
      }
      try {
        gallery.store(ids, vectors, entries);
      } catch (IllegalArgumentException e) {
        throw new DamagedGalleryException(
            file, vectorsAt + from * dimension * Float.BYTES, String.valueOf(e.getMessage()));
      }
    }
    check(at == body, at, "there are " + (body - at) + " bytes too many");
  }

  private List<String> labels(int count) {
    List<String> labels = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long start = at;
      String label = text(integer());
      check(Text.check("label", label).isEmpty() && seen.add(label), start, "expected a new label");
      labels.add(label);
    }
    return labels;
  }

  private NewEntry details(NewEntry bare) {
    NewEntry entry = bare;
    int source = integer();
    if (source != SnapshotFormat.ABSENT) {
      entry = entry.withSource(text(source));
    }
    int attributes = integer();
    check(
        attributes >= 0 && attributes <= Additions.MOST_ATTRIBUTES,
        at - Integer.BYTES,
        attributes + " attributes");
    for (int i = 0; i < attributes; i++) {
      String key = text(integer());
      entry = entry.withAttribute(key, text(integer()));
    }
    return entry;
  }

  private int integer() {
    check(body - at >= Integer.BYTES, at, "a number is cut short");
    int value = bytes.get(INT, at);
    at += Integer.BYTES;
    return value;
  }

  private String text(int length) {
    check(
        length >= 0 && length <= body - at,
        at - Integer.BYTES,
        "a text of " + length + " bytes does not fit in");
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(bytes.asSlice(at, length).asByteBuffer())
              .toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new DamagedGalleryException(file, at, "expected text in UTF-8");
    }
  }

  private boolean equal(long offset, byte[] expected) {
    return bytes.asSlice(offset, expected.length).mismatch(MemorySegment.ofArray(expected)) == -1;
  }

  private int crc(long offset, long length) {
    CRC32C crc = new CRC32C();
    // In slices: the table of a very large snapshot does not fit into one byte buffer's 2 GiB.
    for (long done = 0; done < length; done += SnapshotFormat.BLOCK_BYTES) {
      ByteBuffer slice =
          bytes
              .asSlice(offset + done, Math.min(SnapshotFormat.BLOCK_BYTES, length - done))
              .asByteBuffer();
      crc.update(slice);
    }
    return (int) crc.getValue();
  }

  private void check(boolean right, long offset, String otherwise) {
    if (!right) {
      throw new DamagedGalleryException(file, offset, otherwise);
    }
  }
}
