package ai.fovea.cli;

import ai.fovea.cli.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/// One call of the program: where it reads, what it has told so far, and what it has to clear away at its end. Used by
/// one thread but for [#told], to which several may add, and for who answers an interruption, and prints then.
public final class Invocation {
  private final InputStream in;
  private final long start = System.nanoTime();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final List<Path> temporary = new CopyOnWriteArrayList<>();
  private final List<IntConsumer> answers = new CopyOnWriteArrayList<>();
  private final ReentrantLock ending = new ReentrantLock();
  private boolean printed;
  private boolean taken;

  Invocation(InputStream in) {
    this.in = in;
  }

  /// Standard input, which can be read once.
  ///
  /// @throws IllegalStateException the second time
  InputStream in() {
    if (taken) {
      throw new IllegalStateException("standard input was read already");
    }
    taken = true;
    return in;
  }

  /// Whether standard input was read.
  public boolean hasTakenIn() {
    return taken;
  }

  /// Seconds since the start.
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /// Problems that people were told of.
  List<String> told() {
    synchronized (told) {
      return List.copyOf(told);
    }
  }

  void told(String problem) {
    told.add(problem);
  }

  /// Prints the one document for programs; of several, which an interruption may bring, the first.
  synchronized void print(Runnable document) {
    if (!printed) {
      printed = true;
      document.run();
    }
  }

  /// Prints the one document for programs of a command that failed, where there is none yet.
  ///
  /// @param findings what went wrong; where there are several, the first says what they have in common
  void printError(PrintWriter out, List<String> findings, int status) {
    Set<String> problems = new LinkedHashSet<>(told());
    problems.addAll(findings.size() > 1 ? findings.subList(1, findings.size()) : findings);
    print(() -> {
      out.println(Json.write(Json.error(findings.getFirst(), List.copyOf(problems), status)));
      out.flush();
    });
  }

  /// Somebody answers an interruption from now on, in place of who did before.
  ///
  /// @param answer given the status that the process ends with
  void answers(IntConsumer answer) {
    answers.add(answer);
  }

  /// Somebody does so no longer.
  void answersNoMore(IntConsumer answer) {
    answers.remove(answer);
  }

  /// The process is about to end by itself, or to be ended: whoever says so first goes on, and the other waits for the end.
  void end() {
    ending.lock();
  }

  /// Tells, before somebody ends the process, what there is to tell.
  ///
  /// @param usual told where nobody who keeps something, or changes it step by step, says more
  void interrupted(int status, IntConsumer usual) {
    end();
    List<IntConsumer> now = List.copyOf(answers);
    (now.isEmpty() ? usual : now.getLast()).accept(status);
  }

  /// A new file that is deleted at the end of the call.
  public Path temporaryFile() throws IOException {
    Path file = Files.createTempFile("fovea-standard-input-", "");
    temporary.add(file);
    return file;
  }

  /// Deletes what was made for this call alone.
  void clear() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
