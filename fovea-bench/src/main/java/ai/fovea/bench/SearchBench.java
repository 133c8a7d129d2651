package ai.fovea.bench;

import ai.fovea.index.Hit;
import ai.fovea.index.IndexFile;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// Indexes of each kind on the vectors of a file: building, one query at a time, batches, and which share of the ten nearest is
/// found. With `--file` the index is also written there, with what is to be found beside it; `--open` then measures it
/// from there alone, in another process, as it is served.
final class SearchBench {
  static final String USAGE =
      "search VECTORS.f32 DIM [--threads N] [--rounds R] [--kinds Flat,HNSW32,IVF] [--file FILE |"
          + " --open FILE]";
  private static final int K = 10;
  private static final int SINGLE = 100;
  // Below this many at once, one thread links them.
  private static final int ALONE = 1000;
  private static final int TOGETHER = 50_000;
  // Enough for IVF to train lists: fewer vectors are all compared, by other code.
  private static final int WARM_UP_ROWS = 30_000;
  private static final long WARM_UP_NANOS = 4_000_000_000L;
  private static final long AGAIN_NANOS = 1_000_000_000;

  private final Arguments arguments;
  private final Consumer<Result> sink;
  private final int threads;
  private final int rounds;
  private final Vectors vectors;
  private final float[][] queries;

