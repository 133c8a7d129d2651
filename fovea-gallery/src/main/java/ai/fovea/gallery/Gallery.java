package ai.fovea.gallery;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Labelled pictures, as vectors, and the question which of them a new picture resembles.
///
///     try (Gallery gallery = Gallery.create(folder, new GallerySettings(modelId, 192, Similarity.COSINE))) {
///       gallery.add(NewEntry.of("mug", vector).withSource("mug1.jpg"));
///       gallery.calibrate(0.01);
///       Decision decision = gallery.decide(query);
///     }
///
/// **Scores** are those of the gallery's [Similarity]; under [Similarity#L2] the smaller one is the better.
///
/// **Errors** change nothing: [IllegalArgumentException] for a vector of another length, with NaN, infinite or huge values, or
/// zero under cosine, and for empty or odd texts; [java.util.NoSuchElementException] for an unknown id or label;
/// [RejectedEntriesException] for additions, with all that is wrong with them; [GalleryException] where the gallery is
/// read-only or a file can't be written; [IllegalStateException] after [#close()].
///
/// **Lasting**: changes made in a folder are certain to survive once [#flush()] or [#close()] has returned; until then a
/// crash leaves the gallery as it was at the last of these, never in between.
///
/// **Threads**: any number of readers run beside a writer; writers wait for each other. A search sees
/// one state of the gallery, never half a batch.
public interface Gallery extends AutoCloseable {

  /// A gallery that lives as long as the process.
  static Gallery inMemory(GallerySettings settings) {
    return new MemoryGallery(settings);
  }

  /// Makes a gallery in a folder that is absent or empty.
  ///
  /// @throws GalleryException where the folder holds anything, or can't be written
  static Gallery create(Path folder, GallerySettings settings) {
    return FolderGallery.create(folder, settings);
  }

  /// Opens a gallery for reading and writing; nobody else can write to it until it is closed.
  ///
  /// @throws GalleryException where there is none, its version is unknown, or somebody else writes to it
  /// @throws DamagedGalleryException where a file is not as it was written
  static Gallery open(Path folder) {
    return FolderGallery.open(folder);
  }

  /// Opens a gallery for reading, as it is now; others may read and write it meanwhile.
  ///
  /// @throws GalleryException where there is none, or its version is unknown
  /// @throws DamagedGalleryException where a file is not as it was written
  static Gallery openReadOnly(Path folder) {
    return FolderGallery.openReadOnly(folder);
  }

  /// Its figures.
  GalleryInfo info();

  /// Whether changes are refused.
  boolean isReadOnly();

  /// Adds a picture and returns its id.
  default long add(NewEntry entry) {
    return addAll(List.of(entry)).getFirst();
  }

  /// Adds all of these pictures, or on any error none; their ids, in the same order.
  List<Long> addAll(List<NewEntry> entries);

  /// Removes a picture.
  void remove(long id);

  /// Removes all pictures with this label and returns how many there were.
  int removeLabel(String label);

  /// Gives all pictures labelled `from` the label `to`, which no picture has yet.
  void renameLabel(String from, String to);

  /// A picture by its id.
  Optional<Entry> find(long id);

  /// A copy of a picture's vector, `[D]`; under [Similarity#COSINE] of length one.
  float[] vector(long id);

  /// All pictures, in the order of their ids.
  List<Entry> entries();

  /// The pictures with this label, in the order of their ids.
  List<Entry> entries(String label);

  /// All labels, sorted, each with the number of its pictures.
  SortedMap<String, Integer> labels();

  /// The `k` pictures nearest to a query (`[D]`), best first, ties in the order of their ids.
  default List<Candidate> search(float[] query, int k) {
    return searchBatch(new float[][] {query}, k).getFirst();
  }

  /// [#search(float[], int)] for each of `queries` (`[Q][D]`), all against the same state of the gallery.
  List<List<Candidate>> searchBatch(float[][] queries, int k);

  /// Which label a query (`[D]`) has, or that it is unknown, by [DecisionPolicy#DEFAULT].
  default Decision decide(float[] query) {
    return decide(query, DecisionPolicy.DEFAULT);
  }

  /// Which label a query (`[D]`) has, or that it is unknown.
  ///
  /// The threshold is the policy's, else that of the stored [Calibration], else under cosine
  /// [Calibration#USUAL_COSINE].
  ///
  /// @throws GalleryException where there is none of these
  Decision decide(float[] query, DecisionPolicy policy);

  /// [#calibrate(CalibrationSettings)] in the usual way.
  ///
  /// @param targetFalseAcceptRate more than 0 and less than 1, for instance 0.01
  default Calibration calibrate(double targetFalseAcceptRate) {
    return calibrate(CalibrationSettings.of(targetFalseAcceptRate));
  }

  /// Finds the thresholds for a wanted share of unknown things taken for known ones, from the gallery's own pictures, and
  /// stores them. Later additions do not change them; calibrating again does.
  ///
  /// Each picture is asked twice: with its whole label left out, which plays an unknown thing, and with only itself left
  /// out, which plays a known one. Others may read and write the gallery meanwhile.
  ///
  /// @throws GalleryException where there are fewer than two labels to compare and the similarity is not cosine
  default Calibration calibrate(CalibrationSettings settings) {
    Calibration found = GalleryScores.measure(this, settings).calibration(settings);
    setCalibration(found);
    return found;
  }

  /// Stores a threshold found elsewhere.
  void setCalibration(Calibration calibration);

  /// Returns when everything done so far would survive a crash. Does nothing for a gallery in memory.
  void flush();

  /// Flushes and lets go of the memory and the folder. Closing again does nothing.
  @Override
  void close();
}
