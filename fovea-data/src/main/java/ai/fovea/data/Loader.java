package ai.fovea.data;

import ai.fovea.base.InputException;
import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.image.Encoded;
import ai.fovea.image.ImageDecoder;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.Preprocessing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Reads, decodes and augments images on threads of its own, some batches ahead of the training.
///
/// What an image looks like depends on the seed, the epoch and its place in the epoch alone, never on the threads. Owns
/// threads and native memory until it is closed. One epoch at a time, taken by one thread.
public final class Loader implements AutoCloseable {
  /// How many batches are prepared ahead of the one in use.
  private static final int AHEAD = 3;

  /// The place in a batch whose seed is for the batch as a whole.
  private static final int WHOLE_BATCH = 0xFFFF;

  private final List<Path> files;
  private final long[] labels;
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder;
  private final int[] shape;
  private final long seed;
  private final Optional<Consumer<String>> replaced;
  private final List<BatchTransform> transforms;
  private final ExecutorService threads;
  private final Arena arena = Arena.ofShared();
  private final Queue<MemorySegment> free = new ConcurrentLinkedQueue<>();
  private final Queue<Workspace> workspaces = new ConcurrentLinkedQueue<>();
  private long capacity;

  /// A loader of these images.
  ///
  /// @param labels one a file
  /// @param preprocessing from an encoded image to `[C, H, W]` of one fixed size
  /// @param threads how many prepare images
  /// @throws IllegalArgumentException if the preparation does not lead to one size
  public Loader(
      List<Path> files,
      long[] labels,
      Preprocessing preprocessing,
      ImageDecoder decoder,
      int threads,
      long seed) {
    this(files, labels, preprocessing, List.of(), decoder, threads, seed, Optional.empty());
  }

