package ai.fovea.gallery;

import ai.fovea.index.Search;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Labelled pictures, as vectors, and the question which of them a new picture resembles.
///
///     try (Gallery gallery = Gallery.create(folder, new GallerySettings(modelId, 192, Similarity.COSINE))) {
///       gallery.add(NewEntry.of("mug", vector).withSource("mug1.jpg"));
///       gallery.calibrate();
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
/// **Lasting**: a change made in a folder survives the death of the process once its call has returned, and a power cut
/// when the gallery's [Durability] says so: usually then, too. A crash leaves each change as a whole or not at all. Others may
/// see a change a moment before its call returns. After a disk failed to force what was written, every further change is
/// refused until the gallery is opened again.
///
/// **Threads**: any number of readers run beside a writer; writers wait for each other. A search sees
/// one state of the gallery, never half a batch.
public interface Gallery extends AutoCloseable {

  /// A gallery that lives as long as the process.
  static Gallery inMemory(GallerySettings settings) {
    return new LiveGallery(
        "the gallery",
        new Content(settings, Instant.now().truncatedTo(ChronoUnit.SECONDS)),
        Journal.NONE,
        () -> {});
  }

  /// Makes a gallery in a folder that is absent or empty.
  ///
  /// @throws GalleryException where the folder holds anything, or can't be written
  static Gallery create(Path folder, GallerySettings settings) {
    return GalleryFolder.of(folder).create(settings);
  }

  /// Opens a gallery for reading and writing; nobody else can write to it until it is closed.
  ///
  /// @throws GalleryException where there is none, its version is unknown, or somebody else writes to it
  /// @throws DamagedGalleryException where a file is not as it was written
  static Gallery open(Path folder) {
    return GalleryFolder.of(folder).open();
  }

  /// Opens a gallery for reading, as it is now; others may read and write it meanwhile.
  ///
  /// @throws GalleryException where there is none, or its version is unknown
  /// @throws DamagedGalleryException where a file is not as it was written
  static Gallery openReadOnly(Path folder) {
    return GalleryFolder.of(folder).openReadOnly();
  }

  /// Gives every picture of a gallery the vector of another model, all at once: until this returns, the folder holds
  /// the gallery as it was, and afterwards nothing of the other model. The calibration, which belonged to the old vectors, is
  /// dropped. Nobody else may write to the gallery meanwhile; who has it open for reading keeps the old one.
  ///
  /// @param settings of the gallery as it will be
  /// @param vectors a picture's new vector, `[D]`; what it throws is passed on, and nothing is changed
  /// @throws RejectedEntriesException where some can't be stored, with what is wrong with each
  static void reembed(
      Path folder, GallerySettings settings, Function<? super Entry, float[]> vectors) {
    GalleryFolder.of(folder).reembed(settings, vectors);
  }

