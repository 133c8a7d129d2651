package ai.fovea.gallery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Images of a gallery with equal vectors, which are the same image, found with page reads alone.
/// Nearly equal ones are found by [LocalGallery#duplicates(float)].
public final class Duplicates {
  private final GalleryReader gallery;
  private final int pageSize;

  private Duplicates(GalleryReader gallery) {
    this.gallery = gallery;
    this.pageSize = Math.min(PageRequest.DEFAULT_SIZE, gallery.guarantees().maxPageSize());
  }

  /// Returns groups of images with equal vectors, each in the order of its ids, the groups in that
  /// of their first. Reads every vector once; images that come or go meanwhile count or do not.
  public static List<List<Entry>> equal(GalleryReader gallery) {
    return new Duplicates(gallery).equal();
  }

  private List<List<Entry>> equal() {
    Map<Integer, List<Long>> byHash = new LinkedHashMap<>();
    eachPage(page ->
        gallery
            .vectors(page)
            .forEach((id, vector) ->
                byHash.computeIfAbsent(Arrays.hashCode(vector), _ -> new ArrayList<>(1)).add(id)));
    List<List<Long>> groups = new ArrayList<>();
    for (List<Long> alike : byHash.values()) {
      if (alike.size() > 1) {
        groups.addAll(equalAmong(alike));
      }
    }
    groups.sort((a, b) -> Long.compare(a.getFirst(), b.getFirst()));
    return groups.stream().map(this::entries).filter(group -> group.size() > 1).toList();
  }

  private void eachPage(Consumer<List<Long>> use) {
    List<Long> ids = new ArrayList<>(pageSize);
    gallery
        .entries()
        .forEach(entry -> {
          ids.add(entry.id());
          if (ids.size() == pageSize) {
            use.accept(ids);
            ids.clear();
          }
        });
    if (!ids.isEmpty()) {
      use.accept(ids);
    }
  }

  /// Separates vectors that share a hash code by chance.
  private List<List<Long>> equalAmong(List<Long> alike) {
    List<Long> sorted = alike.stream().sorted().toList();
    Map<Long, float[]> vectors = gallery.allVectors(sorted);
    List<List<Long>> groups = new ArrayList<>();
    List<float[]> firsts = new ArrayList<>();
    for (long id : sorted) {
      float[] vector = vectors.get(id);
      if (vector == null) {
        continue; // removed meanwhile
      }
      int known =
          IntStream.range(0, firsts.size())
              .filter(g -> Arrays.equals(firsts.get(g), vector))
              .findFirst()
              .orElse(-1);
      if (known < 0) {
        firsts.add(vector);
        groups.add(new ArrayList<>(List.of(id)));
      } else {
        groups.get(known).add(id);
      }
    }
    return groups.stream().filter(group -> group.size() > 1).toList();
  }

  private List<Entry> entries(List<Long> ids) {
    Map<Long, Entry> found = new HashMap<>();
    pages(ids).forEach(page -> found.putAll(gallery.findAll(page)));
    return ids.stream().flatMap(id -> Stream.ofNullable(found.get(id))).toList();
  }

  private List<List<Long>> pages(List<Long> ids) {
    return IntStream.range(0, Math.ceilDiv(ids.size(), pageSize))
        .mapToObj(p -> ids.subList(p * pageSize, Math.min(ids.size(), (p + 1) * pageSize)))
        .toList();
  }
}
