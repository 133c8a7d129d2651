package ai.fovea.gallery.internal;

import ai.fovea.gallery.DamagedGalleryException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/// A file that is written once, as a whole, with checksums, and never changed.
///
/// All numbers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | B | the body, which begins with 8 bytes that tell what it is |
/// | B | 4·⌈B/65536⌉ | the CRC-32C of each 64 KiB of the body, the last of what is left |
/// | | 8 | `B` |
/// | | 4 | the CRC-32C of the checksums and that `B` |
/// | | 4 | the text `FVGE` |
///
/// The manifest repeats the file's length and the checksum of the checksums, so that neither a
/// changed byte nor a good file of another time goes unnoticed. Checksums are compared at opening
/// up to [#VERIFIED_AT_OPENING] bytes; of a longer file what [#need] names, before it is used, and
/// everything by [#verify].
///
/// For any number of threads.
public final class SealedFile {
  /// A file up to this long, 1 GiB, is verified as a whole when it is opened.
  public static final long VERIFIED_AT_OPENING = 1L << 30;

  static final byte[] END = {'F', 'V', 'G', 'E'};
  static final int BLOCK_BYTES = 1 << 16;
  static final int TRAILER_BYTES = 16;
  private static final int MAGIC_BYTES = 8;
  private static final long SHARED_BYTES = 8 << 20;

  private final Path file;
  private final MemorySegment bytes;
  private final long body;
  // A block that two threads verify at once is verified twice, which does no harm.
  private final boolean[] verified;

  /// What a manifest needs to know to recognise a sealed file.
  ///
  /// @param bytes the length of the file
  /// @param crc the checksum of its checksums
  public record Seal(long bytes, int crc) {}

  private SealedFile(Path file, MemorySegment bytes, long body) {
    this.file = file;
    this.bytes = bytes;
    this.body = body;
    this.verified = new boolean[(int) blocks(body)];
  }

  /// Opens a file.
  ///
  /// @param magic the 8 bytes at its beginning
  /// @throws java.nio.file.NoSuchFileException where it is absent
  /// @throws DamagedGalleryException where it is not the file with this seal
  public static SealedFile open(Disk disk, Path path, byte[] magic, Seal seal) throws IOException {
    MemorySegment bytes = disk.map(path);
    long size = bytes.byteSize();
    check(
        path,
        size == seal.bytes(),
        Math.min(size, seal.bytes()),
        "it has " + size + " bytes, the manifest says " + seal.bytes());
    long trailer = size - TRAILER_BYTES;
    check(path, trailer >= MAGIC_BYTES, size, "it is cut short");
    check(path, equal(bytes, trailer + 12, END), trailer + 12, "the mark of the end is missing");
    long body = bytes.get(Input.LONG, trailer);
    check(
        path,
        body >= MAGIC_BYTES && body <= trailer && fileBytes(body) == size,
        trailer,
        "its length does not fit the length of its body");
    int crc = bytes.get(Input.INT, trailer + Long.BYTES);
    check(
        path,
        crc == seal.crc() && crc == crc(bytes, body, trailer + Long.BYTES - body),
        body,
        "its checksums are not the ones that the manifest names");
    SealedFile sealed = new SealedFile(path, bytes, body);
    sealed.need(0, size <= VERIFIED_AT_OPENING ? body : MAGIC_BYTES);
    check(
        path,
        equal(bytes, 0, magic),
        0,
        "expected it to begin with " + new String(magic, StandardCharsets.US_ASCII));
    return sealed;
  }

  /// Returns the file.
  public Path file() {
    return file;
  }

  /// Returns the body's length.
  public long body() {
    return body;
  }

  /// Returns all of the body, of which only what was verified is to be used.
  public MemorySegment bytes() {
    return bytes.asSlice(0, body);
  }

  /// Verifies the part of the body that is about to be used.
  ///
  /// @throws DamagedGalleryException where it is not what was written
  public void need(long from, long length) {
    eachBlock(
        from,
        length,
        block -> {
          if (!verified[block]) {
            verifyBlock(block);
            verified[block] = true;
          }
        });
  }

  /// Verifies all of the body, whatever was verified before.
  ///
  /// @throws DamagedGalleryException where it is not what was written
  public void verify() {
    eachBlock(0, body, this::verifyBlock);
  }

  /// Does something with each block that holds some of these bytes; where they are many, all
  /// processors share them.
  private static void eachBlock(long from, long length, IntConsumer work) {
    int first = (int) (from / BLOCK_BYTES);
    int end = (int) blocks(from + length);
    if (length >= SHARED_BYTES) {
      IntStream.range(first, end).parallel().forEach(work);
      return;
    }
    for (int block = first; block < end; block++) {
      work.accept(block);
    }
  }

  private void verifyBlock(int block) {
    long from = (long) block * BLOCK_BYTES;
    check(
        file,
        crc(bytes, from, Math.min(BLOCK_BYTES, body - from))
            == bytes.get(Input.INT, body + (long) block * Integer.BYTES),
        from,
        "this block does not have its checksum");
  }

  static long blocks(long body) {
    return Math.ceilDiv(body, (long) BLOCK_BYTES);
  }

  static long fileBytes(long body) {
    return body + Integer.BYTES * blocks(body) + TRAILER_BYTES;
  }

  private static int crc(MemorySegment bytes, long offset, long length) {
    CRC32C crc = new CRC32C();
    // In slices: the table of a very large file does not fit into one byte buffer's 2 GiB.
    for (long done = 0; done < length; done += BLOCK_BYTES) {
      long piece = Math.min(BLOCK_BYTES, length - done);
      crc.update(bytes.asSlice(offset + done, piece).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  private static boolean equal(MemorySegment bytes, long offset, byte[] expected) {
    return bytes.asSlice(offset, expected.length).mismatch(MemorySegment.ofArray(expected)) == -1;
  }

  private static void check(Path file, boolean right, long offset, String damage) {
    if (!right) {
      throw new DamagedGalleryException(file, offset, damage);
    }
  }
}