  private SearchBench(Arguments arguments, Consumer<Result> sink) throws IOException {
    this.arguments = arguments;
    this.sink = sink;
    this.threads = arguments.integer("threads", 1);
    this.rounds = arguments.integer("rounds", 5);
    Path file = Path.of(arguments.word("vectors"));
    if (arguments.words().size() < 2) {
      throw new IllegalArgumentException("how many values has a vector?");
    }
    int dimension = Integer.parseInt(arguments.words().get(1));
    this.vectors = Vectors.map(file, dimension);
    String name = String.valueOf(file.getFileName());
    Vectors asked =
        Vectors.map(file.resolveSibling(name.replace(".f32", ".queries.f32")), dimension);
    this.queries = asked.rows(0, asked.count());
  }

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "threads", "rounds", "kinds", "file", "open");
    new SearchBench(arguments, sink).run();
  }

  /// Rows of little-endian floats in a file.
  private record Vectors(MemorySegment bytes, int dimension) {
    static Vectors map(Path file, int dimension) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        return new Vectors(
            channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()), dimension);
      }
    }

    int count() {
      return (int) (bytes.byteSize() / dimension / Float.BYTES);
    }

    float[][] rows(int from, int to) {
      float[][] rows = new float[to - from][dimension];
      for (int i = from; i < to; i++) {
        MemorySegment.copy(
            bytes,
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (long) i * dimension * Float.BYTES,
            rows[i - from],
            0,
            dimension);
      }
      return rows;
    }
  }

  private void run() throws Exception {
    if (arguments.options().containsKey("open")) {
      serve(Path.of(arguments.options().get("open")));
      return;
    }
    List<String> kinds =
        List.of(arguments.options().getOrDefault("kinds", "Flat,HNSW32,IVF").split(",", -1));
    // The kinds' own names hold commas: `HNSW32;SQ8` stands for `HNSW32,SQ8`.
    List<String> names = kinds.stream().map(kind -> kind.replace(';', ',')).toList();
    warmUp(names);
    List<Set<Long>> truth;
    try (VectorIndex exact = built("Flat", vectors.count())) {
      truth =
          exact.searchBatch(queries, Search.of(K).withThreads(threads)).stream()
              .map(SearchBench::ids)
              .toList();
    }
    for (String name : names) {
      long before = resident();
      long start = System.nanoTime();
      try (VectorIndex index = built(name, vectors.count())) {
        say(name, "build", vectors.count() / ((System.nanoTime() - start) / 1e9), "rows/s");
        say(name, "memory", (resident() - before) / 1024.0, "MiB");
        sweep(name, index, truth);
        if (arguments.options().containsKey("file")) {
          file(index, truth);
        }
      }
    }
  }

  /// What is measured is what runs for hours: all that is compiled on the way is compiled before, and no compiler takes
  /// half a core meanwhile.
  private void warmUp(List<String> names) {
    for (String name : names) {
      try (VectorIndex index = built(name, Math.min(WARM_UP_ROWS, vectors.count()))) {
        warmUp(index, Search.of(K), WARM_UP_NANOS);
      }
    }
  }

  private void warmUp(VectorIndex index, Search search, long nanos) {
    long end = System.nanoTime() + nanos;
    do {
      index.searchBatch(queries, search.withThreads(threads));
      for (float[] query : queries) {
        index.search(query, search);
      }
    } while (System.nanoTime() < end);
  }

  private VectorIndex built(String name, int count) {
    VectorIndex index =
        VectorIndex.create(settings(name, count), vectors.dimension(), Metric.INNER_PRODUCT);
    int portion = threads == 1 ? ALONE : TOGETHER;
    for (int from = 0; from < count; from += portion) {
      int to = Math.min(count, from + portion);
      index.addAll(LongStream.range(from, to).toArray(), vectors.rows(from, to));
    }
    return index;
  }

  private static IndexSettings settings(String name, int count) {
    return name.startsWith("IVF")
        ? IndexSettings.parse(name.replace("IVF", "IVF" + (int) Math.max(1, 4 * Math.sqrt(count))))
        : IndexSettings.parse(name);
  }

  private void sweep(String name, VectorIndex index, List<Set<Long>> truth) {
    Search search = Search.of(K);
    switch (index.settings()) {
      case IndexSettings.Flat _ -> measure(name, index, search, truth, Map.of());
      case IndexSettings.Ivf _ -> {
        for (int nprobe : new int[] {4, 16, 64}) {
          measure(name, index, search.withNprobe(nprobe), truth, Map.of("nprobe", nprobe));
        }
      }
      case IndexSettings.Hnsw _ -> {
        for (int ef : new int[] {16, 32, 64, 128, 256, 512}) {
          measure(name, index, search.withEf(ef), truth, Map.of("efSearch", ef));
        }
      }
    }
  }

  private void measure(
      String name,
      VectorIndex index,
      Search search,
      List<Set<Long>> truth,
      Map<String, Integer> swept) {
    double[] one = new double[rounds];
    double[] many = new double[rounds];
    List<List<Hit>> found = List.of();
    warmUp(index, search, AGAIN_NANOS);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      for (int q = 0; q < SINGLE; q++) {
        index.search(queries[q], search);
      }
      one[round] = (System.nanoTime() - start) / 1e6 / SINGLE;
      start = System.nanoTime();
      found = index.searchBatch(queries, search.withThreads(threads));
      many[round] = queries.length / ((System.nanoTime() - start) / 1e9);
    }
    say(name, "latency", Result.median(one), "ms/query", swept);
    say(name, "throughput", Result.median(many), "queries/s", swept);
    say(name, "recall@10", recall(found, truth), "fraction", swept);
  }

  private void file(VectorIndex index, List<Set<Long>> truth) throws IOException {
    Path file = Path.of(arguments.options().get("file"));
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      index.writeTo(bytes -> {
        for (long at = 0; at < bytes.byteSize(); at += 1 << 30) {
          var part = bytes.asSlice(at, Math.min(1 << 30, bytes.byteSize() - at)).asByteBuffer();
          while (part.hasRemaining()) {
            channel.write(part);
          }
        }
      });
    }
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(truthOf(file))))) {
      for (Set<Long> ids : truth) {
        for (long id : ids) {
          out.writeLong(id);
        }
      }
    }
  }

  private static Path truthOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".truth");
  }

  private void serve(Path file) throws IOException {
    List<Set<Long>> truth = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(truthOf(file))))) {
      for (float[] _ : queries) {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < K; i++) {
          ids.add(in.readLong());
        }
        truth.add(ids);
      }
    }
    long start = System.nanoTime();
    try (FileChannel channel = FileChannel.open(file);
        VectorIndex opened =
            IndexFile.open(channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()))) {
      String name = opened.settings().text() + " mapped";
      say(name, "opening", (System.nanoTime() - start) / 1e9, "s");
      sweep(name, opened, truth);
      say(name, "memory", resident() / 1024.0, "MiB");
    }
  }

  private static Set<Long> ids(List<Hit> hits) {
    Set<Long> ids = new HashSet<>();
    hits.forEach(hit -> ids.add(hit.id()));
    return ids;
  }

  private static double recall(List<List<Hit>> found, List<Set<Long>> truth) {
    long hits = 0;
    for (int q = 0; q < found.size(); q++) {
      hits += found.get(q).stream().map(Hit::id).filter(truth.get(q)::contains).count();
    }
    return (double) hits / K / found.size();
  }

  private void say(String name, String metric, double value, String unit) {
    say(name, metric, value, unit, Map.of());
  }

  private void say(
      String name, String metric, double value, String unit, Map<String, Integer> swept) {
    var settings = new TreeMap<String, Integer>(swept);
    settings.put("rows", vectors.count());
    settings.put("dim", vectors.dimension());
    sink.accept(new Result(name, metric, value, unit, threads, settings));
  }

  /// Resident memory in KiB without what is only waiting to be collected, where Linux tells it; 0 elsewhere.
  private static long resident() throws IOException {
    for (int i = 0; i < 2; i++) {
      System.gc();
      // Memory outside the heap is given back by a thread of its own.
      LockSupport.parkNanos(200_000_000);
    }
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Arrays.stream(Files.readString(status).split("\n", -1))
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
