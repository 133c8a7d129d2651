package ai.fovea.gallery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A gallery in a folder: a [MemoryGallery] that is read from a snapshot and written to the next one.
///
/// The folder holds `MANIFEST` (see [Manifest]), the snapshot that it names (see [SnapshotFormat]) and `LOCK`. A flush
/// writes the next snapshot, then the manifest that names it, each as a whole; then it deletes the last snapshot. Wherever
/// that ends, the manifest names a complete snapshot; what it does not name is swept away by the next writer.
final class FolderGallery implements Gallery {
  private static final int ATTEMPTS = 10;

  private final Path folder;
  private final Optional<WriterLock> lock;
  private final MemoryGallery content;
  // Writers and flushes hold this object's monitor.
  private long snapshot;
  private boolean changed;
  private boolean closed;

  private FolderGallery(
      Path folder, Optional<WriterLock> lock, MemoryGallery content, long snapshot) {
    this.folder = folder;
    this.lock = lock;
    this.content = content;
    this.snapshot = snapshot;
  }

  static FolderGallery create(Path folder, GallerySettings settings) {
    return io(
        "create the gallery " + folder,
        () -> {
          Files.createDirectories(folder);
          Path parent = folder.toAbsolutePath().getParent();
          if (parent != null) {
            DurableFile.forceFolder(parent);
          }
          try (Stream<Path> files = Files.list(folder)) {
            if (files.anyMatch(file -> !file.endsWith(WriterLock.FILE_NAME))) {
              throw new GalleryException(
                  folder
                      + " is not empty: open the gallery that is there, or choose another folder");
            }
          }
          WriterLock lock = WriterLock.take(folder);
          return closingOnFailure(
              lock,
              () -> {
                FolderGallery gallery =
                    new FolderGallery(folder, Optional.of(lock), new MemoryGallery(settings), 0);
                gallery.changed = true;
                gallery.flush();
                return gallery;
              });
        });
  }

  static FolderGallery open(Path folder) {
    return io(
        "open the gallery " + folder,
        () -> {
          readManifest(folder);
          WriterLock lock;
          try {
            lock = WriterLock.take(folder);
          } catch (AccessDeniedException e) {
            throw new GalleryException(
                "gallery " + folder + " can't be written to: open it read-only", e);
          }
          return closingOnFailure(
              lock,
              () -> {
                FolderGallery gallery = load(folder, Optional.of(lock));
                gallery.sweep();
                return gallery;
              });
        });
  }

  static FolderGallery openReadOnly(Path folder) {
    return io("open the gallery " + folder, () -> load(folder, Optional.empty()));
  }

  @Override
  public GalleryInfo info() {
    return content.info();
  }

  @Override
  public boolean isReadOnly() {
    return lock.isEmpty();
  }

  @Override
  public List<Long> addAll(List<NewEntry> entries) {
    return change(() -> content.addAll(entries));
  }

  @Override
  public void remove(long id) {
    change(() -> {
      content.remove(id);
      return id;
    });
  }

  @Override
  public int removeLabel(String label) {
    return change(() -> content.removeLabel(label));
  }

  @Override
  public void renameLabel(String from, String to) {
    change(() -> {
      content.renameLabel(from, to);
      return to;
    });
  }

  @Override
  public Optional<Entry> find(long id) {
    return content.find(id);
  }

  @Override
  public float[] vector(long id) {
    return content.vector(id);
  }

  @Override
  public List<Entry> entries() {
    return content.entries();
  }

  @Override
  public List<Entry> entries(String label) {
    return content.entries(label);
  }

  @Override
  public SortedMap<String, Integer> labels() {
    return content.labels();
  }

  @Override
  public List<List<Candidate>> searchBatch(float[][] queries, int k) {
    return content.searchBatch(queries, k);
  }

  @Override
  public Decision decide(float[] query, DecisionPolicy policy) {
    return content.decide(query, policy);
  }

