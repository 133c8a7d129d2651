package ai.fovea.cli.demo;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.demo.DemoImages.DemoImage;
import ai.fovea.cli.demo.DemoImages.Role;
import ai.fovea.cli.gallery.Embedding;
import ai.fovea.cli.gallery.Folders;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Labelled;
import ai.fovea.cli.input.ModelChoice;
import ai.fovea.cli.options.Written;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibrator;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import ai.fovea.recognize.Recognizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea demo`: the main job from end to end on photographs that come with the program.
///
/// Every answer is decided by scores against the gallery's own threshold. What a photograph shows is known here too,
/// but is only compared with the answer afterwards; a wrong answer makes the demo fail.
@Command(
    name = "demo",
    description = {
      "Makes a gallery of photographs, recognises others, and adds a new label without training.",
      "Some of the photographs show nothing that the gallery knows: they are reported as unknown."
    },
    footer = {"", "Example: fovea demo --out output/demo"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DemoCommand implements Callable<Outcome> {
  private static final String MARK = ".fovea-demo";

  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "output/demo",
      description = "Where photographs and results are written (default: ${DEFAULT-VALUE}).")
  @Written(folder = true)
  private Path out;

  @Override
  public Outcome call() throws IOException {
    prepare();
    List<DemoImage> images = DemoImages.copyTo(out);
    try (Embedder embedder = model.embedder();
        LocalGallery gallery =
            LocalGallery.create(
                out.resolve("gallery"),
                new GallerySettings(embedder.modelId(), embedder.dimension(), Similarity.COSINE))) {
      DemoReport report = new DemoReport(out, common, images);

      long start = System.nanoTime();
      add(embedder, gallery, images, Role.GALLERY);
      report.built(gallery.info(), (System.nanoTime() - start) / 1e9);
      report.before(recognize(embedder, gallery, images));

      start = System.nanoTime();
      int added = add(embedder, gallery, images, Role.NEW);
      report.added(gallery.info(), added, (System.nanoTime() - start) / 1e9);
      report.after(recognize(embedder, gallery, images));

      report.write(embedder);
      report.end();
      return report.isRight() ? Outcome.DONE : Outcome.INCOMPLETE;
    }
  }

  /// Clears what an earlier demo left, and nothing else.
  private void prepare() throws IOException {
    if (!Folders.isFree(out) && !Files.exists(out.resolve(MARK))) {
      throw new CommandException(
          out + ": holds something else than an earlier demo; name another folder with --out");
    }
    for (String old : List.of("labels", "queries", "new", "gallery", "annotated", "my-gallery")) {
      Folders.delete(out.resolve(old));
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve(MARK), "");
  }

  private int add(Embedder embedder, LocalGallery gallery, List<DemoImage> images, Role role)
      throws IOException {
    List<Labelled> labelled =
        images.stream()
            .filter(p -> p.role() == role)
            .map(p -> new Labelled(out.resolve(p.file()), p.label().orElseThrow()))
            .toList();
    List<String> problems = new ArrayList<>();
    gallery.addAll(Embedding.entries(common, embedder, new DamagedImages(), labelled, problems));
    if (!problems.isEmpty()) {
      throw new CommandException(String.join("\n", problems));
    }
    new Calibrator().calibrateAndStore(gallery);
    gallery.flush();
    return labelled.size();
  }

  private List<Recognition> recognize(
      Embedder embedder, LocalGallery gallery, List<DemoImage> images) {
    var recognizer = new Recognizer(embedder, gallery);
    var results = new ArrayList<Recognition>();
    for (DemoImage image : images) {
      if (image.role() == Role.QUERY) {
        results.add(recognizer.recognize(out.resolve(image.file())));
      }
    }
    return results;
  }

  /// Seconds or milliseconds, whichever reads better.
  static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.0f ms", seconds * 1000)
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
