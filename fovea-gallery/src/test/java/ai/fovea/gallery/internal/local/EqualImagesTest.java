package ai.fovea.gallery.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.SearchRecall;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.VectorIndex;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Galleries of many equal or nearly equal images beside single ones, with the default index.
class EqualImagesTest {
  private static final int DIMENSION = 32;
  private static final int SERIES = 3;
  private static final int EACH = 400;
  private static final int LONE = 40;

  private static final GallerySettings SETTINGS =
      new GallerySettings("model", DIMENSION, Similarity.COSINE);

  @Test
  void everyImageFindsItself() {
    try (LocalGallery gallery = filled(0)) {
      for (Entry entry : gallery.entries().toList()) {
        Candidate nearest = gallery.search(gallery.vector(entry.id()), 1).getFirst();
        assertThat(nearest.entry().label()).isEqualTo(entry.label());
        assertThat(nearest.score()).isGreaterThan(0.9999f);
      }
      gallery.verify();
      SearchRecall recall = gallery.recall(200, 10, 7);
      assertThat(recall.asked()).isEqualTo(200);
      assertThat(recall.expected()).isEqualTo(2000);
      assertThat(recall.themselves()).isEqualTo(200);
      assertThat(recall.recall()).isBetween(0.99, 1.0);
      assertThat(gallery.recall(200, 10, 7)).isEqualTo(recall);
      assertThat(gallery.recall(1_000_000, 10, 7).asked()).isEqualTo(SERIES * EACH + LONE);
    }
  }

  @Test
  void seriesAreDuplicatesAndSingleImagesAreNot() {
    for (double noise : new double[] {0, 1e-4}) {
      try (LocalGallery gallery = filled(noise)) {
        List<List<Entry>> groups = gallery.duplicates(0.999f);
        assertThat(groups).hasSize(SERIES);
        assertThat(groups)
            .allSatisfy(group -> {
              assertThat(group).hasSize(EACH);
              assertThat(group).extracting(Entry::label).containsOnly(group.getFirst().label());
            });
        assertThat(gallery.duplicates()).hasSize(noise == 0 ? SERIES : 0);
      }
    }
  }

  @Test
  void recallOfAnEmptyGalleryIsWhole() {
    try (LocalGallery gallery = LocalGallery.inMemory(SETTINGS)) {
      assertThat(gallery.recall(200, 10, 1)).isEqualTo(new SearchRecall(0, 10, 0, 0, 0, 1));
      assertThat(gallery.recall(200, 10, 1).recall()).isEqualTo(1);
      assertThatThrownBy(() -> gallery.recall(0, 10, 1)).hasMessageContaining("images is 0");
    }
  }

  @Test
  void imagesThatCantBeReachedAreNamedAndCompactingLinksThem() {
    AtomicBoolean relinked = new AtomicBoolean();
    try (VectorIndex index =
            VectorIndex.create(SETTINGS.index(), DIMENSION, Similarity.COSINE.metric());
        LocalGallery gallery =
            new LiveGallery(
                "mugs",
                new Content(SETTINGS, Instant.EPOCH, losing(index, relinked)),
                Journal.NONE,
                () -> {})) {
      assertThatThrownBy(gallery::verify)
          .isInstanceOf(GalleryException.class)
          .hasMessageContaining("mugs: 25 images can't be reached")
          .hasMessageContaining("the ids 0, 1, 2")
          .hasMessageContaining("19, ...")
          .hasMessageContaining("compact the gallery");
      gallery.compact();
      assertThat(relinked).isTrue();
      gallery.verify();
    }
  }

  /// An index that claims to have lost 25 vectors until they are linked anew.
  private static VectorIndex losing(VectorIndex index, AtomicBoolean relinked) {
    return (VectorIndex)
        Proxy.newProxyInstance(
            VectorIndex.class.getClassLoader(),
            new Class<?>[] {VectorIndex.class},
            (proxy, method, args) -> {
              switch (method.getName()) {
                case "relink" -> relinked.set(true);
                case "unreachable" -> {
                  return LongStream.range(0, relinked.get() ? 0 : 25).toArray();
                }
                default -> {}
              }
              try {
                return method.invoke(index, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static LocalGallery filled(double noise) {
    Random random = new Random(11);
    List<NewEntry> entries = new ArrayList<>();
    for (int series = 0; series < SERIES; series++) {
      float[] middle = gaussian(random, 1);
      for (int i = 0; i < EACH; i++) {
        float[] vector = gaussian(random, (float) noise);
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] += middle[d];
        }
        entries.add(NewEntry.of("series " + series, vector));
      }
    }
    for (int i = 0; i < LONE; i++) {
      entries.add(NewEntry.of("single " + i, gaussian(random, 1)));
    }
    LocalGallery gallery = LocalGallery.inMemory(SETTINGS);
    gallery.addAll(entries);
    return gallery;
  }

  private static float[] gaussian(Random random, float deviation) {
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = deviation * (float) random.nextGaussian();
    }
    return vector;
  }
}
