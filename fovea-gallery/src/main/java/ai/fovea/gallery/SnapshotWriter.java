package ai.fovea.gallery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.zip.CRC32C;

/// Writes a snapshot in the layout of [SnapshotFormat], with one buffer of 64 KiB.
final class SnapshotWriter {
  private final FileChannel to;
  private final ByteBuffer block = buffer(SnapshotFormat.BLOCK_BYTES);
  private final CRC32C crc = new CRC32C();
  private ByteBuffer checksums = buffer(64);

  /// What a manifest needs to know to recognise a snapshot.
  ///
  /// @param bytes the length of the file
  /// @param crc the checksum of its checksums
  record Written(long bytes, int crc) {}

  private SnapshotWriter(FileChannel to) {
    this.to = to;
  }

  /// Writes all of it; forcing it to disk is the caller's.
  static Written write(
      FileChannel to,
      long sequence,
      int dimension,
      List<Entry> entries,
      LongFunction<float[]> vectors)
      throws IOException {
    return new SnapshotWriter(to).write(sequence, dimension, entries, vectors);
  }

  private Written write(
      long sequence, int dimension, List<Entry> entries, LongFunction<float[]> vectors)
      throws IOException {
    Map<String, Integer> labels = new LinkedHashMap<>();
    entries.forEach(entry -> labels.putIfAbsent(entry.label(), labels.size()));
    long fixed = SnapshotFormat.HEADER_BYTES + entries.size() * (long) (Long.BYTES + Integer.BYTES);
    long vectorsAt =
        Math.ceilDiv(fixed, (long) SnapshotFormat.VECTOR_ALIGNMENT)
            * SnapshotFormat.VECTOR_ALIGNMENT;
    long body = vectorsAt + (long) entries.size() * dimension * Float.BYTES;
    for (String label : labels.keySet()) {
      body += textBytes(label);
    }
    for (Entry entry : entries) {
      body += detailBytes(entry);
    }

    put(SnapshotFormat.MAGIC);
    putInt(dimension);
    putInt(labels.size());
    putLong(entries.size());
    putLong(sequence);
    putLong(body);
    put(new byte[24]);
    for (Entry entry : entries) {
      putLong(entry.id());
    }
    for (Entry entry : entries) {
      putInt(labels.getOrDefault(entry.label(), -1));
    }
    put(new byte[(int) (vectorsAt - fixed)]);
    for (Entry entry : entries) {
      for (float value : vectors.apply(entry.id())) {
        putInt(Float.floatToRawIntBits(value));
      }
    }
    for (String label : labels.keySet()) {
      putText(label);
    }
    for (Entry entry : entries) {
      putDetails(entry);
    }
    return finish(body);
  }

  private Written finish(long body) throws IOException {
    endBlock();
    ByteBuffer end = buffer(checksums.position() + SnapshotFormat.TRAILER_BYTES);
    end.put(checksums.flip()).putLong(body);
    crc.reset();
    crc.update(end.duplicate().flip());
    int crcOfChecksums = (int) crc.getValue();
    end.putInt(crcOfChecksums).put(SnapshotFormat.END).flip();
    drain(end);
    return new Written(SnapshotFormat.fileBytes(body), crcOfChecksums);
  }

  private void putDetails(Entry entry) throws IOException {
    Optional<String> source = entry.source();
    if (source.isPresent()) {
      putText(source.get());
    } else {
      putInt(SnapshotFormat.ABSENT);
    }
    putInt(entry.attributes().size());
    for (Map.Entry<String, String> attribute : entry.attributes().entrySet()) {
      putText(attribute.getKey());
      putText(attribute.getValue());
    }
  }

  private static long detailBytes(Entry entry) {
    long bytes =
        entry.source().map(SnapshotWriter::textBytes).orElse((long) Integer.BYTES) + Integer.BYTES;
    for (Map.Entry<String, String> attribute : entry.attributes().entrySet()) {
      bytes += textBytes(attribute.getKey()) + textBytes(attribute.getValue());
    }
    return bytes;
  }

  private static long textBytes(String text) {
    return Integer.BYTES + (long) text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void putText(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putInt(bytes.length);
    put(bytes);
  }

  private void putInt(int value) throws IOException {
    if (block.remaining() >= Integer.BYTES) {
      block.putInt(value);
    } else {
      put(buffer(Integer.BYTES).putInt(value).array());
    }
  }

  private void putLong(long value) throws IOException {
    put(buffer(Long.BYTES).putLong(value).array());
  }

  private void put(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      if (!block.hasRemaining()) {
        endBlock();
      }
      int count = Math.min(block.remaining(), bytes.length - at);
      block.put(bytes, at, count);
      at += count;
    }
  }

  private void endBlock() throws IOException {
    block.flip();
    if (!block.hasRemaining()) {
      block.clear();
      return;
    }
    crc.reset();
    crc.update(block.duplicate());
    if (checksums.remaining() < Integer.BYTES) {
      checksums = buffer(2 * checksums.capacity()).put(checksums.flip());
    }
    checksums.putInt((int) crc.getValue());
    drain(block);
    block.clear();
  }

  private void drain(ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      to.write(from);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
