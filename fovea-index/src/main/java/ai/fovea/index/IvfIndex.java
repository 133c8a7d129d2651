package ai.fovea.index;

import ai.fovea.index.internal.Centroids;
import ai.fovea.index.internal.KMeans;
import ai.fovea.index.internal.Kernels;
import ai.fovea.index.internal.Places;
import ai.fovea.index.internal.Slabs;
import ai.fovea.index.internal.TopK;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Inverted lists (Sivic and Zisserman, Video Google, ICCV 2003): each vector lies in the list of its nearest centroid, and a
/// search compares a query with the vectors in the `nprobe` lists whose centroids are nearest to it. It goes on with
/// further lists while it has found fewer than `k` wanted vectors, so `k` come wherever there are as many. A range search
/// looks through `nprobe` lists only; with as many as there are, both are exact.
///
/// **Training** happens by itself. Up to 10,000 vectors (or 39 a list, where the number of lists was given) all are compared:
/// exact, and faster than lists would be. Then centroids are trained by k-means on at most 256 vectors a list, and again
/// whenever there are four times as many vectors; where the number of lists was given, only as long as there were fewer
/// than 256 a list. The addition that brings the vector too many returns once training is done; searches go on meanwhile.
/// Without a given number there are four times the root of the number of vectors.
///
/// **Quantisation** in the settings changes nothing: vectors in lists are compared as they are.
///
/// Readers never wait: what a writer changes becomes visible as a whole. Vectors lie outside the Java heap, those of a
/// list one after another, and take `4D + 16` bytes each (up to twice that after many additions), their ids at
/// most 64 more.
public final class IvfIndex implements VectorIndex {
  private static final Logger LOG = LoggerFactory.getLogger(IvfIndex.class);
  private static final int FEWEST_EACH = 39;
  private static final int MOST_EACH = 256;
  private static final int FEWEST = 10_000;
  private static final int GROWTH = 4;
  private static final int TOLERATED_DEAD = 16;
  private static final int TOLERATED_WASTE = 1 << 14;
  private static final long SEED = 1234;

  private final IndexSettings.Ivf settings;
  private final int dimension;
  private final Metric metric;
  private final Kernels kernels;
  // Writers hold this object's monitor; readers take `state`, whose volatile write publishes what
  // lies behind it.
  private final Places places = new Places();
  private Slabs slabs;
  private volatile @Nullable State state;

  /// One version of the index.
  ///
  /// @param centroids none before training, when there is one list
  /// @param live how many vectors there are
  /// @param trainedOn how many there were when the centroids were trained
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record State(
      @Nullable Centroids centroids, IvfList[] lists, int live, int trainedOn, long version) {}

  /// An empty index of vectors with `dimension` (1 to 65536) values.
  public IvfIndex(IndexSettings.Ivf settings, int dimension, Metric metric) {
    this(settings, dimension, metric, Kernels.fastest());
  }

  IvfIndex(IndexSettings.Ivf settings, int dimension, Metric metric, Kernels kernels) {
    Checks.dimension(dimension);
    this.settings = settings;
    this.dimension = dimension;
    this.metric = metric;
    this.kernels = kernels;
    this.slabs = new Slabs((long) dimension * Float.BYTES);
    this.state = new State(null, new IvfList[] {IvfList.empty(dimension)}, 0, 0, 0);
  }

  /// An index of lists that were trained and filled elsewhere. Vectors and centroids are not copied: the memory must not
  /// change. They are checked.
  ///
  /// @throws IllegalArgumentException for an id that is negative or there twice, or a bad vector
  public static IvfIndex of(
      IndexSettings.Ivf settings, int dimension, Metric metric, IvfContents contents) {
    IvfIndex index = new IvfIndex(settings, dimension, metric);
    contents.check(dimension);
    index.fill(contents);
    return index;
  }

  /// The index that a file holds.
  IvfIndex(IndexFile.Contents file) {
    this((IndexSettings.Ivf) file.settings(), file.dimension(), file.metric());
    fill(IvfContents.of(file));
  }