  /// A loader that may change whole batches, and take another image of the same label in place of one that can't be read, as
  /// PaddleClas does.
  ///
  /// @param transforms of batches, in order
  /// @param replaced told of each image that was replaced, on a thread of the loader; empty where such an image is an error
  public Loader(
      List<Path> files,
      long[] labels,
      Preprocessing preprocessing,
      List<BatchTransform> transforms,
      ImageDecoder decoder,
      int threads,
      long seed,
      Optional<Consumer<String>> replaced) {
    this.replaced = replaced;
    this.transforms = List.copyOf(transforms);
    this.files = List.copyOf(files);
    this.labels = labels.clone();
    this.preprocessing = preprocessing;
    this.decoder = decoder;
    this.shape =
        preprocessing
            .outputShape()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the operations on images do not lead to one fixed size: end with a resize or"
                        + " a crop"));
    this.seed = seed;
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, threads),
            Thread.ofPlatform().name("fovea-loader-", 0).daemon(true).factory());
  }

  /// `{C, H, W}` of a prepared image.
  public int[] shape() {
    return shape.clone();
  }

  /// The batches of one epoch. Each must be closed before long, or the loader waits.
  ///
  /// @param batches for each batch, which images
  public Iterator<Batch> epoch(int epoch, List<int[]> batches) {
    long largest = batches.stream().mapToLong(b -> b.length).max().orElse(0);
    long bytes = 4L * largest * shape[0] * shape[1] * shape[2];
    if (bytes > capacity) {
      free.clear(); // smaller buffers stay with the arena until it is closed
      capacity = bytes;
      for (int i = 0; i <= AHEAD; i++) {
        free.add(arena.allocate(Math.max(bytes, 1), 64));
      }
    }
    return new Epoch(epoch, batches);
  }

  private final class Epoch implements Iterator<Batch> {
    private final int epoch;
    private final List<int[]> batches;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int submitted;

    private static final class Pending {
      final MemorySegment memory;
      final int[] members;
      final List<CompletableFuture<Void>> work = new ArrayList<>();
      Future<Batch> batch = new CompletableFuture<>();

      Pending(MemorySegment memory, int[] members) {
        this.memory = memory;
        this.members = members;
      }
    }

    Epoch(int epoch, List<int[]> batches) {
      this.epoch = epoch;
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return !pending.isEmpty() || submitted < batches.size();
    }

    @Override
    public Batch next() {
      fill();
      Pending next = pending.poll();
      if (next == null) {
        throw hasNext()
            ? new IllegalStateException("close the batches in hand before taking another")
            : new NoSuchElementException();
      }
      var problems = new ArrayList<String>();
      for (Future<?> work : next.work) {
        try {
          work.get();
        } catch (ExecutionException e) {
          problems.add(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (InterruptedException e) {
          throw interrupted(e);
        }
      }
      if (!problems.isEmpty()) {
        free.add(next.memory);
        throw new InputException(
            "images can't be read:\n  " + String.join("\n  ", problems), problems);
      }
      try {
        return next.batch.get();
      } catch (ExecutionException e) {
        free.add(next.memory);
        throw new IllegalStateException(
            "a batch can't be put together: "
                + (e.getCause() == null ? e : e.getCause()).getMessage(),
            e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
      Thread.currentThread().interrupt();
      return new IllegalStateException("interrupted while waiting for images", e);
    }

    /// Puts prepared images together with their labels, and changes the whole; on a thread of the loader.
    private Batch together(Pending of, int number) {
      int n = of.members.length;
      long[] own = new long[n];
      for (int i = 0; i < n; i++) {
        own[i] = labels[of.members[i]];
      }
      var tensors = new LinkedHashMap<String, NDArray>();
      long bytes = 4L * n * shape[0] * shape[1] * shape[2];
      tensors.put(
          Batch.IMAGE,
          NDArray.view(
              DType.FLOAT32, of.memory.asSlice(0, bytes), n, shape[0], shape[1], shape[2]));
      tensors.put(Batch.LABEL, NDArray.of(own, n, 1));
      Batch batch = Batch.of(tensors, () -> free.add(of.memory));
      var random = new SplittableRandom(seed(number, WHOLE_BATCH));
      for (BatchTransform transform : transforms) {
        batch = transform.apply(batch, random);
      }
      return batch;
    }

    private void fill() {
      while (submitted < batches.size() && pending.size() < AHEAD) {
        MemorySegment memory = free.poll();
        if (memory == null) {
          return;
        }
        int[] members = batches.get(submitted);
        int number = submitted;
        var next = new Pending(memory, members);
        for (int i = 0; i < members.length; i++) {
          int place = i;
          long own = seed(number, place);
          next.work.add(
              CompletableFuture.runAsync(
                  () -> prepare(members[place], own, memory, place), threads));
        }
        next.batch =
            CompletableFuture.allOf(next.work.toArray(CompletableFuture[]::new))
                .thenApplyAsync(_ -> together(next, number), threads);
        pending.add(next);
        submitted++;
      }
    }

    private long seed(int batch, int place) {
      return new SplittableRandom(
              seed + 0x9E3779B97F4A7C15L * (((long) epoch << 40) + ((long) batch << 16) + place))
          .nextLong();
    }
  }

  private void prepare(int index, long own, MemorySegment memory, int place) {
    try {
      prepare(files.get(index), own, memory, place);
    } catch (InputException e) {
      if (replaced.isEmpty()) {
        throw e;
      }
      int[] others =
          IntStream.range(0, files.size())
              .filter(i -> i != index && labels[i] == labels[index])
              .toArray();
      // In an order that the seed gives, so that a resumed run takes the same.
      Draw.shuffle(others, new SplittableRandom(own));
      for (int other : others) {
        try {
          prepare(files.get(other), own, memory, place);
          replaced.get().accept(e.getMessage() + "; " + files.get(other) + " is taken");
          return;
        } catch (InputException next) {
          e.addSuppressed(next);
        }
      }
      throw e;
    }
  }

  private void prepare(Path file, long own, MemorySegment memory, int place) {
    Workspace taken = workspaces.poll();
    Workspace workspace = taken == null ? new Workspace() : taken;
    try {
      float[] numbers = new float[shape[0] * shape[1] * shape[2]];
      preprocessing.prepare(
          new Encoded(decoder.load(file), file.toString()),
          decoder,
          new SplittableRandom(own),
          workspace,
          numbers,
          0);
      MemorySegment.copy(
          numbers, 0, memory, ValueLayout.JAVA_FLOAT, 4L * place * numbers.length, numbers.length);
    } finally {
      workspaces.add(workspace);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)) {
        throw new IllegalStateException("a loader's thread does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workspaces.forEach(Workspace::close);
    workspaces.clear();
    arena.close();
  }
}
