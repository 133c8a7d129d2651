package ai.fovea.gallery;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Read access to labelled vectors, wherever they are stored: in this process, in a folder, or on
/// the machines of a cluster.
///
///     try (GalleryReader gallery = Galleries.openReader("mugs")) {
///       List<Candidate> nearest = gallery.search(query, 5, Filter.label("mug"));
///       Decision decision = new Decider(gallery).decide(query);
///     }
///
/// Every call takes or returns a batch or a page, so that an implementation needs one request for
/// it. What implementations differ in (page sizes, filters, when changes become visible) is data:
/// [#guarantees()]. Third parties test theirs against the suites of the module
/// `fovea-gallery-testkit`.
///
/// **Scores** are those of the gallery's [Similarity]; under [Similarity#L2] the smaller one is the
/// better.
///
/// **Errors**: [IllegalArgumentException] for a query of another length, with NaN, infinite or huge
/// values, or zero under cosine, and for numbers beyond what is guaranteed; [GalleryException] for
/// a filter that the implementation can't evaluate, and where the store can't be read;
/// [IllegalStateException] after [#close()].
///
/// **Threads**: safe for use by any number of threads, beside a writer too.
public interface GalleryReader extends AutoCloseable {

  /// Returns what this implementation promises.
  Guarantees guarantees();

  /// Returns the gallery's settings, size and calibration. Cheap enough for every search.
  GalleryInfo info();

  /// Returns the nearest images for each of `queries` (`[Q][D]`), best first, ties in the order of
  /// their ids.
  List<List<Candidate>> searchAll(float[][] queries, SearchRequest request);

  /// Returns the `k` images nearest to a query (`[D]`), best first, ties in the order of their ids.
  default List<Candidate> search(float[] query, int k) {
    return search(query, k, Filter.everything());
  }

  /// Returns the `k` nearest among the images that `filter` accepts: `k` of them wherever there are
  /// as many.
  default List<Candidate> search(float[] query, int k, Filter filter) {
    return searchAll(new float[][] {query}, SearchRequest.of(k).where(filter)).getFirst();
  }

  /// Returns the images with these ids, in their order; ids that are not in use are left out.
  ///
  /// @param ids at most [Guarantees#maxPageSize()]
  Map<Long, Entry> findAll(Collection<Long> ids);

  /// Returns an image by its id.
  default Optional<Entry> find(long id) {
    return Optional.ofNullable(findAll(Set.of(id)).get(id));
  }

  /// Returns copies of the vectors of these images, `[D]` each, under [Similarity#COSINE] of length
  /// one; ids that are not in use are left out.
  ///
  /// @param ids at most [Guarantees#maxPageSize()]
  Map<Long, float[]> vectors(Collection<Long> ids);

  /// Returns what [#vectors(Collection)] does for any number of ids, in their order, page by page.
  default Map<Long, float[]> allVectors(Collection<Long> ids) {
    int size = Math.min(PageRequest.DEFAULT_SIZE, guarantees().maxPageSize());
    Map<Long, float[]> all = new LinkedHashMap<>();
    List<Long> listed = List.copyOf(ids);
    for (int from = 0; from < listed.size(); from += size) {
      List<Long> page = listed.subList(from, Math.min(listed.size(), from + size));
      Map<Long, float[]> found = vectors(page);
      for (Long id : page) {
        float[] vector = found.get(id);
        if (vector != null) {
          all.put(id, vector);
        }
      }
    }
    return all;
  }

  /// Returns a copy of an image's vector, `[D]`.
  ///
  /// @throws NoSuchElementException where the id is not in use
  default float[] vector(long id) {
    float[] vector = vectors(Set.of(id)).get(id);
    if (vector == null) {
      throw new NoSuchElementException("no image has the id " + id);
    }
    return vector;
  }

  /// Returns the small copies, JPEG files, that were added with these images; ids without one, or
  /// not in use, are left out.
  ///
  /// @param ids at most [Guarantees#maxPageSize()]
  Map<Long, byte[]> thumbnails(Collection<Long> ids);

  /// Returns the small copy of an image, a JPEG file; empty where it was added without one.
  ///
  /// @throws NoSuchElementException where the id is not in use
  default Optional<byte[]> thumbnail(long id) {
    Optional<byte[]> thumbnail = Optional.ofNullable(thumbnails(Set.of(id)).get(id));
    if (thumbnail.isEmpty() && find(id).isEmpty()) {
      throw new NoSuchElementException("no image has the id " + id);
    }
    return thumbnail;
  }

  /// Returns the next of the images that `filter` accepts, in the order of their ids. A page has at
  /// most [Guarantees#maxPageSize()] of them, and at least one unless it is the last.
  Page<Entry> entries(Filter filter, PageRequest page);

  /// Returns the images that `filter` accepts, in the order of their ids, page by page as the
  /// stream is read: what is changed meanwhile may be there or not.
  default Stream<Entry> entries(Filter filter) {
    return pages(page -> entries(filter, page));
  }

  /// Returns all images, as [#entries(Filter)] does.
  default Stream<Entry> entries() {
    return entries(Filter.everything());
  }

  /// Returns the next labels, sorted, each with the number of its images, at most
  /// [Guarantees#maxPageSize()].
  Page<LabelCount> labels(PageRequest page);

  /// Returns all labels, sorted, each with the number of its images; reads every page of them.
  default SortedMap<String, Integer> labels() {
    SortedMap<String, Integer> all = new TreeMap<>();
    pages(this::labels).forEach(label -> all.put(label.label(), label.entries()));
    return all;
  }

  /// Releases what the gallery holds. Closing again does nothing.
  @Override
  void close();

  private <T> Stream<T> pages(Function<PageRequest, Page<T>> read) {
    PageRequest first =
        PageRequest.of(Math.min(PageRequest.DEFAULT_SIZE, guarantees().maxPageSize()));
    return Stream.iterate(
            Optional.of(read.apply(first)),
            Optional::isPresent,
            page -> page.flatMap(Page::next).map(cursor -> read.apply(first.after(cursor))))
        .flatMap(page -> page.stream().flatMap(p -> p.items().stream()));
  }
}
