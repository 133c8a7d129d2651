package ai.fovea.exchange.golden;

import ai.fovea.exchange.GalleryLine;
import ai.fovea.exchange.ListChanges;
import ai.fovea.exchange.ListFile;
import ai.fovea.exchange.ListFile.Line;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the desktop gallery manager does to a gallery (`deploy/manager`), as its users meant it: after each update the gallery
/// holds just the images of the list, and names of indexes count in any case.
public final class ManagerCases implements GoldenFormat {
  @Override
  public String name() {
    return "gallery manager";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return content.has("steps") && content.has("embedding_size");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    JsonNode content = CaseFile.read(file);
    List<CaseResult> results = new ArrayList<>();
    Path folder = Files.createTempDirectory("fovea-manager");
    try {
      var manager = new Manager(folder, content.path("embedding_size").asInt());
      for (JsonNode step : content.path("steps")) {
        String name = "step " + results.size() + " " + step.path("op").asString();
        String wrong = manager.step(step);
        results.add(
            wrong.isEmpty()
                ? CaseResult.passed(name, file.toString())
                : CaseResult.failed(name, "what the user meant", wrong, file.toString()));
      }
    } finally {
      delete(folder);
    }
    return results;
  }

  /// The manager, and the length of its vectors.
  private record Manager(Path folder, int dimension) {
    String step(JsonNode step) throws IOException {
      String op = step.path("op").asString();
      Path list = folder.resolve("image_list.txt");
      List<String> lines = step.path("image_list").valueStream().map(JsonNode::asString).toList();
      Files.write(list, lines);
      List<Line> wanted = ListFile.read(list, Optional.empty());
      Path gallery = folder.resolve("gallery");
      if (op.startsWith("new_index again")) {
        return refuses(() -> LocalGallery.create(gallery, settings("Flat")));
      }
      if (op.equals("update_index before open")) {
        return refuses(() -> LocalGallery.open(folder.resolve("nothing")));
      }
      if (op.startsWith("new_index")) {
        return make(op.substring(op.lastIndexOf(' ') + 1), gallery, wanted, step);
      }
      try (LocalGallery open = LocalGallery.open(gallery)) {
        ListChanges changes = ListChanges.between(open.entries().toList(), wanted);
        if (op.startsWith("open_index")) {
          boolean same = op.endsWith("same list");
          return changes.isEmpty() == same
              ? state(open, step, "id_map")
              : "the list counts as " + changes;
        }
        apply(changes, open);
        return state(open, step, "image_list");
      }
    }

    private String make(String kind, Path gallery, List<Line> wanted, JsonNode step)
        throws IOException {
      GallerySettings settings;
      try {
        settings = settings(kind);
      } catch (IllegalArgumentException e) {
        // The reference reports success, and has done nothing.
        return kind.equals("LSH") && String.valueOf(e.getMessage()).contains(kind)
            ? ""
            : e.toString();
      }
      delete(gallery);
      try (LocalGallery made = LocalGallery.create(gallery, settings)) {
        made.addAll(wanted.stream().map(this::embedded).toList());
        return state(made, step, "image_list");
      }
    }

    private GallerySettings settings(String kind) {
      IndexSettings index = IndexSettings.parse(kind);
      return new GallerySettings("manager " + index.text(), dimension, Similarity.COSINE);
    }

    private NewEntry embedded(Line line) {
      String file = line.path().substring(line.path().lastIndexOf('/') + 1);
      return NewEntry.of(line.label(), Golden.values("deploy/manager/" + file, dimension, 1, 0))
          .withSource(line.path());
    }

    private void apply(ListChanges changes, LocalGallery gallery) {
      changes.removals().forEach(entry -> gallery.remove(entry.id()));
      gallery.addAll(changes.additions().stream().map(this::embedded).toList());
    }
  }

  /// Whether the gallery holds the lines of `field`, and finds each image by its own vector.
  private static String state(LocalGallery gallery, JsonNode step, String field) {
    Set<String> wanted =
        step.path(field)
            .valueStream()
            .map(line -> line.asString().strip())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> held =
        gallery
            .entries()
            .map(entry -> new GalleryLine(entry.source(), entry.label()).text())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!held.equals(wanted)) {
      return "holds " + held + " instead of " + wanted;
    }
    int total = step.path("ntotal").asInt(wanted.size());
    if (gallery.info().entries() != total) {
      return gallery.info().entries() + " images instead of " + total;
    }
    for (Entry entry : gallery.entries().toList()) {
      if (gallery.search(gallery.vector(entry.id()), 1).getFirst().entry().id() != entry.id()) {
        return "does not find " + entry;
      }
    }
    return "";
  }

  private static String refuses(Runnable action) {
    try {
      action.run();
      return "was not refused";
    } catch (GalleryException e) {
      return "";
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(path -> {
            try {
              Files.delete(path);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
