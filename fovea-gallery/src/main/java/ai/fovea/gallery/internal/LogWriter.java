package ai.fovea.gallery.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends records to a log in the layout of [LogFormat], and forces them, for several threads at
/// once.
///
/// An error while writing leaves the log as it was. After an error while forcing, or while undoing
/// what was written, nobody knows what the disk holds: from then on everything is refused, and only
/// opening the gallery again finds out.
public final class LogWriter implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final Disk.File file;
  private final int seed;
  // The rest belongs to this object's monitor.
  private long end;
  private long next;
  private long lastChange;
  private long forced;
  private boolean forcing;
  private boolean closed;
  private @Nullable Throwable broken;

  private LogWriter(Disk.File file, int seed, long end, long next) {
    this.file = file;
    this.seed = seed;
    this.end = end;
    this.next = next;
    this.lastChange = next - 1;
    this.forced = next - 1;
  }

  /// Makes an empty log, which lasts once [#forceHeader()] and the forcing of its folder have
  /// returned.
  public static LogWriter create(Disk disk, Path path, UUID gallery, long snapshot)
      throws IOException {
    ByteBuffer header = LogFormat.header(gallery, snapshot);
    int seed = LogFormat.seed(header);
    return closingOnFailure(
        disk.create(path),
        file -> {
          file.write(header);
          return new LogWriter(file, seed, LogFormat.HEADER_BYTES, 1);
        });
  }

  /// Goes on behind the last good record of a log that was read to its `end`; what it holds is
  /// durable afterwards.
  public static LogWriter resume(
      Disk disk, Path path, UUID gallery, long snapshot, LogReader.End end) throws IOException {
    int seed = LogFormat.seed(LogFormat.header(gallery, snapshot));
    return closingOnFailure(
        disk.append(path),
        file -> {
          LogWriter writer = new LogWriter(file, seed, end.offset(), end.records() + 1);
          if (end.offset() < end.fileBytes()) {
            file.truncate(end.offset());
          }
          if (end.offset() < end.fileBytes() || !end.marked()) {
            // Before anything is appended: what was cut off must not come back behind it.
            file.force();
            writer.forcedTo(end.records());
          }
          return writer;
        });
  }

  /// Returns the log's length.
  public synchronized long bytes() {
    return end;
  }

  /// Returns when the empty log's content is durable.
  public void forceHeader() throws IOException {
    file.force();
  }

  /// Appends a change; it is durable once it was [forced][#force].
  ///
  /// @return its sequence number
  /// @throws IOException where it can't be written: the log is as it was
  public synchronized long append(int kind, Output.Content content) throws IOException {
    refuseIfBroken();
    long sequence = write(kind, content);
    lastChange = sequence;
    return sequence;
  }

  /// Returns when the records up to this number are durable. Threads that come while another one is
  /// forcing share the next forcing.
  public void force(long sequence) throws IOException {
    long reached;
    synchronized (this) {
      waitWhileForcing(sequence);
      if (forced >= sequence || closed) {
        return;
      }
      refuseIfBroken();
      forcing = true;
      reached = next - 1;
    }
    @Nullable Throwable problem = new IOException("the forcing was not ended");
    try {
      file.force();
      problem = null;
    } catch (IOException e) {
      problem = e;
      throw e;
    } finally {
      if (problem != null) {
        fail(problem);
      }
    }
    forcedTo(reached);
  }

  /// Forces all that was changed.
  public void forceAll() throws IOException {
    long last;
    synchronized (this) {
      refuseIfBroken();
      last = lastChange;
    }
    force(last);
  }

  /// Refuses everything from now on.
  public synchronized void fail(Throwable why) {
    forcing = false;
    if (broken == null) {
      broken = why;
    }
    notifyAll();
  }

  /// Waits for the thread that is forcing, then closes the file. What was not forced is durable by
  /// other means, or given up.
  @Override
  public void close() throws IOException {
    synchronized (this) {
      waitWhileForcing(Long.MAX_VALUE);
      closed = true;
    }
    file.close();
  }

  private synchronized void forcedTo(long reached) {
    forcing = false;
    forced = reached;
    notifyAll();
    try {
      write(LogFormat.MARK, to -> {});
    } catch (IOException e) {
      // The disk is full, perhaps: what was forced lasts without a mark as well.
      LOG.debug("no mark could be written", e);
    }
  }

  private synchronized long write(int kind, Output.Content content) throws IOException {
    long length = Output.count(content);
    long bytes = LogFormat.recordBytes(length);
    boolean written = false;
    try {
      Output to = new Output(file::write, bytes, LogFormat.crc(seed));
      to.putLong(length);
      to.putLong(next);
      to.putLong(forced);
      to.putInt(kind);
      to.putInt(to.crc());
      content.writeTo(to);
      to.putZeros(bytes - Integer.BYTES - to.position());
      to.putInt(to.crc());
      to.flush();
      written = true;
    } finally {
      if (!written) {
        cutOff();
      }
    }
    end += bytes;
    return next++;
  }

  /// Waits as long as another thread is forcing and the records up to `sequence` are not durable.
  private synchronized void waitWhileForcing(long sequence) {
    boolean interrupted = false;
    while (forced < sequence && forcing) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Removes what a failed write may have left.
  private void cutOff() {
    try {
      file.truncate(end);
    } catch (IOException e) {
      fail(e);
    }
  }

  private void refuseIfBroken() throws IOException {
    if (broken != null) {
      throw new IOException(
          "an earlier write failed ("
              + broken.getMessage()
              + "), so it is unknown what the disk holds: close the gallery and open it again",
          broken);
    }
  }

  /// Makes a writer of an open file.
  @FunctionalInterface
  private interface Opening {
    LogWriter of(Disk.File file) throws IOException;
  }

  private static LogWriter closingOnFailure(Disk.File file, Opening opening) throws IOException {
    boolean opened = false;
    try {
      LogWriter writer = opening.of(file);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }
}
