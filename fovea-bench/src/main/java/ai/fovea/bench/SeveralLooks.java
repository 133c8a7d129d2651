package ai.fovea.bench;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.GalleryScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// What a threshold is worth where labels have several looks: random galleries of eight labels with eight images each, some pairs of them
/// made one label, are calibrated and asked all queries, of their labels and of others.
///
/// Arguments: a gallery, and a gallery of images taken on other days, with the same labels.
public final class SeveralLooks {
  private static final int LABELS = 8;
  private static final int EACH = 8;
  private static final int ROUNDS = 60;

  private SeveralLooks() {}

  /// Prints both errors and what was expected of them, in the mean, for no, one and four pairs.
  public static void main(String[] args) {
    List<NewEntry> images = read(Path.of(args[0]));
    List<NewEntry> queries = read(Path.of(args[1]));
    for (int pairs : new int[] {0, 1, 4}) {
      double errors = 0;
      double expected = 0;
      for (int round = 0; round < ROUNDS; round++) {
        Random random = new Random(round);
        Map<String, String> labels = labels(images, pairs, random);
        try (LocalGallery gallery = gallery(images, labels, random)) {
          CalibrationSettings settings = CalibrationSettings.balanced();
          Calibration calibration = GalleryScores.measure(gallery, settings).calibration(settings);
          errors += errors(gallery, calibration, queries, labels) / ROUNDS;
          expected +=
              (calibration.falseAcceptRate().orElseThrow().value()
                      + calibration.falseRejectRate().orElseThrow().value())
                  / 2
                  / ROUNDS;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%d labels, %d pairs made one: %.1f %%, expected %.1f %%%n",
          LABELS,
          pairs,
          100 * errors,
          100 * expected);
    }
  }

  private static List<NewEntry> read(Path folder) {
    try (LocalGallery gallery = LocalGallery.openReadOnly(folder)) {
      List<NewEntry> all = new ArrayList<>();
      for (Entry entry : gallery.entries().toList()) {
        all.add(NewEntry.of(entry.label(), gallery.vector(entry.id())));
      }
      return all;
    }
  }

  /// What some labels are called in the gallery.
  private static Map<String, String> labels(List<NewEntry> images, int pairs, Random random) {
    List<String> names =
        new ArrayList<>(images.stream().map(NewEntry::label).distinct().sorted().toList());
    Collections.shuffle(names, random);
    Map<String, String> called = new HashMap<>();
    for (int i = 0; i < LABELS; i++) {
      called.put(names.get(i), names.get(i < 2 * pairs ? i / 2 * 2 : i));
    }
    return called;
  }

  private static LocalGallery gallery(
      List<NewEntry> images, Map<String, String> labels, Random random) {
    List<NewEntry> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, random);
    Map<String, Integer> taken = new HashMap<>();
    List<NewEntry> chosen = new ArrayList<>();
    for (NewEntry image : shuffled) {
      String label = labels.get(image.label());
      if (label != null && taken.merge(image.label(), 1, Integer::sum) <= EACH) {
        chosen.add(NewEntry.of(label, image.vector()));
      }
    }
    int dimension = images.getFirst().vector().length;
    LocalGallery gallery =
        LocalGallery.inMemory(new GallerySettings("any", dimension, Similarity.COSINE));
    gallery.addAll(chosen);
    return gallery;
  }

  /// The mean of false accepts and false rejects, by the nearest image alone.
  private static double errors(
      LocalGallery gallery,
      Calibration calibration,
      List<NewEntry> queries,
      Map<String, String> labels) {
    float[][] vectors = queries.stream().map(NewEntry::vector).toArray(float[][]::new);
    List<List<Candidate>> found = gallery.searchAll(vectors, SearchRequest.of(1));
    int accepts = 0;
    int rejects = 0;
    int known = 0;
    for (int i = 0; i < vectors.length; i++) {
      Candidate best = found.get(i).getFirst();
      boolean accepted = best.score() >= calibration.thresholdOf(best.label());
      boolean isKnown = labels.containsKey(queries.get(i).label());
      known += isKnown ? 1 : 0;
      rejects += isKnown && !accepted ? 1 : 0;
      accepts += !isKnown && accepted ? 1 : 0;
    }
    return ((double) rejects / known + (double) accepts / (vectors.length - known)) / 2;
  }
}
