package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.LocalDisk;
import ai.fovea.gallery.internal.LogReader;
import ai.fovea.gallery.internal.LogWriter;
import ai.fovea.gallery.internal.SealedFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder with a gallery in it, or to be.
///
/// It holds `MANIFEST` (see [Manifest]), which names the others: `snapshot-N.fvs` and `index-N.fvi`
/// (see [Snapshot]; there are none as long as the log is short), and `log-N.fvl` (see `LogFormat`
/// and [LoggedChange]), what was changed since. `LOCK` is held by the writer.
///
/// @param disk where it lies
/// @param limits how long its log may grow
public record GalleryFolder(Disk disk, Path path, FolderJournal.Limits limits) {
  private static final Logger LOG = LoggerFactory.getLogger(GalleryFolder.class);
  private static final int ATTEMPTS = 10;

  /// What was read of a folder.
  ///
  /// @param end where the log ends; null in version 1, which has none
  private record Loaded(
      Manifest manifest, Content content, List<SealedFile> files, LogReader.@Nullable End end) {}

  /// Returns a folder on this machine's disk.
  public static GalleryFolder of(Path path) {
    return new GalleryFolder(LocalDisk.INSTANCE, path, FolderJournal.Limits.USUAL);
  }

  /// [LocalGallery#create].
  public LocalGallery create(GallerySettings settings) {
    return io(
        "create",
        () -> {
          disk.createFolder(path);
          refuseUnlessEmpty();
          Disk.Lock lock = disk.lock(path);
          return closingOnFailure(
              lock,
              () -> {
                refuseUnlessEmpty();
                Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                Manifest manifest = Manifest.first(UUID.randomUUID(), settings, now);
                FolderFiles.Draft draft = new FolderFiles.Draft(disk, path);
                return closingOnFailure(
                    draft,
                    () -> {
                      draft.writeManifest(manifest);
                      LogWriter log = draft.log(manifest.id(), manifest.snapshot());
                      draft.publish();
                      return writable(lock, manifest, new Content(settings, now), log);
                    });
              });
        });
  }

  /// [LocalGallery#open].
  public LocalGallery open() {
    return io(
        "open",
        () -> {
          FolderFiles.readManifest(disk, path);
          Disk.Lock lock = lock();
          return closingOnFailure(
              lock,
              () -> {
                Loaded loaded = load();
                Manifest manifest = loaded.manifest;
                FolderFiles.sweep(disk, path, manifest);
                return writable(lock, manifest, loaded.content, resume(loaded));
              });
        });
  }

  /// [LocalGallery#openReadOnly].
  public LocalGallery openReadOnly() {
    return io(
        "open",
        () -> {
          Loaded loaded = load();
          return new LiveGallery(
              "gallery " + path, loaded.content, new ReadOnlyJournal(path, loaded.files), () -> {});
        });
  }

  /// [LocalGallery#reembed].
  public void reembed(GallerySettings settings, Function<? super Entry, float[]> vectors) {
    io(
        "write",
        () -> {
          FolderFiles.readManifest(disk, path);
          try (Disk.Lock lock = lock()) {
            Loaded loaded = load();
            FolderFiles.sweep(disk, path, loaded.manifest);
            try (Content before = loaded.content;
                Content after = Reembedding.of(before, settings, vectors)) {
              FolderJournal journal =
                  new FolderJournal(disk, path, limits, loaded.manifest, before, resume(loaded));
              try {
                journal.writeSnapshot(after);
              } finally {
                journal.close();
              }
            }
            return lock;
          }
        });
  }

  private LocalGallery writable(
      Disk.Lock lock, Manifest manifest, Content content, @Nullable LogWriter log) {
    return new LiveGallery(
        "gallery " + path,
        content,
        new FolderJournal(disk, path, limits, manifest, content, log),
        lock);
  }

  private @Nullable LogWriter resume(Loaded loaded) throws IOException {
    LogReader.End end = loaded.end;
    if (end == null) {
      return null;
    }
    Manifest manifest = loaded.manifest;
    Path file = path.resolve(FileNames.log(manifest.snapshot()));
    if (end.offset() < end.fileBytes()) {
      LOG.warn(
          "{}: the last {} bytes, from {} on, are what a crash left of a change that was not"
              + " finished; they are cut off",
          file,
          end.fileBytes() - end.offset(),
          end.offset());
    }
    return LogWriter.resume(disk, file, manifest.id(), manifest.snapshot(), end);
  }

  private void refuseUnlessEmpty() throws IOException {
    List<String> names = disk.list(path);
    boolean ours = names.contains(Manifest.FILE_NAME);
    for (String name : names) {
      // What a crash left of an earlier attempt is not in the way.
      if (ours || !(name.equals(Disk.LOCK_FILE) || FileNames.isOurs(name))) {
        throw new GalleryException(
            path + " is not empty: open the gallery that is there, or choose another folder");
      }
    }
  }

  private Disk.Lock lock() throws IOException {
    try {
      return disk.lock(path);
    } catch (AccessDeniedException e) {
      throw new GalleryException("gallery " + path + " can't be written to: open it read-only", e);
    }
  }

  private Loaded load() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Manifest manifest = FolderFiles.readManifest(disk, path);
      try {
        return load(manifest);
      } catch (NoSuchFileException e) {
        // A writer may have replaced all files after the manifest was read; the next ones are
        // complete again.
        if (attempt == ATTEMPTS || FolderFiles.readManifest(disk, path).equals(manifest)) {
          throw new DamagedGalleryException(
              Path.of(String.valueOf(e.getFile())), 0, "the file is missing");
        }
      }
    }
  }

  private Loaded load(Manifest manifest) throws IOException {
    if (manifest.version1().isPresent()) {
      return new Loaded(manifest, Version1.read(disk, path, manifest), List.of(), null);
    }
    Content content;
    List<SealedFile> files = List.of();
    if (manifest.seals().isEmpty()) {
      content = new Content(manifest.settings(), manifest.created());
    } else {
      Snapshot snapshot = Snapshot.open(disk, path, manifest);
      files = List.of(snapshot.images().file(), snapshot.indexFile());
      try {
        content = Content.of(manifest.settings(), manifest.created(), snapshot);
      } catch (IllegalArgumentException e) {
        snapshot.index().close();
        throw new DamagedGalleryException(
            files.getFirst().file(), Snapshot.HEADER_BYTES, String.valueOf(e.getMessage()));
      }
    }
    Path log = path.resolve(FileNames.log(manifest.snapshot()));
    return new Loaded(
        manifest,
        content,
        files,
        closingOnFailure(
            content::close,
            () ->
                LogReader.read(
                    disk,
                    log,
                    manifest.id(),
                    manifest.snapshot(),
                    (kind, offset, from) -> replay(content, kind, log, offset, from))));
  }

  private static void replay(Content content, int kind, Path log, long offset, Input from) {
    try {
      content.apply(LoggedChange.read(kind, from, content.settings().dimension()));
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new DamagedGalleryException(log, offset, String.valueOf(e.getMessage()));
    }
  }

  /// Something that may fail in the file system.
  ///
  /// @param <T> its result
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T io(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new GalleryException("can't " + what + " the gallery " + path + ": " + reason(e), e);
    }
  }

  /// Returns what an error says, in words where it names only a file.
  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException f -> f.getFile() + ": no such file";
      case AccessDeniedException f -> f.getFile() + ": access denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static <T> T closingOnFailure(Closeable closeable, Work<T> work) throws IOException {
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      if (!done) {
        closeable.close();
      }
    }
  }
}
