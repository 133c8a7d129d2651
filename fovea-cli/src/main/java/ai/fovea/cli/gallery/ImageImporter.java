package ai.fovea.cli.gallery;

import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.ImageLists;
import ai.fovea.cli.input.Labelled;
import ai.fovea.cli.input.LabelledImages;
import ai.fovea.cli.options.Written;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.RejectedEntriesException;
import ai.fovea.image.ImageException;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How images are taken into a gallery: all in one step, or in steps that an interruption does not undo.
///
/// Over 400 lines: what became of each image is counted and told by the same fields, of which half are options.
final class ImageImporter {
  private static final int STEP = 256;
  static final String MORE_COPIES =
      " more images are there several times; `fovea gallery dedupe` removes copies";
  private static final int SHOWN = 5; // images of one group, and notes of one kind

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write each image that can't be used, and why, into this CSV file; also "
              + "where the command fails.")
  @Written
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--resume",
      description =
          "Take images in steps of 256, and leave out those that are in the gallery "
              + "and whose files have not changed: an interrupted command goes on when it is "
              + "given again.")
  private boolean resume;

  @Mixin private final Thumbnails thumbnails = new Thumbnails();

  @Option(
      names = "--allow-duplicates",
      description = {
        "Take it as meant where one image has two labels. Left out: that is reported as a problem;",
        "the images are in the gallery all the same."
      })
  private boolean duplicates;

  @Option(
      names = "--sources",
      paramLabel = "FORM",
      description = {
        "How the files' paths are kept: absolute, or relative to the gallery's folder, so that"
            + " both",
        "can be moved together. Left out: as the gallery has them, absolute in a new one."
      })
  private Optional<Sources.Form> form = Optional.empty();

  @Mixin private final DamagedImages damaged = new DamagedImages();

  private String named = "";
  private final List<ImportFailure> failures = new ArrayList<>();
  private final List<ImportFailure> warnings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> wanted = new TreeSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<Long> ids = new HashSet<>();
  // Read by another thread where the command is ended early.
  private final AtomicInteger added = new AtomicInteger();
  private final AtomicInteger updated = new AtomicInteger();
  private volatile int skipped;
  private final Semaphore storing = new Semaphore(1);

  /// Whether an interruption keeps what was taken until then.
  boolean resumes() {
    return resume;
  }

  /// What to say where the command is ended early. From then on nothing is stored any more, so that it stays true until the process
  /// has ended: what waits for this permit ends with it.
  ///
  /// @param draft whether what is not to go on is made elsewhere, and never seen
  String interrupted(Path folder, boolean draft) {
    storing.acquireUninterruptibly();
    if (resume) {
      return "interrupted; " + done(folder) + " so far; the same command again goes on";
    }
    return !draft && hasTaken()
        ? Threshold.interrupted(folder, done(folder))
        : "interrupted; "
            + folder
            + " is as it was before; with --resume images are kept as they"
            + " come, and the same command again goes on";
  }

  /// What images were named, as [LabelledImages#named] says it.
  void takes(String images) {
    named = images;
  }

  /// The same.
  String named() {
    return named;
  }

  /// How the model reads images.
  ModelOptions options(ModelOptions options) {
    return damaged.apply(options);
  }

  /// Notes what could not be used, or was left alone, before any image was looked at.
  void found(ImageLists.Found found) {
    found.problems().forEach(p -> failures.add(new ImportFailure(found.image(p), "", p)));
    notes.addAll(found.notes());
  }

  /// Runs a command, and writes the report, whatever comes of the command.
  Outcome reporting(Callable<Outcome> command) throws Exception {
    Outcome outcome;
    try {
      outcome = command.call();
    } catch (CommandLine.ParameterException e) {
      throw e; // nothing was begun
    } catch (Exception e) {
      failures.add(new ImportFailure("", "", Failures.describe(e)));
      throw ImportFailure.withReport(e, this::write);
    }
    write();
    return outcome;
  }

  /// Embeds images and adds all that can be used.
  ///
  /// @param folder the gallery's, which relative paths begin at
  void take(
      Common common, Path folder, LocalGallery gallery, Embedder embedder, List<Labelled> named)
      throws IOException {
    Sources sources = new Sources(folder);
    Sources.Form kept = form.orElseGet(() -> sources.form(gallery.entries().toList()));
    List<Labelled> images = once(named);
    images.forEach(p -> wanted.add(p.label()));
    List<Labelled> open = images;
    Map<Labelled, Entry> there = new HashMap<>();
    if (resume) {
      there.putAll(KnownImages.find(images, sources.places(gallery.entries().toList())));
      open = images.stream().filter(p -> !KnownImages.isUnchanged(p, there)).toList();
      skipped = images.size() - open.size();
      gallery.labels().keySet().forEach(taken::add);
    }
    int step = resume ? STEP : Math.max(1, open.size());
    try (var progress = common.progress("embedding", open.size())) {
      for (int from = 0; from < open.size(); from += step) {
        int start = from;
        List<Labelled> part = open.subList(from, Math.min(open.size(), from + step));
        Map<Labelled, float[]> vectors = embed(embedder, part, done -> progress.at(start + done));
        storing.acquireUninterruptibly();
        try {
          store(gallery, vectors, there, file -> sources.stored(file, kept));
        } catch (GalleryException e) {
          throw stopped(folder, e);
        } finally {
          storing.release();
        }
      }
    }
    wanted.removeAll(taken);
    for (String label : wanted) {
      failures.add(
          new ImportFailure("", label, "label '" + label + "': none of its images can be used"));
    }
    compare(gallery);
  }

  /// A gallery that can't be written any more, with what it holds and how to go on.
  private CommandException stopped(Path folder, GalleryException e) {
    boolean kept = resume && hasTaken();
    var stopped =
        new CommandException(
            Failures.describe(e)
                + (kept ? "; what was taken until then is kept: " + done(folder) + "; " : "; ")
                + (kept ? "the same command again goes on" : "nothing was taken"));
    stopped.initCause(e);
    return stopped;
  }

  /// The images without those that were named before with the same label, which are told.
  private List<Labelled> once(List<Labelled> named) {
    Map<List<String>, List<Labelled>> same = new LinkedHashMap<>();
    for (Labelled image : named) {
      same.computeIfAbsent(
              List.of(Sources.place(image.file()).toString(), image.label()),
              _ -> new ArrayList<>())
          .add(image);
    }
    List<Labelled> all = new ArrayList<>(same.size());
    List<String> repeated = new ArrayList<>();
    for (List<Labelled> of : same.values()) {
      Labelled first = of.getFirst();
      all.add(first);
      if (of.size() > 1) {
        repeated.add(
            first.file()
                + " ('"
                + first.label()
                + "') is named "
                + of.size()
                + " times: taken once");
      }
    }
    note(repeated, " more images are named several times: each taken once");
    return all;
  }

  /// Notes the first of several lines of one kind, and how many more there are.
  private void note(List<String> lines, String more) {
    notes.addAll(few(lines, more));
  }

  /// The first of several lines of one kind, and how many more there are.
  static List<String> few(List<String> lines, String more) {
    return lines.size() <= SHOWN
        ? lines
        : Stream.concat(lines.stream().limit(SHOWN), Stream.of(lines.size() - SHOWN + more))
            .toList();
  }

  /// Tells of the images just taken that are in the gallery more than once.
  private void compare(LocalGallery gallery) {
    List<String> copies = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (List<Entry> group : gallery.duplicates()) {
      if (group.stream().noneMatch(e -> ids.contains(e.id()))) {
        continue;
      }
      String names =
          String.join(
              ", ",
              group.stream()
                  .limit(SHOWN)
                  .map(e -> e.source().orElse("image " + e.id()) + " ('" + e.label() + "')")
                  .toList());
      String more = group.size() > SHOWN ? " and " + (group.size() - SHOWN) + " more" : "";
      if (group.stream().map(Entry::label).distinct().count() == 1) {
        copies.add("one image " + group.size() + " times: " + names + more);
      } else if (duplicates) {
        labels.add("one image with several labels: " + names + more);
      } else {
        failures.add(
            new ImportFailure(
                "",
                "",
                "one image with several labels: "
                    + names
                    + more
                    + "; remove what is wrong, or accept it with --allow-duplicates"));
      }
    }
    note(copies, MORE_COPIES);
    note(labels, " more images have several labels");
  }

  /// The vectors of all images that can be used; the others are noted.
  private Map<Labelled, float[]> embed(
      Embedder embedder, List<Labelled> images, IntConsumer progress) {
    Map<Labelled, float[]> vectors = new LinkedHashMap<>();
    List<ImageSource> sources = new ArrayList<>();
    images.forEach(p -> sources.add(ImageSource.of(p.file())));
    var all = embedder.embedAll(sources, progress);
    for (int i = 0; i < all.size(); i++) {
      Labelled image = images.get(i);
      all.get(i)
          .problem()
          .ifPresent(
              p -> failures.add(new ImportFailure(image.file().toString(), image.label(), p)));
      all.get(i)
          .toOptional()
          .ifPresent(f -> {
            vectors.put(image, f);
            damaged
                .warning(image.file())
                .map(w -> new ImportFailure(image.file().toString(), image.label(), w))
                .ifPresent(warnings::add);
          });
    }
    return vectors;
  }

  private void store(
      LocalGallery gallery,
      Map<Labelled, float[]> vectors,
      Map<Labelled, Entry> there,
      Function<Path, String> stored) {
    List<NewEntry> entries = new ArrayList<>();
    vectors.forEach((image, vector) -> {
      String source = image.file().toString();
      Entry known = there.get(image);
      try {
        String mark = FileMark.of(image.file());
        if (known == null) {
          NewEntry entry =
              NewEntry.of(image.label(), vector)
                  .withSource(stored.apply(image.file()))
                  .withAttribute(FileMark.KEY, mark);
          entries.add(thumbnails.with(entry, image.file(), damaged.decoder()));
        } else {
          NewEntry entry =
              GalleryUpdate.replacement(
                  known.withLabel(image.label()).withAttribute(FileMark.KEY, mark), vector);
          gallery.replace(
              known.id(),
              Thumbnails.renewed(
                  entry, image.file(), damaged.decoder(), gallery.thumbnail(known.id())));
          ids.add(known.id());
          taken.add(image.label());
          updated.incrementAndGet();
        }
      } catch (IllegalArgumentException | ImageException | RejectedEntriesException e) {
        // Gone or changed since it was embedded: one image less, not all.
        failures.add(
            new ImportFailure(source, image.label(), source + ": " + Failures.describe(e)));
      }
    });
    add(gallery, entries);
    gallery.flush();
  }

  /// Adds the entries, without those that the gallery refuses, for instance for a line break in a file's name.
  private void add(LocalGallery gallery, List<NewEntry> entries) {
    List<NewEntry> good = entries;
    List<Long> given;
    try {
      given = gallery.addAll(good);
    } catch (RejectedEntriesException e) {
      Set<Integer> bad = new HashSet<>();
      for (RejectedEntriesException.Problem problem : e.rejected()) {
        NewEntry entry = entries.get(problem.position());
        String source = entry.source().orElse("");
        bad.add(problem.position());
        failures.add(new ImportFailure(source, entry.label(), source + ": " + problem.what()));
      }
      good =
          IntStream.range(0, entries.size())
              .filter(i -> !bad.contains(i))
              .mapToObj(entries::get)
              .toList();
      given = gallery.addAll(good);
    }
    ids.addAll(given);
    good.forEach(entry -> taken.add(entry.label()));
    added.addAndGet(good.size());
  }

  /// Whether this command has changed the gallery.
  boolean hasTaken() {
    return added.get() + updated.get() > 0;
  }

  /// Whether nothing at all was or is in the gallery.
  boolean isEmpty() {
    return !hasTaken() && skipped == 0;
  }

  /// What was done, for people.
  String did(Path folder) {
    String done = done(folder);
    return Character.toUpperCase(done.charAt(0)) + done.substring(1);
  }

  private String done(Path folder) {
    return "added "
        + GalleryReport.counted(added.get(), "image")
        + " to "
        + folder
        + (updated.get() > 0
            ? ", renewed " + GalleryReport.counted(updated.get(), "image") + " of changed files"
            : "")
        + (skipped > 0 ? " (" + skipped + " were there already)" : "");
  }

  /// What was done, for programs.
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("added", added.get());
    if (resume) {
      counts.put("updated", updated.get());
      counts.put("skipped", skipped);
    }
    return counts;
  }

  /// The problems as lines.
  List<String> problems() {
    return failures.stream().map(ImportFailure::problem).toList();
  }

  /// What was taken although something is wrong with it.
  List<String> warnings() {
    return warnings.stream().map(ImportFailure::problem).toList();
  }

  /// What was left alone on purpose.
  List<String> notes() {
    return List.copyOf(notes);
  }

  private void write() throws IOException {
    if (report.isEmpty()) {
      return;
    }
    List<ImportFailure> rows = new ArrayList<>(failures);
    warnings.forEach(
        w -> rows.add(new ImportFailure(w.image(), w.label(), "warning: " + w.problem())));
    ImportFailure.write(rows, report.get());
  }
}
