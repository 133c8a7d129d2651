package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.KMeans;
import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Inverted lists (Sivic and Zisserman, Video Google, ICCV 2003): each vector lies in the list of
/// its nearest centroid, and a search compares a query with the vectors in the `nprobe` lists whose
/// centroids are nearest to it. It goes on with further lists while it has found fewer than `k`
/// wanted vectors, so `k` come wherever there are as many; under a filter, unless `nprobe` was
/// asked for, until so many lists in a row held nothing better that hardly any can, or it compares
/// all vectors. A range search compares vectors themselves, and goes on until `nprobe` lists in a
/// row held nothing; with as many as there are, both look through all.
///
/// **Training** happens by itself. Up to 10,000 vectors (or 39 a list, where the number of lists
/// was given) all are compared: exact, and faster than lists would be. Then centroids are trained
/// by k-means on at most 256 vectors a list, and again whenever there are twice as many vectors;
/// where the number of lists was given, only as long as there were fewer than 256 a list. The
/// addition that brings the vector too many returns once training is done; searches go on
/// meanwhile. Without a given number there are four times the root of the number of vectors.
///
/// **Codes** of the vectors are compared first once there are lists, by default of one byte a
/// value; scores are exact.
///
/// Rows of a list lie together in a few runs. Rows are never used again; once more are dead or set
/// aside than alive, the living are copied together, searches under way keep the old ones.
public final class IvfIndex extends RowIndex {
  private static final Logger LOG = LoggerFactory.getLogger(IvfIndex.class);
  private static final int FEWEST_EACH = 39;
  private static final int MOST_EACH = 256;
  private static final int FEWEST = 10_000;
  private static final int GROWTH = 2;
  private static final int TOLERATED_DEAD = 1024;
  private static final int TOLERATED_EACH = 16;
  private static final long SEED = 1234;

  private final IndexSettings.Ivf settings;
  // The first row that was not set aside for a list.
  private int unreserved;

  /// Creates an empty index of vectors with `dimension` (1 to 65536) values.
  public IvfIndex(IndexSettings.Ivf settings, int dimension, Metric metric) {
    this(settings, dimension, metric, Kernels.fastest());
  }

  IvfIndex(IndexSettings.Ivf settings, int dimension, Metric metric, Kernels kernels) {
    super(dimension, metric, kernels);
    this.settings = settings;
  }

  private IvfIndex(
      IndexSettings.Ivf settings, int dimension, Metric metric, long[] ids, MemorySegment vectors) {
    super(dimension, metric, ids, vectors, false);
    this.settings = settings;
    this.unreserved = ids.length;
  }

  /// Returns an index of lists that were trained and filled elsewhere: of copies of them. They are
  /// checked.
  ///
  /// @throws IllegalArgumentException for an id that is negative or there twice, or a bad vector
  public static IvfIndex of(
      IndexSettings.Ivf settings, int dimension, Metric metric, IvfContents contents) {
    contents.check(dimension);
    IvfIndex index =
        new IvfIndex(settings, dimension, metric, contents.allIds(), contents.allVectors());
    int count = contents.centroids();
    if (count > 0) {
      int[] sizes = contents.ids().stream().mapToInt(list -> list.length).toArray();
      Centroids centroids =
          new Centroids(index.kernels, dimension, metric, contents.middles(), count);
      RowView view = index.open();
      index.publish(view.next(index.lists(view, centroids, sizes, contents.trainedOn())));
    }
    return index;
  }

  /// The index that a file holds.
  IvfIndex(IndexFile.Contents file, IndexSettings.Ivf settings) {
    this(settings, file.dimension(), file.metric(), file.ids(), file.vectors());
    publish(IvfLists.open(file, settings, kernels, open()));
  }

  /// Returns what the index consists of, at one moment: a copy.
  public synchronized IvfContents contents() {
    RowView view = open();
    return view.structure instanceof IvfLists lists
        ? IvfContents.of(
            view, lists.alive(view), dimension, lists.centroids().rows(), lists.trainedOn())
        : IvfContents.of(view, new int[][] {view.aliveRows()}, dimension, MemorySegment.NULL, 0);
  }

  @Override
  public IndexSettings.Ivf settings() {
    return settings;
  }

  /// Returns how many lists there are: 1 before training.
  public int lists() {
    return open().structure instanceof IvfLists lists ? lists.lists().length : 1;
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    ExactScan exact = scan();
    Checks.queries(queries, dimension);
    TopK[] best = best(queries.length, search.k());
    if (exact.view().structure instanceof IvfLists lists) {
      search(exact, lists, search).batch(queries, best);
    } else {
      exact.batch(queries, search, best);
    }
    return drain(best);
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    ExactScan exact = scan();
    Checks.queries(new float[][] {query}, dimension);
    TopK best = TopK.reaching(metric, search.k(), threshold);
    if (exact.view().structure instanceof IvfLists lists) {
      search(exact, lists, search).range(query, best);
    } else {
      exact.offer(new float[][] {query}, 0, 1, new TopK[] {best}, search.filter());
    }
    return best.drain();
  }

  private ExactScan scan() {
    return new ExactScan(open(), metric, kernels, dimension);
  }

