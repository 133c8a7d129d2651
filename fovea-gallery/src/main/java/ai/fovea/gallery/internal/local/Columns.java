package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.SealedFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The images of a snapshot, by row, where they lie: nothing is made of an image before somebody
/// asks for it.
///
/// Immutable, for any number of threads.
final class Columns {
  static final Columns EMPTY =
      new Columns(null, Arena.global().allocate(0), 0, Snapshot.HEADER_BYTES);

  private static final int CHECKED_ROWS = 4096;

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
    long max = file.body() / (2 * Long.BYTES + Integer.BYTES);
    Input in = new Input(file.file(), file.bytes(), 0, file.body());
    in.check(
        count >= 0 && count < max && count < Integer.MAX_VALUE - 8,
        16,
        count + " images do not fit in");
    Columns columns = new Columns(file, file.bytes(), (int) count, Snapshot.HEADER_BYTES);
    in.check(columns.textsAt() <= file.body(), 16, count + " images do not fit in");
    file.need(0, columns.textsAt());
    long details = columns.offset(0);
    in.check(
        details >= columns.textsAt() && details <= file.body(),
        columns.offsetsAt,
        "details at " + details);
    file.need(0, details);
    long previousId = -1;
    long previousOffset = details;
    // Many rows at a time: plain arrays are read fast before anything is compiled.
    for (int from = 0, rows; from < columns.size; from += rows) {
      rows = Math.min(CHECKED_ROWS, columns.size - from);
      previousId = columns.checkIds(in, from, rows, previousId, nextId);
      columns.checkLabels(in, from, rows, labels);
      previousOffset = columns.checkOffsets(in, from, rows, previousOffset);
    }
    in.check(
        columns.offset(columns.size) == file.body(),
        columns.offsetsAt + (long) columns.size * Long.BYTES,
        "the last details do not end where the body does");
    return columns;
  }

  private long checkIds(Input in, int from, int rows, long before, long nextId) {
    long at = Snapshot.HEADER_BYTES + (long) from * Long.BYTES;
    long previous = before;
    for (long id : ids(from, rows)) {
      if (id <= previous || id >= nextId) {
        throw in.damage(at, "id " + id + " after " + previous);
      }
      previous = id;
      at += Long.BYTES;
    }
    return previous;
  }

  private void checkLabels(Input in, int from, int rows, long labels) {
    long at = labelsAt + (long) from * Integer.BYTES;
    for (int label : bytes.asSlice(at, (long) rows * Integer.BYTES).toArray(Input.INT)) {
      if (label < 0 || label >= labels) {
        throw in.damage(at, "label number " + label + " of " + labels);
      }
      at += Integer.BYTES;
    }
  }

  private long checkOffsets(Input in, int from, int rows, long before) {
    long at = offsetsAt + (long) from * Long.BYTES;
    long previous = before;
    for (long end : bytes.asSlice(at + Long.BYTES, (long) rows * Long.BYTES).toArray(Input.LONG)) {
      if (end < previous) {
        throw in.damage(at, "details end before they begin");
      }
      previous = end;
      at += Long.BYTES;
    }
    return previous;
  }

  int size() {
    return size;
  }

  /// Returns the ids of `rows` rows from `from` on.
  long[] ids(int from, int rows) {
    return bytes
        .asSlice(Snapshot.HEADER_BYTES + (long) from * Long.BYTES, (long) rows * Long.BYTES)
        .toArray(Input.LONG);
  }

  long id(int row) {
    return bytes.get(Input.LONG, Snapshot.HEADER_BYTES + (long) row * Long.BYTES);
  }

  int label(int row) {
    return bytes.get(Input.INT, labelsAt + (long) row * Integer.BYTES);
  }

  /// Returns where the texts behind the columns begin.
  long textsAt() {
    return offsetsAt + (size + 1L) * Long.BYTES;
  }

  /// Returns where the details begin, and the texts end.
  long detailsAt() {
    return offset(0);
  }

  /// Returns the row with this id, or -1.
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

  /// Returns an image's details but for its thumbnail, which is not read.
  Details texts(int row) {
    MemorySegment raw = rawDetails(row);
    SealedFile from = Objects.requireNonNull(file);
    return Details.readTexts(
        new Input(from.file(), bytes, offset(row), offset(row) + raw.byteSize()));
  }

  /// Returns the first row whose id is greater than `id`, or the number of rows.
  int rowAfter(long id) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (id(middle) > id) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /// Returns an image's details as they are written.
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
