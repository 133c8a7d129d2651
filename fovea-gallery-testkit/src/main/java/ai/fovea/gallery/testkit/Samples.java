package ai.fovea.gallery.testkit;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Small synthetic galleries, the same for the same seed.
final class Samples {
  static final int DIMENSION = 16;
  static final GallerySettings SETTINGS =
      new GallerySettings("model-1", DIMENSION, Similarity.COSINE);

  private Samples() {}

  /// `labels` labels `l0`, `l1`, … of `each` images around a centre each, with ids from 3 on in
  /// steps of 2, every second one with an attribute `shop` (`0`, `1` or `2`), every third one with
  /// a source.
  static List<NewEntry> clusters(int labels, int each, long seed) {
    Random random = new Random(seed);
    List<NewEntry> all = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      float[] centre = gaussian(random, 1, new float[DIMENSION]);
      for (int i = 0; i < each; i++) {
        int n = all.size();
        NewEntry entry = NewEntry.of("l" + label, gaussian(random, 0.2, centre)).withId(3 + 2L * n);
        if (n % 2 == 0) {
          entry = entry.withAttribute("shop", "" + n % 3);
        }
        all.add(n % 3 == 0 ? entry.withSource("image " + n + ".jpg") : entry);
      }
    }
    return all;
  }

  /// Returns the same as a gallery lists it.
  static Entry listed(NewEntry entry) {
    return new Entry(entry.id().orElseThrow(), entry.label(), entry.source(), entry.attributes());
  }

  /// Returns a filter of at least one kind each: what a gallery may be asked with samples.
  static Filter filter(Filter.Kind kind) {
    return switch (kind) {
      case EVERYTHING -> Filter.everything();
      case LABEL -> Filter.labels(Set.of("l1", "l3"));
      case ATTRIBUTE_VALUE -> Filter.attribute("shop", "1");
      case ATTRIBUTE_PRESENT -> Filter.attribute("shop");
      case AND -> new Filter.And(List.of(Filter.everything(), Filter.everything()));
      case OR -> new Filter.Or(List.of(Filter.everything()));
      case NOT -> Filter.everything().negate();
      case PREDICATE -> Filter.matching(entry -> entry.id() % 3 == 0);
    };
  }

  /// Returns a filter at random of these kinds.
  static Filter filter(Random random, List<Filter.Kind> kinds, int depth) {
    Filter.Kind kind = kinds.get(random.nextInt(kinds.size()));
    boolean joins = kind == Filter.Kind.AND || kind == Filter.Kind.OR || kind == Filter.Kind.NOT;
    if (joins && depth == 0) {
      return Filter.everything();
    }
    return switch (kind) {
      case LABEL ->
          Filter.labels(
              random.nextBoolean()
                  ? Set.of("l" + random.nextInt(6))
                  : Set.of("l" + random.nextInt(3), "l" + (3 + random.nextInt(3))));
      case ATTRIBUTE_VALUE -> Filter.attribute("shop", "" + random.nextInt(3));
      case AND -> filter(random, kinds, depth - 1).and(filter(random, kinds, depth - 1));
      case OR -> filter(random, kinds, depth - 1).or(filter(random, kinds, depth - 1));
      case NOT -> filter(random, kinds, depth - 1).negate();
      case EVERYTHING, ATTRIBUTE_PRESENT, PREDICATE -> filter(kind);
    };
  }

  static float[] gaussian(Random random, double deviation, float[] centre) {
    float[] vector = new float[centre.length];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (centre[d] + deviation * random.nextGaussian());
    }
    return vector;
  }

  /// Returns a JPEG file as far as galleries look at it.
  static byte[] thumbnail(int content) {
    return new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) content};
  }

  static Optional<NewEntry> find(List<NewEntry> entries, long id) {
    return entries.stream().filter(entry -> entry.id().orElseThrow() == id).findFirst();
  }
}