  private IvfSearch search(ExactScan exact, IvfLists lists, Search search) {
    int filter = search.nprobe() > 0 ? search.nprobe() : settings.nprobe();
    // Single bits tell too little of which rows are the nearest for what is promised of searches
    // under a filter.
    boolean coded =
        switch (settings.quantization()) {
          case NONE -> false;
          case INT8 -> true;
          case BIT -> search.unconditional();
        };
    return new IvfSearch(exact, lists, coded, search, Math.min(filter, lists.lists().length));
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    RowView view = open();
    IvfLists lists = view.structure instanceof IvfLists it ? it : null;
    int[][] alive = lists == null ? new int[][] {view.aliveRows()} : lists.alive(view);
    IndexOutput out = new IndexOutput(to);
    out.header(
        settings,
        dimension,
        metric,
        view.live,
        lists == null ? new int[2] : new int[] {alive.length, lists.trainedOn()},
        lists == null ? 0 : lists.sectionBytes(dimension, view.live));
    for (int[] rows : alive) {
      for (int row : rows) {
        out.floats(view.chunks.readFloats(row));
      }
    }
    out.align();
    for (int[] rows : alive) {
      for (int row : rows) {
        out.number(view.ids[row]);
      }
    }
    out.align();
    if (lists != null) {
      lists.writeSections(alive, out);
    }
    out.flush();
  }

  /// Behind the other rows of the list to which each vector belongs.
  @Override
  int[] rowsFor(RowView before, float[][] vectors) {
    if (!(before.structure instanceof IvfLists lists)) {
      return super.rowsFor(before, vectors);
    }
    int[] nearest = lists.centroids().nearest(i -> vectors[i], vectors.length, threads());
    Grouped groups = Grouped.by(nearest, lists.lists().length);
    int[] rows = new int[vectors.length];
    for (int list : groups.used()) {
      int from = groups.start(list);
      int count = groups.start(list + 1) - from;
      lists.lists()[list].grow(count, this::reserve, rows, groups.members(), from);
    }
    return rows;
  }

  private int reserve(int rows) {
    int first = unreserved;
    unreserved = Math.addExact(first, rows);
    return first;
  }

  @Override
  RowView.@Nullable SearchStructure link(RowView next, int[] rows) {
    if (next.structure instanceof IvfLists lists) {
      for (int row : rows) {
        lists.codes().put(row, next.chunks.readFloats(row));
      }
    }
    return next.structure;
  }

  @Override
  void changed(int count) {
    RowView now = open();
    int number = listsFor(now);
    if (number > 0) {
      train(now, number);
      return;
    }
    int unused = now.rows - now.live;
    if (now.structure instanceof IvfLists lists) {
      if (unused > TOLERATED_DEAD + now.live + TOLERATED_EACH * lists.lists().length) {
        layOut(now, lists.centroids(), lists.alive(now), lists.trainedOn());
      }
    } else if (unused > Math.max(TOLERATED_DEAD, now.live)) {
      publish(rearranged(now, now.aliveRows()));
    }
  }

  /// Returns how many lists to train now; 0 for none.
  private int listsFor(RowView now) {
    int trainedOn = now.structure instanceof IvfLists lists ? lists.trainedOn() : 0;
    int given = settings.lists();
    int fewest = given == 0 ? FEWEST : Math.max(1000, Math.multiplyExact(FEWEST_EACH, given));
    boolean enough = given > 0 && trainedOn >= (long) MOST_EACH * given;
    if (now.live < Math.max(fewest, (long) GROWTH * trainedOn) || enough) {
      return 0;
    }
    int filter = given == 0 ? (int) (4 * Math.sqrt(now.live)) : given;
    return Math.min(IndexSettings.Ivf.MOST_LISTS, Math.min(filter, now.live / FEWEST_EACH));
  }

  private void train(RowView now, int number) {
    long start = System.nanoTime();
    int[] rows = now.aliveRows();
    Centroids before = now.structure instanceof IvfLists lists ? lists.centroids() : null;
    Centroids centroids =
        new KMeans(number, metric, SEED, threads())
            .train(kernels, dimension, i -> now.chunks.readFloats(rows[i]), rows.length, before);
    int[] nearest = centroids.nearest(i -> now.chunks.readFloats(rows[i]), rows.length, threads());
    Grouped groups = Grouped.by(nearest, number);
    int[][] lists = new int[number][];
    for (int list = 0; list < number; list++) {
      lists[list] = new int[groups.start(list + 1) - groups.start(list)];
      int from = groups.start(list);
      Arrays.setAll(lists[list], i -> rows[groups.members()[from + i]]);
    }
    layOut(now, centroids, lists, rows.length);
    LOG.debug(
        "trained {} lists on {} vectors with seed {} in {} ms",
        number,
        rows.length,
        SEED,
        (System.nanoTime() - start) / 1_000_000);
  }

  /// Copies the living rows list by list.
  private void layOut(RowView now, Centroids centroids, int[][] lists, int trainedOn) {
    RowView next = rearranged(now, Arrays.stream(lists).flatMapToInt(Arrays::stream).toArray());
    unreserved = next.rows;
    int[] sizes = Arrays.stream(lists).mapToInt(rows -> rows.length).toArray();
    publish(next.next(lists(next, centroids, sizes, trainedOn)));
  }

  private IvfLists lists(RowView view, Centroids centroids, int[] sizes, int trainedOn) {
    Codes codes = Codes.ofAll(settings.quantization(), metric, kernels, view, dimension);
    return IvfLists.of(centroids, sizes, codes, trainedOn);
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
