package ai.fovea.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The native libraries that ONNX Runtime unpacks from its jar into a temporary folder of the process, 28 MB at each start.
///
/// It leaves them to `File.deleteOnExit`, which does nothing for a process that is halted or killed; and it registers the folder
/// behind its files, so that Java tries the folder first and an empty one stays in every case. Systems other than Windows let a
/// library be deleted once it is loaded, so nothing has to wait for the end.
final class UnpackedRuntime {
  /// What is loaded when the environment is there. Further libraries, those of accelerators, are loaded later and look for each other
  /// in the folder.
  private static final Set<String> LOADED =
      Set.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));

  private UnpackedRuntime() {}

  /// Deletes the libraries and their folder where all of them are loaded, once the runtime was started. What can't be deleted stays
  /// for the end of the process.
  static void delete() {
    try {
      Path folder = folder();
      if (folder == null || !Files.isDirectory(folder)) {
        return;
      }
      List<Path> files;
      try (Stream<Path> inside = Files.list(folder)) {
        files = inside.toList();
      }
      if (files.stream().allMatch(f -> LOADED.contains(f.getFileName().toString()))) {
        for (Path file : files) {
          Files.delete(file);
        }
        Files.delete(folder);
      }
    } catch (IOException | ReflectiveOperationException | InaccessibleObjectException e) {
      // Windows holds on to loaded libraries; another version of the runtime may unpack elsewhere.
    }
  }

  /// The runtime tells nobody where it unpacks.
  private static @Nullable Path folder() throws ReflectiveOperationException {
    Class<?> loader =
        Class.forName("ai.onnxruntime.OnnxRuntime", false, OrtEnvironment.class.getClassLoader());
    Field field = loader.getDeclaredField("tempDirectory");
    field.setAccessible(true);
    return (Path) field.get(null);
  }
}