  private synchronized void fill(IvfContents contents) {
    int trained = contents.centroids();
    IvfList[] lists = new IvfList[Math.max(1, contents.ids().size())];
    Arrays.fill(lists, IvfList.empty(dimension));
    int rows = 0;
    for (int list = 0; list < contents.ids().size(); list++) {
      long[] ids = contents.ids().get(list);
      lists[list] = IvfList.of(dimension, contents.vectors().get(list), ids);
      rows = Math.addExact(rows, ids.length);
      for (int row = 0; row < ids.length; row++) {
        if (ids[row] < 0 || places.contains(ids[row])) {
          throw new IllegalArgumentException(
              "id " + ids[row] + " in list " + list + ": expected 0 or greater, each once");
        }
        places.put(ids[row], list, row);
      }
    }
    Centroids centroids =
        trained == 0
            ? null
            : new Centroids(kernels, dimension, metric, contents.middles(), trained);
    state = new State(centroids, lists, rows, contents.trainedOn(), 0);
  }

  /// What the index consists of, at one moment: a copy.
  public synchronized IvfContents contents() {
    return IvfContents.of(open(), dimension);
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public IndexSettings.Ivf settings() {
    return settings;
  }

  @Override
  public int size() {
    return open().live();
  }

  /// How many lists there are: 1 before training.
  public int lists() {
    return open().lists().length;
  }

  @Override
  public synchronized boolean contains(long id) {
    open();
    return places.contains(id);
  }

  @Override
  public synchronized float[] vector(long id) {
    State now = open();
    Checks.known(id, places::contains);
    return now.lists()[places.list(id)].vector(places.row(id));
  }

  @Override
  public synchronized void addAll(long[] ids, float[][] vectors) {
    State before = open();
    Checks.additions(ids, vectors, dimension, places::contains);
    publish(
        new State(
            before.centroids(),
            appended(before, ids, vectors),
            Math.addExact(before.live(), ids.length),
            before.trainedOn(),
            before.version() + 1));
  }

  @Override
  public synchronized void update(long id, float[] vector) {
    State before = open();
    Checks.known(id, places::contains);
    Checks.replacement(id, vector, dimension);
    int list = places.list(id);
    int row = places.row(id);
    long version = before.version() + 1;
    IvfList[] lists = appended(before, new long[] {id}, new float[][] {vector});
    lists[list] = lists[list].without(row, version);
    compact(lists, list, version);
    publish(new State(before.centroids(), lists, before.live(), before.trainedOn(), version));
  }

  @Override
  public synchronized void removeAll(long[] ids) {
    State before = open();
    Checks.removals(ids, places::contains);
    long version = before.version() + 1;
    IvfList[] lists = before.lists().clone();
    Set<Integer> changed = new HashSet<>();
    for (long id : ids) {
      int list = places.list(id);
      lists[list] = lists[list].without(places.row(id), version);
      places.remove(id);
      changed.add(list);
    }
    changed.forEach(list -> compact(lists, list, version));
    publish(
        new State(
            before.centroids(), lists, before.live() - ids.length, before.trainedOn(), version));
  }

  @Override
  public List<List<Hit>> searchBatch(float[][] queries, Search search) {
    State now = open();
    Checks.queries(queries, dimension);
    return new IvfSearch(now, kernels, dimension, metric, settings, search).batch(queries);
  }

  @Override
  public List<Hit> searchRange(float[] query, float threshold, Search search) {
    State now = open();
    Checks.queries(new float[][] {query}, dimension);
    TopK best = TopK.reaching(metric, search.k(), threshold);
    return new IvfSearch(now, kernels, dimension, metric, settings, search).range(query, best);
  }

  @Override
  public synchronized void writeTo(IndexFile.Sink to) throws IOException {
    IvfContents.write(open(), settings, dimension, metric, new IndexOutput(to));
  }

  @Override
  public synchronized void close() {
    state = null;
  }

  private State open() {
    State now = state;
    if (now == null) {
      throw new IllegalStateException("the index was closed");
    }
    return now;
  }

  /// The lists with these vectors added, each to that of its nearest centroid.
  private IvfList[] appended(State before, long[] ids, float[][] vectors) {
    IvfList[] lists = before.lists().clone();
    Centroids centroids = before.centroids();
    int[] nearest =
        centroids == null
            ? new int[ids.length]
            : centroids.nearest(i -> vectors[i], ids.length, threads());
    Grouped groups = Grouped.by(nearest, lists.length);
    for (int list : groups.used()) {
      int from = groups.start(list);
      lists[list] =
          lists[list].plus(
              slabs, ids, vectors, groups.members(), from, groups.start(list + 1) - from);
    }
    for (int list : groups.used()) {
      int row = before.lists()[list].rows();
      for (int i = groups.start(list); i < groups.start(list + 1); i++) {
        places.put(ids[groups.members()[i]], list, row++);
      }
    }
    return lists;
  }

  private void compact(IvfList[] lists, int list, long version) {
    IvfList from = lists[list];
    if (from.dead() > Math.max(TOLERATED_DEAD, from.rows() - from.dead())) {
      lists[list] = from.compacted(slabs, version);
      for (int row = 0; row < lists[list].rows(); row++) {
        places.put(lists[list].id(row), list, row);
      }
    }
  }

  private void publish(State next) {
    int lists = listsFor(next);
    if (lists > 0) {
      state = trained(next, lists);
    } else if (slabs.handedOut() > 4L * next.live() + TOLERATED_WASTE) {
      // Lists that were compacted left holes behind.
      slabs = new Slabs((long) dimension * Float.BYTES);
      for (int list = 0; list < next.lists().length; list++) {
        next.lists()[list] = next.lists()[list].compacted(slabs, next.version());
        for (int row = 0; row < next.lists()[list].rows(); row++) {
          places.put(next.lists()[list].id(row), list, row);
        }
      }
      state = next;
    } else {
      state = next;
    }
  }

  /// How many lists to train now; 0 for none.
  private int listsFor(State now) {
    int given = settings.lists();
    int fewest = given == 0 ? FEWEST : Math.max(1000, Math.multiplyExact(FEWEST_EACH, given));
    boolean enough = given > 0 && now.trainedOn() >= (long) MOST_EACH * given;
    if (now.live() < Math.max(fewest, (long) GROWTH * now.trainedOn()) || enough) {
      return 0;
    }
    int wanted = given == 0 ? (int) (4 * Math.sqrt(now.live())) : given;
    return Math.min(IndexSettings.Ivf.MOST_LISTS, Math.min(wanted, now.live() / FEWEST_EACH));
  }

  /// The living vectors in lists of newly trained centroids.
  private State trained(State from, int lists) {
    long start = System.nanoTime();
    int[] listOf = new int[from.live()];
    int[] rowOf = new int[from.live()];
    int next = 0;
    for (int list = 0; list < from.lists().length; list++) {
      for (int row = 0; row < from.lists()[list].rows(); row++) {
        if (from.lists()[list].alive(row, from.version())) {
          listOf[next] = list;
          rowOf[next++] = row;
        }
      }
    }
    KMeans means = new KMeans(lists, metric, SEED, threads());
    Centroids centroids =
        means.train(kernels, dimension, i -> from.lists()[listOf[i]].vector(rowOf[i]), from.live());
    Grouped groups =
        Grouped.by(
            centroids.nearest(
                i -> from.lists()[listOf[i]].vector(rowOf[i]), from.live(), threads()),
            lists);
    Slabs fresh = new Slabs((long) dimension * Float.BYTES);
    IvfList[] filled = new IvfList[lists];
    for (int list = 0; list < lists; list++) {
      int[] members =
          Arrays.copyOfRange(groups.members(), groups.start(list), groups.start(list + 1));
      long[] ids =
          Arrays.stream(members).mapToLong(i -> from.lists()[listOf[i]].id(rowOf[i])).toArray();
      float[][] vectors =
          Arrays.stream(members)
              .mapToObj(i -> from.lists()[listOf[i]].vector(rowOf[i]))
              .toArray(float[][]::new);
      int[] all = IntStream.range(0, members.length).toArray();
      filled[list] = IvfList.empty(dimension).plus(fresh, ids, vectors, all, 0, members.length);
    }
    for (int list = 0; list < lists; list++) {
      for (int row = 0; row < filled[list].rows(); row++) {
        places.put(filled[list].id(row), list, row);
      }
    }
    slabs = fresh;
    LOG.debug(
        "trained {} lists on {} vectors with seed {} in {} ms",
        lists,
        from.live(),
        SEED,
        (System.nanoTime() - start) / 1_000_000);
    return new State(centroids, filled, from.live(), from.live(), from.version());
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
