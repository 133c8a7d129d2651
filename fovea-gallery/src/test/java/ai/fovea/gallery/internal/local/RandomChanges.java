package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.IndexSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Changes to a gallery that depend on nothing but a seed and what the gallery holds, so that they
/// can be done again to another one. Several writers may each have a part of the ids and labels for
/// itself.
final class RandomChanges {
  static final GallerySettings SETTINGS =
      new GallerySettings("m", 3, Similarity.L2).withIndex(IndexSettings.FLAT);

  private static final int IDS = 60;

  private RandomChanges() {}

  /// Does one change, or takes a snapshot, or flushes.
  static void change(LocalGallery gallery, long seed, int part, int parts) {
    Random random = new Random(seed);
    random.nextInt();
    List<Entry> mine = gallery.entries().filter(entry -> entry.id() % parts == part).toList();
    int kind = random.nextInt(20);
    if (mine.isEmpty() && kind > 9 && kind < 18) {
      kind = 0;
    }
    switch (kind) {
      case 10 -> gallery.update(one(mine, random).id(), vector(random));
      case 11 ->
          gallery.replace(
              one(mine, random).id(),
              NewEntry.of(label(random, part), vector(random))
                  .withSource("r" + random.nextInt(9) + ".jpg"));
      case 12 ->
          gallery.change(
              one(mine, random).id(),
              entry ->
                  entry.withLabel(label(random, part)).withAttribute("n", "" + random.nextInt(9)));
      case 13, 14 -> gallery.remove(one(mine, random).id());
      case 15 -> gallery.removeLabel(one(mine, random).label());
      case 16 -> gallery.mergeLabels(List.of(one(mine, random).label()), label(random, part));
      case 17 ->
          gallery.removeAll(
              mine.stream().map(Entry::id).filter(id -> random.nextInt(3) == 0).toList());
      case 18 -> gallery.compact();
      case 19 -> gallery.flush();
      default -> gallery.addAll(additions(gallery, random, part, parts));
    }
  }

  /// All there is to know about a writer's part of a gallery.
  static Map<Long, String> contents(LocalGallery gallery, int part, int parts) {
    Map<Long, String> contents = new TreeMap<>();
    for (Entry entry : gallery.entries().toList()) {
      if (entry.id() % parts == part) {
        contents.put(
            entry.id(),
            entry
                + Arrays.toString(gallery.vector(entry.id()))
                + gallery.thumbnail(entry.id()).map(Arrays::toString));
      }
    }
    return contents;
  }

  static Map<Long, String> contents(LocalGallery gallery) {
    return contents(gallery, 0, 1);
  }

  private static List<NewEntry> additions(
      LocalGallery gallery, Random random, int part, int parts) {
    List<NewEntry> batch = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      long id = (long) random.nextInt(IDS) * parts + part;
      if (gallery.find(id).isEmpty()
          && batch.stream().noneMatch(entry -> entry.id().getAsLong() == id)) {
        NewEntry entry = NewEntry.of(label(random, part), vector(random)).withId(id);
        if (random.nextBoolean()) {
          entry = entry.withSource("s".repeat(1 + random.nextInt(200)) + ".jpg");
        }
        if (random.nextInt(8) == 0) {
          byte[] thumbnail = new byte[3 + random.nextInt(900)];
          random.nextBytes(thumbnail);
          thumbnail[0] = (byte) 0xff;
          thumbnail[1] = (byte) 0xd8;
          entry = entry.withThumbnail(thumbnail);
        }
        batch.add(entry);
      }
    }
    return batch;
  }

  private static Entry one(List<Entry> entries, Random random) {
    return entries.get(random.nextInt(entries.size()));
  }

  private static String label(Random random, int part) {
    return "l" + part + "-" + random.nextInt(8);
  }

  private static float[] vector(Random random) {
    return new float[] {random.nextInt(100), random.nextInt(100), random.nextInt(100)};
  }
}
