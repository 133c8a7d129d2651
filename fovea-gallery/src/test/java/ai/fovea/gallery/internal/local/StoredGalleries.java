package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.Durability;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Rate;
import ai.fovea.gallery.internal.Disk;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.LocalDisk;
import ai.fovea.gallery.internal.SealedFile.Seal;
import ai.fovea.index.IndexSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;

/// Wrote the galleries in the test resources `galleries/version2-*`, and can write them again where
/// a *new* kind is added: those that are there stay as they are, since they stand for galleries
/// that users have. Their content is the same in all: synthetic vectors, and whatever changes can
/// do.
///
/// `version1` is older and was written by a program that knew no other version.
final class StoredGalleries {
  static final int DIMENSION = 4;

  /// With fewer images an index of any kind has neither a graph nor lists.
  static final int MANY = 1050;

  static final int FEW = 40;
  static final long FIRST_OF_MANY = 1000;

  /// What is behind `version2-`.
  static final List<String> KINDS = List.of("log", "flat", "hnsw", "hnsw-unanchored", "ivf");

  private StoredGalleries() {}

  /// Writes those of the kinds that are not yet in the folder.
  public static void main(String[] args) throws IOException {
    for (String kind : KINDS) {
      Path folder = Path.of(args[0], "version2-" + kind);
      if (!Files.exists(folder)) {
        write(folder, kind);
      }
    }
  }

  private static void write(Path folder, String kind) throws IOException {
    IndexSettings index =
        IndexSettings.parse(
            switch (kind) {
              case "flat" -> "Flat";
              case "ivf" -> "IVF4,BQ";
              case "log" -> "HNSW32";
              default -> "HNSW4";
            });
    GallerySettings settings =
        new GallerySettings("stored-model", DIMENSION, Similarity.COSINE)
            .withIndex(index)
            .withDurability(Durability.EACH_CHANGE);
    try (LocalGallery gallery = LocalGallery.create(folder, settings)) {
      gallery.addAll(entries(kind.equals("log") || kind.equals("flat") ? FEW : FEW + MANY));
      gallery.setCalibration(Calibration.given(0.75f));
      if (!kind.equals("log")) {
        gallery.compact();
      }
      change(gallery);
    }
    if (kind.equals("hnsw-unanchored")) {
      forgetAnchors(folder);
    }
    Files.delete(folder.resolve("LOCK"));
  }

  private static List<NewEntry> entries(int count) {
    Random random = new Random(5);
    List<NewEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[DIMENSION];
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      if (i >= FEW) {
        entries.add(NewEntry.of("many", vector).withId(FIRST_OF_MANY + i));
        continue;
      }
      NewEntry entry = NewEntry.of("label " + i % 4, vector).withId(2L * i);
      entry = i % 2 == 0 ? entry.withSource("bilder/größer " + i + ".jpg") : entry;
      entry = i % 3 == 0 ? entry.withAttribute("shelf", "" + i % 5) : entry;
      entries.add(
          i == 6 ? entry.withThumbnail(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}) : entry);
    }
    return entries;
  }

  /// One change of each kind that a log knows.
  private static void change(LocalGallery gallery) {
    gallery.addAll(
        List.of(NewEntry.of("new", unit(0)).withSource("new.jpg"), NewEntry.of("new", unit(1))));
    gallery.update(0, unit(2));
    gallery.change(2, entry -> entry.withLabel("described").withAttribute("k", "v"));
    gallery.removeAll(List.of(4L, 6L));
    gallery.mergeLabels(List.of("label 3"), "renamed");
    gallery.replace(8, NewEntry.of("replaced", unit(3)));
    gallery.setCalibration(
        new Calibration(
            0.5f,
            Calibration.Basis.MEASURED,
            OptionalDouble.of(0.01),
            Optional.of(new Rate(0.009, 0.004, 0.02, 40)),
            Optional.empty(),
            new TreeMap<>(Map.of("label 0", new Calibration.Label(0.55f, Optional.empty(), 3))),
            List.of(new Calibration.Point(0.2f, 0.9, 0.01)),
            new Calibration.Method(false, 2000, 4)));
  }

  static float[] unit(int axis) {
    float[] vector = new float[DIMENSION];
    vector[axis] = 1;
    return vector;
  }

  /// Makes of a gallery's index what programs wrote before rows had anchors.
  private static void forgetAnchors(Path folder) throws IOException {
    Disk disk = LocalDisk.INSTANCE;
    Manifest manifest = FolderFiles.readManifest(disk, folder);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Snapshot snapshot = Snapshot.open(disk, folder, manifest);
    Path file = snapshot.indexFile().file();
    snapshot.index().writeTo(piece -> bytes.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE)));
    byte[] content = bytes.toByteArray();
    // In the layout of an index file the fourth of the kind's own numbers, from 56 on.
    MemorySegment.ofArray(content).set(Input.LONG, 56 + 3 * Long.BYTES, 0);
    snapshot.index().close();
    Files.delete(file);
    Seal seal;
    try (var out = disk.create(file)) {
      seal =
          Snapshot.writeIndex(
              out, manifest.snapshot(), to -> to.write(MemorySegment.ofArray(content)));
    }
    Manifest sealed =
        new Manifest(
            manifest.version(),
            manifest.id(),
            manifest.settings(),
            manifest.created(),
            manifest.snapshot(),
            List.of(manifest.seals().getFirst(), seal),
            manifest.version1());
    Files.write(folder.resolve(Manifest.FILE_NAME), sealed.toBytes());
  }
}
