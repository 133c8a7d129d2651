package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Durability;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.LogReader;
import ai.fovea.gallery.internal.LogWriter;
import ai.fovea.gallery.internal.SealedFile.Seal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a gallery to its folder: changes to the log, now and then a snapshot.
///
/// A snapshot's files and its empty log are written and forced under names that the manifest does
/// not yet name; then the next manifest takes the place of the last one by renaming, which is
/// forced; then the old files are deleted. Wherever that ends, the manifest names complete files;
/// what it does not name is swept away by the next writer.
public final class FolderJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(FolderJournal.class);

  private final Disk disk;
  private final Path folder;
  private final Limits limits;
  private final AtomicBoolean timed = new AtomicBoolean();
  private Manifest manifest;
  private Content content;
  // Absent in a gallery of version 1, until something is changed.
  private volatile @Nullable LogWriter log;
  private @Nullable Throwable broken;
  private long snapshotBytes;

  /// How long a log may grow before a snapshot takes its place: a log is read anew at each opening,
  /// a snapshot costs the writing of everything.
  ///
  /// @param whileOpen at least so many bytes, and as many as the snapshot has
  /// @param atClosing at least so many bytes, and a 64th of what the snapshot has
  public record Limits(long whileOpen, long atClosing) {
    /// Those of every gallery but some in tests.
    public static final Limits USUAL = new Limits(64L << 20, 1L << 20);
  }

  /// Writes for a gallery that was read, or made.
  ///
  /// @param log null where it is of version 1
  FolderJournal(
      Disk disk,
      Path folder,
      Limits limits,
      Manifest manifest,
      Content content,
      @Nullable LogWriter log) {
    this.disk = disk;
    this.folder = folder;
    this.limits = limits;
    this.manifest = manifest;
    this.content = content;
    this.log = log;
    this.snapshotBytes = manifest.seals().stream().mapToLong(Seal::bytes).sum();
  }

  @Override
  public Pending append(LoggedChange change) throws IOException {
    LogWriter to = log;
    if (to == null) {
      writeSnapshot(content);
      return append(change);
    }
    refuseIfBroken();
    long sequence = to.append(change.kind(), change::writeTo);
    Durability durability = manifest.settings().durability();
    if (durability.equals(Durability.EACH_CHANGE)) {
      return () -> to.force(sequence);
    }
    if (!durability.equals(Durability.ON_FLUSH) && timed.compareAndSet(false, true)) {
      Thread.ofVirtual().name("fovea-gallery-force").start(() -> forceAfter(durability.within()));
    }
    return Pending.NOTHING;
  }

  @Override
  public void fail(Throwable why) {
    broken = why;
  }

  @Override
  public void flush() throws IOException {
    refuseIfBroken();
    LogWriter to = log;
    if (to != null) {
      to.forceAll();
    }
  }

  @Override
  public void compact(CompactionReason occasion) throws IOException {
    refuseIfBroken();
    LogWriter to = log;
    long bytes = to == null ? 0 : to.bytes();
    boolean due =
        switch (occasion) {
          case ASKED -> true;
          case CHANGE -> bytes > Math.max(limits.whileOpen, snapshotBytes);
          case CLOSING -> bytes > Math.max(limits.atClosing, snapshotBytes / 64);
        };
    if (due) {
      writeSnapshot(content);
    }
  }

  @Override
  public void verify() throws IOException {
    refuseIfBroken();
    if (!manifest.seals().isEmpty() && manifest.version() == Manifest.VERSION) {
      Snapshot snapshot = Snapshot.open(disk, folder, manifest);
      try {
        snapshot.images().file().verify();
        snapshot.indexFile().verify();
      } finally {
        snapshot.index().close();
      }
    }
    if (log != null) {
      LogReader.read(
          disk,
          folder.resolve(FileNames.log(manifest.snapshot())),
          manifest.id(),
          manifest.snapshot(),
          (kind, offset, from) -> {});
    }
  }

  @Override
  public void close() throws IOException {
    LogWriter to = log;
    if (to != null) {
      to.close();
    }
  }

  /// Writes `next`, which takes the place of what the folder holds, and begins the log anew. Errors
  /// before the first forcing leave everything as it was; after one at or behind it nobody knows
  /// what the folder holds.
  void writeSnapshot(Content next) throws IOException {
    refuseIfBroken();
    long number = manifest.snapshot() + 1;
    FolderFiles.Draft draft = new FolderFiles.Draft(disk, folder);
    boolean done = false;
    try {
      Seal images =
          draft.write(FileNames.snapshot(number), file -> Snapshot.write(file, number, next));
      Seal index =
          draft.write(
              FileNames.index(number), file -> Snapshot.writeIndex(file, number, next.index()));
      Manifest following = manifest.next(next.settings(), images, index);
      draft.writeManifest(following);
      LogWriter nextLog = draft.log(manifest.id(), number);
      // Images are read from there from now on: a file that can't be read must not count.
      Snapshot.Images written = Snapshot.openImages(disk, folder, following);
      try {
        draft.publish();
      } catch (IOException e) {
        fail(e);
        throw e;
      }
      done = true;
      LogWriter before = log;
      manifest = following;
      content = next;
      log = nextLog;
      snapshotBytes = images.bytes() + index.bytes();
      next.catalog().open(written.columns(), written.labels());
      if (before != null) {
        before.close();
      }
    } finally {
      if (!done) {
        draft.close();
      }
      if (broken == null) {
        FolderFiles.sweep(disk, folder, manifest);
      }
    }
  }

  private void forceAfter(Duration delay) {
    try {
      Thread.sleep(delay);
      timed.set(false);
      LogWriter to = log;
      if (to != null) {
        to.forceAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.error(
          "changes to the gallery {} could not be forced to disk: {}", folder, e.getMessage());
      LOG.debug("changes could not be forced to disk", e);
    }
  }

  private void refuseIfBroken() throws IOException {
    Throwable why = broken;
    if (why != null) {
      throw new IOException(
          "an earlier write failed ("
              + why.getMessage()
              + "), so it is unknown what the disk holds: close the gallery and open it again",
          why);
    }
  }
}
