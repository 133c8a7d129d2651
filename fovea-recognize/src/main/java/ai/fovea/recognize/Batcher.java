package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.ImageSource;
import ai.fovea.onnx.References;
import ai.fovea.recognize.observe.Stage;
import ai.fovea.recognize.observe.StageTimer;
import ai.fovea.recognize.post.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/// Puts images that many threads ask for at the same time together into one run of the network. Thread-safe.
///
/// Images are prepared by the threads that bring them; the network is run by a thread of the batcher. The first image of a batch waits for others as long as
/// the options say, and a batch that is full does not wait. Where more images are pending than the options allow, calls throw [OverloadException] at once.
public final class Batcher implements ImageRunner {
  private final ModelSession session;
  private final BatchOptions options;
  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Semaphore places;
  private final long delay;
  private final Thread worker;
  private final References references;

  /// What the worker is told.
  private sealed interface Message {}

  private enum Stop implements Message {
    STOP
  }

  private record Pending(
      Result<Prepared> image,
      CompletableFuture<Result<Output>> answer,
      long since,
      StageTimer queued)
      implements Message {}

  /// A batcher in front of a session.
  ///
  /// @param session closed with the batcher
  public Batcher(ModelSession session, BatchOptions options) {
    this.session = session;
    this.options = options;
    this.places = new Semaphore(options.maxPending());
    this.delay = nanoseconds(options.maxDelay());
    this.references =
        new References("the batcher of " + session.specification().name(), this::release);
    this.worker =
        Thread.ofPlatform()
            .daemon()
            .name("fovea-batcher-" + session.specification().name())
            .start(this::work);
  }

  @Override
  public ModelSession session() {
    return session;
  }

  @Override
  public List<Result<Output>> runAll(List<? extends ImageSource> images, IntConsumer progress) {
    return references.use(() -> {
      // For the whole call, whose parts run one after the other: what has begun is not refused in
      // between.
      int taken = Math.min(images.size(), options.maxBatch());
      if (!places.tryAcquire(taken)) {
        throw new OverloadException(
            "%s: %d images are pending, which is the limit; send this one again later, or raise BatchOptions.maxPending"
                .formatted(
                    session.specification().name(),
                    options.maxPending() - places.availablePermits()));
      }
      try {
        var out = new ArrayList<Result<Output>>(images.size());
        for (int from = 0; from < images.size(); from += options.maxBatch()) {
          out.addAll(
              runPart(images.subList(from, Math.min(images.size(), from + options.maxBatch()))));
          progress.accept(out.size());
        }
        return out;
      } finally {
        places.release(taken);
      }
    });
  }

  private List<Result<Output>> runPart(List<? extends ImageSource> images) {
    var pending = new ArrayList<Pending>();
    for (Result<Prepared> image : session.prepare(images)) {
      pending.add(new Pending(image, new CompletableFuture<>(), System.nanoTime(), waiting()));
    }
    queue.addAll(pending);
    var out = new ArrayList<Result<Output>>();
    for (Pending p : pending) {
      out.add(await(p.answer));
    }
    return out;
  }

  @SuppressWarnings("MustBeClosedChecker") // closed when the batch is run
  private StageTimer waiting() {
    return StageTimer.start(
        Stage.QUEUE, session.specification().name(), 1, session.options().listener());
  }

  private Result<Output> await(CompletableFuture<Result<Output>> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException(
          session.specification().name() + ": interrupted while an image waited for its batch", e);
    } catch (ExecutionException e) {
      // A message of its own, since several calls get the same cause.
      throw new ModelException(
          session.specification().name() + ": the batch can't be run: " + e.getCause(),
          e.getCause());
    }
  }

  /// Runs batches until it is stopped. Nothing that goes wrong with a batch ends it: later images would wait forever.
  private void work() {
    var batch = new ArrayList<Pending>();
    boolean stopped = false;
    while (!stopped) {
      try {
        stopped = collect(batch);
        run(batch);
      } catch (InterruptedException | RuntimeException | Error e) {
        // Nobody but the batcher has this thread, and it does not interrupt it.
        batch.forEach(p -> p.answer.completeExceptionally(e));
      }
      batch.clear();
    }
  }

  /// Waits for images as long as they may wait.
  ///
  /// @return whether the batcher is closed
  private boolean collect(List<Pending> batch) throws InterruptedException {
    if (!(queue.take() instanceof Pending first)) {
      return true;
    }
    batch.add(first);
    while (batch.size() < options.maxBatch()) {
      long waited = System.nanoTime() - first.since;
      Message next = queue.poll(Math.max(0, delay - waited), TimeUnit.NANOSECONDS);
      switch (next) {
        case null -> {
          return false;
        }
        case Stop _ -> {
          return true;
        }
        case Pending pending -> batch.add(pending);
      }
    }
    return false;
  }

  private void run(List<Pending> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      batch.forEach(p -> p.queued.close()); // tells a listener, which may throw
      List<Result<Output>> results =
          session.runPrepared(batch.stream().map(Pending::image).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer.complete(results.get(i));
      }
    } catch (RuntimeException | Error e) {
      // Whoever waits gets it; the batcher goes on with the next batch.
      batch.forEach(p -> p.answer.completeExceptionally(e));
    }
  }

  /// A delay, at most some 292 years.
  private static long nanoseconds(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  private void release() {
    queue.add(Stop.STOP);
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    session.close();
  }

  @Override
  public void close() {
    references.close();
  }
}
