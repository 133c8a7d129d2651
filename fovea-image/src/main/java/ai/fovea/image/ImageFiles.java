package ai.fovea.image;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The images below a folder. They are told by the first bytes of each file, never by its name; a file whose name
/// says that it is an image is one, too, so that decoding it tells what is wrong.
///
/// Nothing is passed over in silence: what can't be looked into is a problem, what is left alone is counted. Links are
/// followed.
///
/// @param root the folder
/// @param images files, sorted, among them images of formats that can't be decoded
/// @param problems links that lead nowhere or back, folders and files that can't be read
/// @param systemFolders folders of operating systems and programs, which were not looked into: previews of network
///     storage, waste baskets, version control
/// @param special pipes, devices and sockets, which were not read
/// @param others how many files are no images, or hidden
public record ImageFiles(
    Path root,
    List<Path> images,
    List<Problem> problems,
    List<Path> systemFolders,
    List<Path> special,
    int others) {
  private static final int SHOWN = 5; // notes of one kind

  private static final Set<String> SYSTEM_FOLDERS =
      Set.of(
          "@eadir",
          "@tmp",
          "__macosx",
          "#recycle",
          "#snapshot",
          "$recycle.bin",
          "recycler",
          "lost+found",
          "system volume information",
          "thumbs");

  /// Endings by which a file claims to be an image; compared in lower case.
  private static final Set<String> ENDINGS =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "bmp", "dib", "webp", "tif", "tiff", "gif", "heic",
          "heif", "avif", "jp2", "j2k", "jpx", "jxl", "svg", "psd");

  /// A file or folder that can't be used.
  ///
  /// @param path below the root
  /// @param reason with what helps
  public record Problem(Path path, String reason) {
    /// Both, on one line.
    public String text() {
      return path + ": " + reason;
    }
  }

  /// Looks through a folder and all below it.
  ///
  /// @throws IOException where the folder itself can't be read
  public static ImageFiles find(Path root) throws IOException {
    var visitor = new Visitor(root);
    Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    visitor.images.sort(Comparator.naturalOrder());
    visitor.problems.sort(Comparator.comparing(Problem::path));
    visitor.systemFolders.sort(Comparator.naturalOrder());
    visitor.special.sort(Comparator.naturalOrder());
    return new ImageFiles(
        root,
        List.copyOf(visitor.images),
        List.copyOf(visitor.problems),
        List.copyOf(visitor.systemFolders),
        List.copyOf(visitor.special),
        visitor.others);
  }

  /// Whether a folder of this name belongs to the system: hidden, or a known name.
  public static boolean isSystemFolder(Path folder) {
    String name = String.valueOf(folder.getFileName());
    return name.startsWith(".") || SYSTEM_FOLDERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /// What was left alone, as lines: the system's folders, what is no file, and how many files are no images.
  public List<String> notes() {
    List<String> lines = new ArrayList<>();
    if (!systemFolders.isEmpty()) {
      List<String> names =
          systemFolders.stream().map(f -> String.valueOf(f.getFileName())).distinct().toList();
      lines.add(
          "%s: %d %s left out: %s"
              .formatted(
                  root,
                  systemFolders.size(),
                  systemFolders.size() == 1 ? "folder of the system" : "folders of the system",
                  String.join(", ", names)));
    }
    for (Path file : special.subList(0, Math.min(SHOWN, special.size()))) {
      lines.add(file + ": a pipe, a device or a socket, passed over");
    }
    if (special.size() > SHOWN) {
      lines.add(
          "%s: %d more pipes, devices or sockets passed over"
              .formatted(root, special.size() - SHOWN));
    }
    if (others > 0) {
      lines.add(
          "%s: %d other %s passed over, no images"
              .formatted(root, others, others == 1 ? "file" : "files"));
    }
    return lines;
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> images = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Path> systemFolders = new ArrayList<>();
    private final List<Path> special = new ArrayList<>();
    private int others;

    Visitor(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (!folder.equals(root) && isSystemFolder(folder)) {
        systemFolders.add(folder);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isSymbolicLink()) {
        problems.add(new Problem(file, "a link to something that is not there; remove it"));
      } else if (!attributes.isRegularFile()) {
        special.add(file);
      } else if (file.getFileName().toString().startsWith(".")) {
        others++;
      } else {
        try {
          if (hasEnding(file) || FileKind.of(file).isImage()) {
            images.add(file);
          } else {
            others++;
          }
        } catch (ImageException e) {
          problems.add(new Problem(file, e.reason() + "; " + e.remedy()));
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (file.equals(root)) {
        throw e;
      }
      problems.add(new Problem(file, reason(e)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      if (e != null) {
        problems.add(new Problem(folder, "can't be read to its end: " + e.getMessage()));
      }
      return FileVisitResult.CONTINUE;
    }

    private static String reason(IOException e) {
      return switch (e) {
        case FileSystemLoopException _ -> "a link that leads back to a folder above it; remove it";
        case AccessDeniedException _ -> "can't be read: access denied; check its permissions";
        default -> "can't be read: " + e.getMessage();
      };
    }
  }

  private static boolean hasEnding(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
