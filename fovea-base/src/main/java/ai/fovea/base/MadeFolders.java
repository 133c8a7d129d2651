package ai.fovea.base;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Folders that were made for something, so that they can go again where it fails: those alone, and only while nobody else
/// has put anything into them.
public final class MadeFolders {
  private final List<Path> made;

  private MadeFolders(List<Path> made) {
    this.made = made;
  }

  /// Makes a folder and those above it; where that fails, none of them stays.
  ///
  /// @throws FileSystemException naming what is in the way
  public static MadeFolders of(Path folder) throws IOException {
    List<Path> absent = new ArrayList<>();
    for (Path at = folder.toAbsolutePath(); at != null && !Files.exists(at); at = at.getParent()) {
      absent.add(at);
    }
    List<Path> ours = new ArrayList<>();
    boolean done = false;
    try {
      for (Path next : absent.reversed()) {
        if (make(next)) {
          ours.addFirst(next);
        }
      }
      if (!Files.isDirectory(folder)) {
        throw new FileSystemException(folder.toString(), null, "this is a file, expected a folder");
      }
      done = true;
      return new MadeFolders(ours);
    } finally {
      if (!done) {
        remove(ours);
      }
    }
  }

  /// Whether it was made here, and not by somebody else meanwhile.
  private static boolean make(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(folder)) {
        return false;
      }
      var named =
          new FileSystemException(
              folder.toString(),
              null,
              Files.isSymbolicLink(folder)
                  ? "this link leads to nothing, expected a folder"
                  : "this is a file, expected a folder");
      named.initCause(e);
      throw named;
    }
  }

  /// Removes those that are empty.
  public void removeEmpty() throws IOException {
    remove(made);
  }

  private static void remove(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }
}
