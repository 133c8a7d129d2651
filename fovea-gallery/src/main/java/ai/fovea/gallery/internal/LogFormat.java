package ai.fovea.gallery.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/// A log: what was changed since a snapshot, one record after another, in the order in which it was
/// done.
///
/// All numbers are little-endian. The file begins with a header, which is forced before the
/// manifest names the file:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | the text `FVGLOG02` |
/// | 8 | 8 | the number of the snapshot, which is also in the file's name |
/// | 16 | 16 | the gallery's own id, most significant half first |
/// | 32 | 28 | zero |
/// | 60 | 4 | `H`, the CRC-32C of the 60 bytes before it |
///
/// Then follow records, each at a multiple of 8:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `L`, the length of its content |
/// | 8 | 8 | its sequence number: 1, 2, 3 … without gaps |
/// | 16 | 8 | `F`: when this was written, all records up to this number had been forced |
/// | 24 | 4 | what it is: 0 for a mark, which has no content; other numbers are the caller's |
/// | 28 | 4 | the CRC-32C of the bytes of `H` and the 28 bytes before |
/// | 32 | L | the content |
/// | | 0–7 | zero |
/// | | 4 | the CRC-32C of the bytes of `H` and all of the record before, at the end of a multiple of 8 |
///
/// A change is one record, however many images it adds: it is there as a whole or not at all. `H`
/// differs from log to log, so that old bytes that a file system lets show up again are not taken
/// for records.
///
/// **A torn tail and a flipped bit.** When the power fails, any part of what was not forced may be
/// missing, and something behind it may be there. So a record that is wrong proves nothing by
/// itself, and neither does a good one behind it. But each record tells in `F` what had been forced
/// by then, and after each forcing a mark is written that tells it of the newest ones. A record
/// that is wrong is
///
/// * **damage**, where anywhere behind it the header of a record tells that it had been forced; or
///   where it is right but not the one that is due: [ai.fovea.gallery.DamagedGalleryException] with
///   file and offset;
/// * **a torn tail** otherwise: nobody was told that it lasts. It is cut off, with all that
///   follows, and a line in the program's log says so.
///
/// The mark itself is not forced. A process that dies, or closes the gallery, leaves it; after
/// either, every flipped bit is noticed, but for one in the last mark, which says nothing that
/// matters. Only after a power cut may the last record or group of records lack its mark, and only
/// there a bit flipped in them looks like a torn tail. A file that is cut short looks like a torn
/// tail too, as it would after a crash of a file system: it opens as it was at an earlier moment.
final class LogFormat {
  static final byte[] MAGIC = {'F', 'V', 'G', 'L', 'O', 'G', '0', '2'};
  static final int HEADER_BYTES = 64;
  static final int RECORD_HEADER_BYTES = 32;
  static final int ALIGNMENT = 8;
  static final int LEAST_RECORD_BYTES = RECORD_HEADER_BYTES + ALIGNMENT;
  static final int MARK = 0;
  private static final int HEADER_CRC_AT = 60;

  private LogFormat() {}

  /// Returns the header of a log.
  static ByteBuffer header(UUID gallery, long snapshot) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putLong(snapshot);
    header.putLong(gallery.getMostSignificantBits()).putLong(gallery.getLeastSignificantBits());
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, HEADER_CRC_AT);
    return header.putInt(HEADER_CRC_AT, (int) crc.getValue()).position(0).limit(HEADER_BYTES);
  }

  /// Returns the header's checksum `H`, with which all others begin.
  static int seed(ByteBuffer header) {
    return header.getInt(HEADER_CRC_AT);
  }

  /// Returns the length of a record with that much content; less than 0 where there can be none.
  static long recordBytes(long content) {
    return content < 0 || content > Long.MAX_VALUE / 2
        ? -1
        : RECORD_HEADER_BYTES + Math.ceilDiv(content + Integer.BYTES, ALIGNMENT) * ALIGNMENT;
  }

  /// Returns a checksum that has seen `seed`.
  static CRC32C crc(int seed) {
    CRC32C crc = new CRC32C();
    for (int i = 0; i < Integer.SIZE; i += Byte.SIZE) {
      crc.update(seed >>> i);
    }
    return crc;
  }
}
