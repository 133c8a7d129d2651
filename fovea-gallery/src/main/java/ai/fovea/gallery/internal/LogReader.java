package ai.fovea.gallery.internal;

import ai.fovea.gallery.DamagedGalleryException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Reads a log in the layout of [LogFormat] to its end, and tells a torn tail from damage.
public final class LogReader {
  private static final int PIECE_BYTES = 1 << 20;

  private final Path file;
  private final MemorySegment bytes;
  private final long size;
  private final int seed;

  /// Takes what the records hold, in their order.
  @FunctionalInterface
  public interface Changes {
    /// Takes one.
    ///
    /// @param kind the caller's number
    /// @param offset the record's place in the file
    void change(int kind, long offset, Input content);
  }

  /// Where a log's good records end.
  ///
  /// @param offset the place behind the last one
  /// @param records how many there are, marks among them
  /// @param marked whether the last one is a mark, or there is none
  /// @param fileBytes the length of the file: more than `offset` where the tail is torn
  public record End(long offset, long records, boolean marked, long fileBytes) {}

  private LogReader(Path file, MemorySegment bytes, int seed) {
    this.file = file;
    this.bytes = bytes;
    this.size = bytes.byteSize();
    this.seed = seed;
  }

  /// Reads a log as it is now; another process may be writing to it.
  ///
  /// @throws java.nio.file.NoSuchFileException where it is absent
  /// @throws DamagedGalleryException where it is not what was written
  public static End read(Disk disk, Path path, UUID gallery, long snapshot, Changes changes)
      throws IOException {
    MemorySegment bytes = disk.read(path, Long.MAX_VALUE);
    ByteBuffer header = LogFormat.header(gallery, snapshot);
    long wrong = bytes.mismatch(MemorySegment.ofBuffer(header));
    if (wrong >= 0 && wrong < LogFormat.HEADER_BYTES) {
      throw new DamagedGalleryException(path, wrong, "it does not begin as this gallery's log");
    }
    return new LogReader(path, bytes, LogFormat.seed(header)).read(changes);
  }

  private End read(Changes changes) {
    long at = LogFormat.HEADER_BYTES;
    long records = 0;
    boolean marked = true;
    while (at < size && good(at)) {
      long sequence = bytes.get(Input.LONG, at + 8);
      if (sequence != records + 1) {
        throw new DamagedGalleryException(
            file, at, "record " + sequence + " follows record " + records);
      }
      long length = bytes.get(Input.LONG, at);
      int kind = bytes.get(Input.INT, at + 24);
      long content = at + LogFormat.RECORD_HEADER_BYTES;
      marked = kind == LogFormat.MARK;
      if (!marked) {
        changes.change(kind, at, new Input(file, bytes, content, content + length));
      }
      at += LogFormat.recordBytes(length);
      records++;
    }
    if (at < size) {
      refuseDamage(at, records + 1);
    }
    return new End(at, records, marked, size);
  }

  /// Looks for a proof that the record at `at`, whose number should be `due`, had been forced.
  private void refuseDamage(long at, long due) {
    long last = size - LogFormat.LEAST_RECORD_BYTES;
    for (long later = at + LogFormat.ALIGNMENT; later <= last; later += LogFormat.ALIGNMENT) {
      if (goodHeader(later) && bytes.get(Input.LONG, later + 16) >= due) {
        throw new DamagedGalleryException(
            file, at, "record " + due + " is not what was written there");
      }
    }
  }

  private boolean good(long at) {
    if (!goodHeader(at)) {
      return false;
    }
    long bytesOfRecord = LogFormat.recordBytes(bytes.get(Input.LONG, at));
    if (bytesOfRecord < 0 || bytesOfRecord > size - at) {
      return false;
    }
    long end = at + bytesOfRecord - Integer.BYTES;
    return crc(at, end) == bytes.get(Input.INT, end);
  }

  private boolean goodHeader(long at) {
    return at + LogFormat.LEAST_RECORD_BYTES <= size
        && crc(at, at + LogFormat.RECORD_HEADER_BYTES - Integer.BYTES)
            == bytes.get(Input.INT, at + LogFormat.RECORD_HEADER_BYTES - Integer.BYTES);
  }

  private int crc(long from, long to) {
    CRC32C crc = LogFormat.crc(seed);
    for (long at = from; at < to; at += PIECE_BYTES) {
      crc.update(bytes.asSlice(at, Math.min(PIECE_BYTES, to - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }
}