  @Override
  public Calibration calibrate(CalibrationSettings settings) {
    checkWritable();
    return Gallery.super.calibrate(settings);
  }

  @Override
  public void setCalibration(Calibration calibration) {
    change(() -> {
      content.setCalibration(calibration);
      return calibration;
    });
  }

  @Override
  public synchronized void flush() {
    content.flush();
    if (changed) {
      io(
          "write the gallery " + folder,
          () -> {
            writeSnapshot();
            return folder;
          });
      changed = false;
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    io(
        "close the gallery " + folder,
        () -> {
          try {
            flush();
          } finally {
            content.close();
            if (lock.isPresent()) {
              lock.get().close();
            }
          }
          return folder;
        });
  }

  private void writeSnapshot() throws IOException {
    GalleryInfo info = content.info();
    long next = snapshot + 1;
    SnapshotWriter.Written written =
        DurableFile.write(
            folder,
            SnapshotFormat.fileName(next),
            to ->
                SnapshotWriter.write(
                    to, next, info.settings().dimension(), content.entries(), content::vector));
    Manifest manifest =
        new Manifest(
            info.settings(),
            info.created(),
            content.nextId(),
            next,
            written.bytes(),
            written.crc(),
            info.calibration());
    DurableFile.write(
        folder, Manifest.FILE_NAME, to -> to.write(ByteBuffer.wrap(manifest.toBytes())));
    snapshot = next;
    sweep();
  }

  /// Deletes what unfinished writers left, and snapshots that are not the current one.
  private void sweep() throws IOException {
    String current = SnapshotFormat.fileName(snapshot);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean old = SnapshotFormat.isSnapshot(name) && !name.equals(current);
        boolean unfinished =
            name.endsWith(DurableFile.UNFINISHED)
                && (name.startsWith(Manifest.FILE_NAME)
                    || SnapshotFormat.isSnapshot(name.replace(DurableFile.UNFINISHED, "")));
        if (old || unfinished) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private synchronized <T> T change(Supplier<T> change) {
    checkWritable();
    T result = change.get();
    changed = true;
    return result;
  }

  private void checkWritable() {
    if (lock.isEmpty()) {
      throw new GalleryException(
          "gallery " + folder + " was opened read-only: open it for writing to change it");
    }
  }

  private static FolderGallery load(Path folder, Optional<WriterLock> lock) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Manifest manifest = readManifest(folder);
      Path file = folder.resolve(SnapshotFormat.fileName(manifest.snapshot()));
      MemoryGallery content =
          new MemoryGallery(manifest.settings(), manifest.created(), manifest.nextId());
      try {
        SnapshotReader.read(file, manifest, content);
        manifest.calibration().ifPresent(content::setCalibration);
        return new FolderGallery(folder, lock, content, manifest.snapshot());
      } catch (NoSuchFileException e) {
        // A writer may have replaced both files after the manifest was read; the next one is
        // complete again.
        if (attempt == ATTEMPTS || readManifest(folder).equals(manifest)) {
          throw new DamagedGalleryException(file, 0, "the file is missing");
        }
      }
    }
  }

  private static Manifest readManifest(Path folder) throws IOException {
    Path file = folder.resolve(Manifest.FILE_NAME);
    try {
      long size = Files.size(file);
      if (size > Manifest.MOST_BYTES) {
        throw new DamagedGalleryException(
            file, Manifest.MOST_BYTES, "it has " + size + " bytes, expected far fewer");
      }
      return Manifest.parse(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new GalleryException(
          "there is no gallery in " + folder + " (it has no " + Manifest.FILE_NAME + ")", e);
    }
  }

  /// Something that may fail in the file system.
  ///
  /// @param <T> its result
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T io(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new GalleryException("can't " + what + ": " + e, e);
    }
  }

  private static <T> T closingOnFailure(WriterLock lock, Work<T> work) throws IOException {
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }
}
