package ai.fovea.examples;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.Galleries;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Page;
import ai.fovea.gallery.PageRequest;
import ai.fovea.gallery.Similarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Goes through a gallery page by page, so that it may be larger than memory: its images as a
/// stream, and these with their vectors.
public final class StreamGallery {
  private static final int DIMENSION = 8;

  private StreamGallery() {}

  /// Prints how many images of the shop each label has, and the mean of the first value of their
  /// vectors.
  public static void main(String[] args) throws IOException {
    Path folder = Samples.folder().resolve("gallery");
    fill(folder, 3000);
    System.out.println(count(folder, Filter.attribute("shop", "7")));
    System.out.println(firstValue(folder, Filter.attribute("shop", "7")));
  }

  /// The images of each label.
  static Map<String, Long> count(Path folder, Filter filter) {
    try (GalleryReader gallery = Galleries.openReader(folder.toString());
        var entries = gallery.entries(filter)) {
      return entries.collect(
          Collectors.groupingBy(Entry::label, TreeMap::new, Collectors.counting()));
    }
  }

  /// The mean of the first value of all vectors; each request takes the vectors of one page.
  static double firstValue(Path folder, Filter filter) {
    double sum = 0;
    int seen = 0;
    try (GalleryReader gallery = Galleries.openReader(folder.toString())) {
      PageRequest next = PageRequest.of(256);
      while (true) {
        Page<Entry> page = gallery.entries(filter, next);
        List<Long> ids = page.items().stream().map(Entry::id).toList();
        for (float[] vector : gallery.vectors(ids).values()) {
          sum += vector[0];
          seen++;
        }
        if (page.next().isEmpty()) {
          return sum / seen;
        }
        next = next.after(page.next().get());
      }
    }
  }

  /// Makes a gallery of vectors of chance, of three labels and ten shops.
  static void fill(Path folder, int images) {
    var random = new SplittableRandom(1);
    var settings = new GallerySettings("chance", DIMENSION, Similarity.L2);
    try (LocalGallery gallery = LocalGallery.create(folder, settings)) {
      List<NewEntry> entries = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        float[] vector = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] = random.nextFloat();
        }
        entries.add(NewEntry.of("label " + i % 3, vector).withAttribute("shop", "" + i % 10));
      }
      gallery.addAll(entries); // in one step: all or none
    }
  }
}
