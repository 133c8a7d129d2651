package ai.fovea.gallery;

import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.SealedFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The pictures of a snapshot, by row, where they lie: nothing is made of a picture before somebody asks for it.
///
/// Immutable, for any number of threads.
final class Columns {
  static final Columns EMPTY =
      new Columns(null, Arena.global().allocate(0), 0, Snapshot.HEADER_BYTES);

  private final @Nullable SealedFile file;
  private final MemorySegment bytes;
  private final int size;
  private final long labelsAt;
  private final long offsetsAt;

  private Columns(@Nullable SealedFile file, MemorySegment bytes, int size, long idsAt) {
    this.file = file;
    this.bytes = bytes;
    this.size = size;
    this.labelsAt = idsAt + (long) size * Long.BYTES;
    this.offsetsAt = Math.ceilDiv(labelsAt + (long) size * Integer.BYTES, 8L) * 8;
  }

  /// Checks all that later use relies on.
  ///
  /// @throws DamagedGalleryException where it is not so
  static Columns of(SealedFile file, long count, long labels, long nextId) {
    long most = file.body() / (2 * Long.BYTES + Integer.BYTES);
    Input in = new Input(file.file(), file.bytes(), 0, file.body());
    in.check(
        count >= 0 && count < most && count < Integer.MAX_VALUE - 8,
        16,
        count + " pictures do not fit in");
    Columns columns = new Columns(file, file.bytes(), (int) count, Snapshot.HEADER_BYTES);
    in.check(columns.textsAt() <= file.body(), 16, count + " pictures do not fit in");
    file.need(0, columns.textsAt());
    long details = columns.offset(0);
    in.check(
        details >= columns.textsAt() && details <= file.body(),
        columns.offsetsAt,
        "details at " + details);
    file.need(0, details);
    long previous = -1;
    for (int row = 0; row < columns.size; row++) {
      long id = columns.id(row);
      in.check(
          id > previous && id < nextId,
          Snapshot.HEADER_BYTES + (long) row * Long.BYTES,
          "id " + id + " after " + previous);
      previous = id;
      int label = columns.label(row);
      in.check(
          label >= 0 && label < labels,
          columns.labelsAt + (long) row * Integer.BYTES,
          "label number " + label + " of " + labels);
      in.check(
          columns.offset(row) <= columns.offset(row + 1),
          columns.offsetsAt + (long) row * Long.BYTES,
          "details end before they begin");
    }
    in.check(
        columns.offset(columns.size) == file.body(),
        columns.offsetsAt + (long) columns.size * Long.BYTES,
        "the last details do not end where the body does");
    return columns;
  }

  int size() {
    return size;
  }

  long id(int row) {
    return bytes.get(Input.LONG, Snapshot.HEADER_BYTES + (long) row * Long.BYTES);
  }

  int label(int row) {
    return bytes.get(Input.INT, labelsAt + (long) row * Integer.BYTES);
  }

  /// Where the texts behind the columns begin.
  long textsAt() {
    return offsetsAt + (size + 1L) * Long.BYTES;
  }

  /// Where the details begin, and the texts end.
  long detailsAt() {
    return offset(0);
  }

  /// The row with this id, or -1.
  int row(long id) {
    int low = 0;
    int high = size - 1;
    if (high < 0 || id < id(0)) {
      return -1;
    }
    // Mostly ids have no gaps, and the first guess is right.
    long guess = Math.min(id - id(0), high);
    if (id((int) guess) == id) {
      return (int) guess;
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long there = id(middle);
      if (there == id) {
        return middle;
      }
      if (there < id) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  Details details(int row) {
    MemorySegment raw = rawDetails(row);
    SealedFile from = Objects.requireNonNull(file);
    Input in = new Input(from.file(), bytes, offset(row), offset(row) + raw.byteSize());
    Details details = Details.read(in);
    in.end();
    return details;
  }

  /// A picture's details as they are written.
  MemorySegment rawDetails(int row) {
    long from = offset(row);
    long length = offset(row + 1) - from;
    Objects.requireNonNull(file).need(from, length);
    return bytes.asSlice(from, length);
  }

  private long offset(int row) {
    return bytes.get(Input.LONG, offsetsAt + (long) row * Long.BYTES);
  }
}
