package ai.fovea.gallery;

import ai.fovea.gallery.internal.local.GalleryFolder;
import ai.fovea.gallery.internal.local.LiveGallery;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A gallery of this process, in memory or in a folder: labelled images, as vectors, and the
/// question which of them a new image resembles.
///
///     var settings = new GallerySettings(modelId, 192, Similarity.COSINE);
///     try (LocalGallery gallery = LocalGallery.create(folder, settings)) {
///       gallery.add(NewEntry.of("mug", vector).withSource("mug1.jpg"));
///       new Calibrator().calibrateAndStore(gallery);
///       Decision decision = new Decider(gallery).decide(query);
///     }
///
/// Its [#guarantees()] are every filter, no limits, changes that are visible at once, and steps of
/// like changes that are done as a whole ([Guarantees.Atomicity#STEP]). The methods below are
/// shorter than [#apply] and tell what is wrong by exceptions.
///
/// **Errors** change nothing, but for the last: [IllegalArgumentException] for a vector of another
/// length, with NaN, infinite or huge values, or zero under cosine, and for empty or odd texts;
/// [java.util.NoSuchElementException] for an unknown id or label; [RejectedEntriesException] for
/// additions, with all that is wrong with them; [GalleryException] where the gallery is read-only
/// or a file can't be written; [IllegalStateException] after [#close()]; [UnknownOutcomeException]
/// where a change was written and is visible, but the disk failed to force it.
///
/// **Durability**: a change made in a folder survives the death of the process once its call has
/// returned, and a power cut when the gallery's [Durability] says so: usually then, too. A crash
/// leaves each step as a whole or not at all. Others may see a change a moment before its call
/// returns. After a disk failed to force what was written, every further change is refused until
/// the gallery is opened again; the changes that waited for it end with
/// [UnknownOutcomeException].
///
/// **Threads**: any number of readers run beside a writer; writers wait for each other. A search
/// sees one state of the gallery, never half a step; so do [#entries(Filter)] and [#labels()].
public interface LocalGallery extends Gallery {

  /// Creates a gallery that lives as long as the process.
  static LocalGallery inMemory(GallerySettings settings) {
    return LiveGallery.inMemory(settings);
  }

  /// Creates a gallery in a folder that is absent or empty.
  ///
  /// @throws GalleryException where the folder holds anything, or can't be written
  static LocalGallery create(Path folder, GallerySettings settings) {
    return GalleryFolder.of(folder).create(settings);
  }

  /// Opens a gallery for reading and writing; nobody else can write to it until it is closed.
  ///
  /// @throws GalleryException where there is none, its version is unknown, or somebody else writes
  ///     to it
  /// @throws DamagedGalleryException where a file is not as it was written
  static LocalGallery open(Path folder) {
    return GalleryFolder.of(folder).open();
  }

  /// Opens a gallery for reading, as it is now; others may read and write it meanwhile.
  ///
  /// @throws GalleryException where there is none, or its version is unknown
  /// @throws DamagedGalleryException where a file is not as it was written
  static LocalGallery openReadOnly(Path folder) {
    return GalleryFolder.of(folder).openReadOnly();
  }

  /// Gives every image of a gallery the vector of another model, all at once: until this returns,
  /// the folder holds the gallery as it was, and afterwards nothing of the other model. The
  /// calibration, which belonged to the old vectors, is dropped. Nobody else may write to the
  /// gallery meanwhile; who has it open for reading keeps the old one.
  ///
  /// @param settings of the gallery as it will be
  /// @param vectors an image's new vector, `[D]`; what it throws is passed on, and nothing is
  ///     changed
  /// @throws RejectedEntriesException where some can't be stored, with what is wrong with each
  static void reembed(
      Path folder, GallerySettings settings, Function<? super Entry, float[]> vectors) {
    GalleryFolder.of(folder).reembed(settings, vectors);
  }

  /// Returns whether changes are refused.
  boolean isReadOnly();

  @Override
  default long add(NewEntry entry) {
    return addAll(List.of(entry)).getFirst();
  }

  /// Adds all of these images, or on any error none; returns their ids, in the same order.
  List<Long> addAll(List<NewEntry> entries);

  /// Replaces an image's vector (`[D]`).
  void update(long id, float[] vector);

  /// Replaces an image's label, source or attributes:
  /// `gallery.change(7, entry -> entry.withLabel("mug"))`.
  ///
  /// @param edit gets the image as it is and returns it as it shall be, with the same id; must not
  ///     use the gallery
  /// @return the image as it is now
  Entry change(long id, UnaryOperator<Entry> edit);

  /// Replaces an image by another, vector and all, in one change; its id stays.
  ///
  /// @param entry without an id, or with this one
  /// @return the image as it is now
  /// @throws RejectedEntriesException with all that is wrong with it
  Entry replace(long id, NewEntry entry);

  /// Removes an image.
  default void remove(long id) {
    removeAll(List.of(id));
  }

  /// Removes all of these images, or on any error none.
  void removeAll(List<Long> ids);

  /// Removes all images with this label and returns how many there were.
  int removeLabel(String label);

  /// Gives all images labelled `from` the label `to`, which no image has yet.
  void renameLabel(String from, String to);

  /// Gives all images with one of the labels `from` the label `to`, which may be one of these,
  /// another, or a new one.
  ///
  /// @return how many images got another label
  int mergeLabels(List<String> from, String to);

  /// Returns groups of images with equal vectors, each in the order of its ids, the groups in that
  /// of their first.
  default List<List<Entry>> duplicates() {
    return Duplicates.equal(this);
  }

  /// Returns groups of images that hang together by scores that reach `score`, in the same order:
  /// `0.98f` under cosine finds copies that were cut, scaled or compressed. With an index that is
  /// not exact a few may be missed.
  List<List<Entry>> duplicates(float score);

  /// Measures how much of the `k` nearest its searches find: searches for up to `images` of its own
  /// images, once as [#search] does, once by comparing with all. Others may read and write
  /// meanwhile, which the figure then shows, too.
  ///
  /// @param images 1 or greater
  /// @param k 1 or greater
  /// @param seed by which images are chosen: the same ones for the same gallery
  SearchRecall recall(int images, int k, long seed);

  /// Returns when everything done so far would survive a power cut. Does nothing for a gallery in
  /// memory.
  @Override
  void flush();

  /// Writes everything to a snapshot and begins the log anew, so that the next opening is fast;
  /// images that no search can reach ([#verify]) are linked anew before. It happens by itself,
  /// without that, when the log has grown long. Searches go on meanwhile, writers wait. Does
  /// nothing for a gallery in memory.
  void compact();

  /// Reads everything that is on disk and compares its checksums, which opening does only for files
  /// up to 1 GiB; and looks whether searches can reach every image.
  ///
  /// @throws DamagedGalleryException where something is not as it was written
  /// @throws GalleryException where images can't be reached, with their ids
  void verify();
}
