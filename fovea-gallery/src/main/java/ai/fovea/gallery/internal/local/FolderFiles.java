package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.DamagedGalleryException;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.LogWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a gallery folder: how the next ones take the place of the last.
final class FolderFiles {
  private static final Logger LOG = LoggerFactory.getLogger(FolderFiles.class);
  private static final String NEXT_MANIFEST = Manifest.FILE_NAME + FileNames.UNFINISHED;

  private FolderFiles() {}

  /// Reads the manifest.
  ///
  /// @throws GalleryException where there is none
  static Manifest readManifest(Disk disk, Path folder) throws IOException {
    Path file = folder.resolve(Manifest.FILE_NAME);
    MemorySegment bytes;
    try {
      bytes = disk.read(file, Manifest.MOST_BYTES + 1);
    } catch (FileSystemException e) {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new GalleryException(folder + ": this is a file; a gallery is a folder", e);
      }
      if (e instanceof NoSuchFileException) {
        throw new GalleryException(folder + ": " + whyNone(disk, folder), e);
      }
      throw e;
    }
    if (bytes.byteSize() > Manifest.MOST_BYTES) {
      throw new DamagedGalleryException(
          file, Manifest.MOST_BYTES, "it goes on here, expected far fewer bytes");
    }
    return Manifest.parse(file, bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  /// Returns what a folder is that is no gallery, and what to do with it.
  private static String whyNone(Disk disk, Path folder) throws IOException {
    List<String> names;
    try {
      names = disk.list(folder);
    } catch (NoSuchFileException e) {
      return "there is no such folder; `fovea gallery build` makes a gallery";
    }
    if (names.contains("vector.index")) {
      return "this is an index of PaddleClas or Faiss (vector.index), not a gallery; take it over"
          + " with `fovea gallery import GALLERY FOLDER`";
    }
    if (names.contains("inference.yml")) {
      return "this is a model folder, not a gallery";
    }
    return "this folder holds no gallery (it has no "
        + Manifest.FILE_NAME
        + "); `fovea gallery build` makes one";
  }

  /// Deletes what unfinished writers left, and what the manifest does not name any more. A file
  /// that can't be deleted (under Windows, one that a reader has mapped) is left to the next
  /// writer.
  static void sweep(Disk disk, Path folder, Manifest manifest) throws IOException {
    long number = manifest.snapshot();
    Set<String> current =
        Set.of(FileNames.snapshot(number), FileNames.index(number), FileNames.log(number));
    for (String name : disk.list(folder)) {
      if (FileNames.isOurs(name) && !current.contains(name)) {
        try {
          disk.delete(folder.resolve(name));
        } catch (IOException e) {
          LOG.debug("{} can't be deleted yet", folder.resolve(name), e);
        }
      }
    }
  }

  /// Files that do not count before they are published, all at once.
  static final class Draft implements Closeable {
    private final Disk disk;
    private final Path folder;
    private final List<Disk.File> files = new ArrayList<>();
    private final List<LogWriter> logs = new ArrayList<>();

    Draft(Disk disk, Path folder) {
      this.disk = disk;
      this.folder = folder;
    }

    /// Writes to a file.
    ///
    /// @param <T> what the writing results in
    @FunctionalInterface
    interface Writing<T> {
      T to(Disk.File file) throws IOException;
    }

    /// Writes a file.
    <T> T write(String name, Writing<T> content) throws IOException {
      Disk.File file = disk.create(folder.resolve(name));
      files.add(file);
      return content.to(file);
    }

    /// Makes an empty log.
    LogWriter log(UUID gallery, long number) throws IOException {
      LogWriter log =
          LogWriter.create(disk, folder.resolve(FileNames.log(number)), gallery, number);
      logs.add(log);
      return log;
    }

    /// Writes the manifest that names the other files.
    void writeManifest(Manifest manifest) throws IOException {
      write(
          NEXT_MANIFEST,
          file -> {
            file.write(ByteBuffer.wrap(manifest.toBytes()));
            return file;
          });
    }

    /// Makes everything last, then lets it count.
    void publish() throws IOException {
      for (Disk.File file : files) {
        file.force();
      }
      for (LogWriter log : logs) {
        log.forceHeader();
      }
      closeFiles();
      disk.forceFolder(folder);
      disk.rename(folder.resolve(NEXT_MANIFEST), folder.resolve(Manifest.FILE_NAME));
      disk.forceFolder(folder);
    }

    /// Gives up.
    @Override
    public void close() throws IOException {
      closeFiles();
      for (LogWriter log : logs) {
        log.close();
      }
    }

    private void closeFiles() throws IOException {
      for (Disk.File file : files) {
        file.close();
      }
      files.clear();
    }
  }
}
