package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.internal.LocalDisk;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills processes that write to a gallery, at random moments: every change whose call had returned
/// is there, the one that was being made is there as a whole or not at all, and nothing else is.
///
/// A process writes from two threads, each to its own ids and labels, and tells which change it
/// begins and which has returned. Here the same changes are made to a gallery in memory, and both
/// are compared. The next process goes on in the same folder.
class KillTest {
  private static final int WRITERS = 2;
  private static final FolderJournal.Limits LIMITS = new FolderJournal.Limits(20_000, 5_000);

  @TempDir Path temporary;

  @Test
  void thousandKills() throws Exception {
    kill(1000);
  }

  @Test
  @Tag("slow")
  void tenThousandKills() throws Exception {
    kill(10_000);
  }

  private void kill(int kills) throws Exception {
    long seed = Long.getLong("fovea.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Path classes = sharedClasses();
    int lanes = 2;
    try (ExecutorService threads = Executors.newFixedThreadPool(lanes)) {
      List<Callable<Integer>> work =
          List.of(
              () -> new Lane(temporary.resolve("a"), classes, seed).run(kills / lanes),
              () -> new Lane(temporary.resolve("b"), classes, seed + 1).run(kills / lanes));
      int changes = 0;
      for (Future<Integer> lane : threads.invokeAll(work)) {
        changes += lane.get();
      }
      System.out.println(kills + " kills, " + changes + " changes had returned");
      assertThat(changes).isGreaterThan(kills);
    }
  }

  /// Loaded classes in a file that the next processes map: they start in half the time. It takes
  /// classes from jars only.
  private Path sharedClasses() throws IOException, InterruptedException {
    Path archive = temporary.resolve("classes.jsa");
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(temporary.resolve("classes.jar")))) {
      for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        if (Files.isDirectory(Path.of(part))) {
          try (Stream<Path> files = Files.walk(Path.of(part))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
              String name = Path.of(part).relativize(file).toString();
              jar.putNextEntry(new ZipEntry(name.replace(File.separatorChar, '/')));
              Files.copy(file, jar);
            }
          }
        }
      }
    }
    Process process =
        new ProcessBuilder(command(archive, temporary.resolve("warm"), 1, 30))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return archive;
  }

  private static String classPath(Path jar) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(part -> part.endsWith(".jar"))
        .reduce(jar.toString(), (all, part) -> all + File.pathSeparator + part);
  }

  private static List<String> command(Path classes, Path folder, long seed, int changes) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx64m",
        "-Xshare:auto",
        "-Xlog:disable",
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + classes,
        "-cp",
        classPath(classes.resolveSibling("classes.jar")),
        Writer.class.getName(),
        folder.toString(),
        Long.toString(seed),
        Integer.toString(changes));
  }

  /// One folder, one process after another.
  private static final class Lane {
    private final Path folder;
    private final Path classes;
    private final long seed;
    private final Random random;
    private final LocalGallery expected = LocalGallery.inMemory(RandomChanges.SETTINGS);

    Lane(Path folder, Path classes, long seed) {
      this.folder = folder;
      this.classes = classes;
      this.seed = seed;
      this.random = new Random(seed);
    }

    int run(int kills) throws IOException, InterruptedException {
      int changes = 0;
      for (int kill = 0; kill < kills; kill++) {
        changes += run("seed " + seed + ", kill " + kill, random.nextInt());
      }
      expected.close();
      return changes;
    }

    private int run(String what, long childSeed) throws IOException, InterruptedException {
      Path errors = folder.resolveSibling(folder.getFileName() + ".errors");
      Process process =
          new ProcessBuilder(command(classes, folder, childSeed, Integer.MAX_VALUE))
              .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
              .start();
      long[] begun = new long[WRITERS];
      boolean[] underWay = new boolean[WRITERS];
      int returned = 0;
      int killAfter = 1 + random.nextInt(12);
      int delay = random.nextInt(3_000_000);
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
        if (random.nextInt(10) == 0) {
          // Perhaps while it is opening the gallery.
          LockSupport.parkNanos(random.nextInt(200_000_000));
          process.toHandle().destroyForcibly();
        }
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] parts = line.split(" ", -1);
          if (parts.length != 3) {
            continue;
          }
          int part = Integer.parseInt(parts[1]);
          if (parts[0].equals("begin")) {
            begun[part] = Long.parseLong(parts[2]);
            underWay[part] = true;
          } else {
            RandomChanges.change(expected, begun[part], part, WRITERS);
            underWay[part] = false;
            if (++returned == killAfter) {
              LockSupport.parkNanos(delay);
              process.toHandle().destroyForcibly();
            }
          }
        }
      }
      assertThat(process.waitFor()).as("%s: %s", what, Files.readString(errors)).isEqualTo(137);
      check(what, begun, underWay);
      return returned;
    }

    private void check(String what, long[] begun, boolean[] underWay) {
      if (!Files.exists(folder.resolve(Manifest.FILE_NAME))) {
        assertThat(expected.entries()).as(what).isEmpty();
        return;
      }
      try (LocalGallery found =
          random.nextBoolean() ? LocalGallery.openReadOnly(folder) : open(folder)) {
        for (int part = 0; part < WRITERS; part++) {
          Map<Long, String> contents = RandomChanges.contents(found, part, WRITERS);
          if (underWay[part] && !contents.equals(RandomChanges.contents(expected, part, WRITERS))) {
            RandomChanges.change(expected, begun[part], part, WRITERS);
          }
          assertThat(contents)
              .as(what + ", part " + part)
              .isEqualTo(RandomChanges.contents(expected, part, WRITERS));
        }
      } catch (GalleryException e) {
        fail(what, e);
      }
    }
  }

  private static LocalGallery open(Path folder) {
    return new GalleryFolder(LocalDisk.INSTANCE, folder, LIMITS).open();
  }

  /// Runs in a process of its own and writes until it is killed.
  public static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws InterruptedException {
      Path folder = Path.of(args[0]);
      PrintStream out = System.out;
      LocalGallery gallery =
          Files.exists(folder.resolve(Manifest.FILE_NAME))
              ? open(folder)
              : new GalleryFolder(LocalDisk.INSTANCE, folder, LIMITS)
                  .create(RandomChanges.SETTINGS);
      Thread[] writers = new Thread[WRITERS];
      for (int part = 0; part < WRITERS; part++) {
        int mine = part;
        writers[part] =
            Thread.ofPlatform()
                .start(() -> {
                  Random random = new Random(Long.parseLong(args[1]) * WRITERS + mine);
                  for (int i = Integer.parseInt(args[2]); i > 0; i--) {
                    long seed = random.nextInt();
                    tell(out, "begin " + mine + " " + seed);
                    RandomChanges.change(gallery, seed, mine, WRITERS);
                    tell(out, "returned " + mine + " " + seed);
                  }
                });
      }
      for (Thread writer : writers) {
        writer.join();
      }
      gallery.close();
    }

    /// One write to the pipe, so that a line is there as a whole.
    private static void tell(PrintStream out, String line) {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }
}