  /// Refuses a gallery of another model: call it before adding or asking with vectors of the model `modelId`. A gallery
  /// keeps its model as long as it is open.
  ///
  /// @throws GalleryException where its vectors are of another one
  default void requireModel(String modelId) {
    String own = info().settings().modelId();
    if (!own.equals(modelId)) {
      throw new GalleryException(
          "the gallery's vectors are of the model "
              + own
              + ", not of "
              + modelId
              + ", and can't be compared with its vectors: use that model, or re-embed the"
              + " gallery");
    }
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

  /// Replaces a picture's vector (`[D]`).
  void update(long id, float[] vector);

  /// Replaces a picture's label, source or attributes: `gallery.change(7, entry -> entry.withLabel("mug"))`.
  ///
  /// @param edit gets the picture as it is, and gives it back as it shall be, with the same id; must not use the gallery
  /// @return the picture as it is now
  Entry change(long id, UnaryOperator<Entry> edit);

  /// Replaces a picture by another, vector and all, in one change; its id stays.
  ///
  /// @param entry without an id, or with this one
  /// @return the picture as it is now
  /// @throws RejectedEntriesException with all that is wrong with it
  Entry replace(long id, NewEntry entry);

  /// Removes a picture.
  default void remove(long id) {
    removeAll(List.of(id));
  }

  /// Removes all of these pictures, or on any error none.
  void removeAll(List<Long> ids);

  /// Removes all pictures with this label and returns how many there were.
  int removeLabel(String label);

  /// Gives all pictures labelled `from` the label `to`, which no picture has yet.
  void renameLabel(String from, String to);

  /// Gives all pictures with one of the labels `from` the label `to`, which may be one of these, another, or a new one.
  ///
  /// @return how many pictures got another label
  int mergeLabels(List<String> from, String to);

  /// A picture by its id.
  Optional<Entry> find(long id);

  /// A copy of a picture's vector, `[D]`; under [Similarity#COSINE] of length one.
  float[] vector(long id);

  /// The small copy of a picture that was added with it, a JPEG file.
  Optional<byte[]> thumbnail(long id);

  /// All pictures, in the order of their ids.
  List<Entry> entries();

  /// The pictures with this label, in the order of their ids.
  List<Entry> entries(String label);

  /// All labels, sorted, each with the number of its pictures.
  SortedMap<String, Integer> labels();

  /// Groups of pictures with equal vectors, each in the order of its ids, the groups in that of their first.
  List<List<Entry>> duplicates();

  /// Groups of pictures that hang together by scores that reach `score`, in the same order: `0.98f` under cosine finds copies
  /// that were cut, scaled or compressed. With an index that is not exact a few may be missed.
  List<List<Entry>> duplicates(float score);

  /// The `k` pictures nearest to a query (`[D]`), best first, ties in the order of their ids.
  default List<Candidate> search(float[] query, int k) {
    return searchBatch(new float[][] {query}, k).getFirst();
  }

  /// The `k` nearest among the pictures that `wanted` accepts: `k` of them wherever there are as many.
  ///
  /// @param wanted asked about some pictures, in any order; must not use the gallery
  default List<Candidate> search(float[] query, int k, Predicate<? super Entry> wanted) {
    return searchBatch(new float[][] {query}, Search.of(k), wanted).getFirst();
  }

  /// [#search(float[], int)] for each of `queries` (`[Q][D]`), all against the same state of the gallery.
  default List<List<Candidate>> searchBatch(float[][] queries, int k) {
    return searchBatch(queries, Search.of(k), Content.Everything.WANTED);
  }

  /// The nearest pictures for each of `queries` (`[Q][D]`), all against the same state of the gallery.
  ///
  /// @param search how many, and how thoroughly they are looked for
  /// @param wanted asked about some pictures, in any order, by any of the search's threads; must not use the gallery
  List<List<Candidate>> searchBatch(
      float[][] queries, Search search, Predicate<? super Entry> wanted);

  /// Measures how much of the `k` nearest its searches find: asks for up to `pictures` of its own pictures, once as [#search] does, once by
  /// comparing with all. Others may read and write meanwhile, which the figure then shows, too.
  ///
  /// @param pictures 1 or greater
  /// @param k 1 or greater
  /// @param seed by which pictures are chosen: the same ones for the same gallery
  SearchRecall recall(int pictures, int k, long seed);

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

  /// [#calibrate(CalibrationSettings)] at the equal error rate.
  default Calibration calibrate() {
    return calibrate(CalibrationSettings.balanced());
  }

  /// [#calibrate(CalibrationSettings)] at a false accept rate.
  ///
  /// @param targetFalseAcceptRate more than 0 and less than 1, for instance 0.01
  default Calibration calibrate(double targetFalseAcceptRate) {
    return calibrate(CalibrationSettings.of(targetFalseAcceptRate));
  }

  /// Finds the thresholds that tell known from unknown things, from the gallery's own pictures, and
  /// stores them. Later additions do not change them; calibrating again does.
  ///
  /// Each picture is asked twice: with its whole label left out, which plays an unknown thing, and with only its own series
  /// left out, which plays a known one. Others may read and write the gallery meanwhile.
  ///
  /// @throws GalleryException where there are fewer than two labels to compare and the similarity is not cosine
  default Calibration calibrate(CalibrationSettings settings) {
    Calibration found = GalleryScores.measure(this, settings).calibration(settings);
    setCalibration(found);
    return found;
  }

  /// Stores a threshold found elsewhere.
  void setCalibration(Calibration calibration);

  /// Stores no threshold any more, for instance because nothing is left to tell one from: [#decide(float[], DecisionPolicy)] then
  /// does as it says there. Does nothing where none is stored.
  void removeCalibration();

  /// Returns when everything done so far would survive a power cut. Does nothing for a gallery in memory.
  void flush();

  /// Writes everything to a snapshot and begins the log anew, so that the next opening is fast; pictures that no search can come to
  /// ([#verify]) are linked anew before. It happens by itself, without that, when the log has grown long. Searches go on meanwhile, writers wait. Does nothing for a gallery in memory.
  void compact();

  /// Reads everything that is on disk and compares its checksums, which opening does only for files up to 1 GiB; and looks whether
  /// searches can come to every picture.
  ///
  /// @throws DamagedGalleryException where something is not as it was written
  /// @throws GalleryException where pictures can't be reached, with their ids
  void verify();

  /// Flushes and lets go of the memory and the folder. Closing again does nothing.
  @Override
  void close();
}
