package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.GalleryException;
import ai.fovea.gallery.internal.Disk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// One folder in memory that keeps no promise which [Disk] does not make: at a power cut it forgets
/// any part of what was not forced. It can also be full, and fail, and have Windows' rules for
/// files that are in use.
///
/// Over 400 lines: all of these act on the same few maps.
final class SimulatedDisk implements Disk {
  static final Path FOLDER = Path.of("simulated");
  private static final int SECTOR = 512;

  private final Map<String, Inode> visible = new TreeMap<>();
  private final Map<String, Inode> lasting = new TreeMap<>();
  private final List<Renaming> renamings = new ArrayList<>();
  private boolean locked;
  private boolean off;
  private int operations;
  private int cutAt = Integer.MAX_VALUE;
  private int failingWrite = Integer.MAX_VALUE;
  private int failingForce = Integer.MAX_VALUE;
  private long space = Long.MAX_VALUE / 2;
  private boolean readOnly;
  private boolean windows;

  /// The power is off.
  static final class PowerCut extends Error {
    private static final long serialVersionUID = 1;
  }

  /// A file's content, whatever its name.
  private static final class Inode {
    byte[] now = new byte[0];
    volatile byte[] forced = new byte[0];
    final List<Write> pending = new ArrayList<>();
    int open;
    int mapped;
  }

  /// Bytes at a place, or where there are none, the end of the file.
  private record Write(int offset, byte[] bytes) {
    byte[] on(byte[] before) {
      if (bytes.length == 0) {
        return Arrays.copyOf(before, offset);
      }
      byte[] after = Arrays.copyOf(before, Math.max(before.length, offset + bytes.length));
      System.arraycopy(bytes, 0, after, offset, bytes.length);
      return after;
    }
  }

  /// A name that is given (`to`), or lost (`from`), or both.
  private record Renaming(String from, String to, Inode inode) {
    void on(Map<String, Inode> names) {
      if (!from.isEmpty()) {
        names.remove(from);
      }
      if (!to.isEmpty()) {
        names.put(to, inode);
      }
    }
  }

  /// The power fails in the midst of the operation of this number, from 1.
  SimulatedDisk cutAt(int operation) {
    cutAt = operation;
    return this;
  }

  /// The operation of this number, if it writes, writes some of its bytes and fails.
  SimulatedDisk failWrite(int operation) {
    failingWrite = operation;
    return this;
  }

  /// The first forcing at or after the operation of this number fails, and what it should have
  /// forced is in doubt for ever.
  SimulatedDisk failForce(int operation) {
    failingForce = operation;
    return this;
  }

  /// So many bytes more can be written.
  SimulatedDisk space(long bytes) {
    space = bytes;
    return this;
  }

  /// Nothing may be written, and whoever tries is told so by the file system.
  SimulatedDisk readOnly() {
    readOnly = true;
    return this;
  }

  /// A file that is open for writing, or mapped, can't be deleted, renamed, replaced or cut, as
  /// under Windows; mappings last until [#unmapAll()].
  SimulatedDisk windows() {
    windows = true;
    return this;
  }

  /// What the garbage collector does to mappings that nobody uses any more.
  void unmapAll() {
    visible.values().forEach(inode -> inode.mapped = 0);
  }

  private void refuseIfInUse(Path file) throws IOException {
    Inode inode = visible.get(file.getFileName().toString());
    if (windows && inode != null && inode.open + inode.mapped > 0) {
      throw new FileSystemException(
          file.toString(),
          null,
          "The process cannot access the file because it is being used by another process");
    }
  }

  private void refuse(Path file) throws IOException {
    if (readOnly) {
      throw new AccessDeniedException(file.toString());
    }
  }

  /// How many operations there were.
  int operations() {
    return operations;
  }

  Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    visible.forEach((name, inode) -> files.put(name, inode.now));
    return files;
  }

  static SimulatedDisk of(Map<String, byte[]> files) {
    SimulatedDisk disk = new SimulatedDisk();
    files.forEach((name, bytes) -> {
      Inode inode = new Inode();
      inode.now = bytes;
      inode.forced = bytes;
      disk.visible.put(name, inode);
      disk.lasting.put(name, inode);
    });
    return disk;
  }

  /// What is there after the power came back.
  SimulatedDisk afterPowerCut(Random random) {
    Map<String, Inode> names = new TreeMap<>(lasting);
    int kept = random.nextInt(3);
    for (Renaming renaming : renamings) {
      if (kept == 0 || (kept == 1 && random.nextBoolean())) {
        renaming.on(names);
      }
    }
    Map<String, byte[]> files = new TreeMap<>();
    names.forEach((name, inode) -> files.put(name, survivors(inode, random)));
    return of(files);
  }

  /// What is there after the power came back, where nothing survived that needn't.
  synchronized SimulatedDisk forgetful() {
    Map<String, byte[]> files = new TreeMap<>();
    lasting.forEach((name, inode) -> files.put(name, inode.forced));
    return of(files);
  }

  /// What is there after a process died: everything.
  SimulatedDisk afterCrash() {
    return of(files());
  }

  private static byte[] survivors(Inode inode, Random random) {
    byte[] bytes = inode.forced;
    int mode = random.nextInt(4);
    int whole = inode.pending.isEmpty() ? 0 : random.nextInt(inode.pending.size() + 1);
    for (int i = 0; i < inode.pending.size(); i++) {
      Write write = inode.pending.get(i);
      switch (mode) {
        case 0 -> bytes = write.on(bytes);
        case 1 -> {
          if (i < whole) {
            bytes = write.on(bytes);
          } else if (i == whole && write.bytes.length > 0) {
            int some = 1 + random.nextInt(write.bytes.length);
            bytes = new Write(write.offset, Arrays.copyOf(write.bytes, some)).on(bytes);
          }
        }
        case 2 -> bytes = sectors(write, bytes, random);
        default -> {
          // All of it is lost; perhaps not the length.
          if (write.bytes.length > 0 && random.nextInt(3) == 0) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length, write.offset + write.bytes.length));
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] sectors(Write write, byte[] before, Random random) {
    if (write.bytes.length == 0) {
      return random.nextBoolean() ? write.on(before) : before;
    }
    byte[] after = before;
    int end = write.offset + write.bytes.length;
    for (int from = write.offset; from < end; ) {
      int to = Math.min(end, (from / SECTOR + 1) * SECTOR);
      if (random.nextBoolean()) {
        byte[] sector = Arrays.copyOfRange(write.bytes, from - write.offset, to - write.offset);
        after = new Write(from, sector).on(after);
      }
      from = to;
    }
    return after;
  }

  /// Counts; true where the power fails now.
  private boolean operation() {
    if (off) {
      throw new PowerCut();
    }
    operations++;
    off = operations == cutAt;
    return off;
  }

  private void endIf(boolean cut) {
    if (cut) {
      throw new PowerCut();
    }
  }

  private Inode inode(Path file) throws IOException {
    if (off) {
      throw new PowerCut();
    }
    Inode inode = visible.get(file.getFileName().toString());
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return inode;
  }

  private void name(String from, String to, Inode inode) {
    boolean cut = operation();
    Renaming renaming = new Renaming(from, to, inode);
    renaming.on(visible);
    renamings.add(renaming);
    endIf(cut);
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    refuse(folder);
  }

  @Override
  public List<String> list(Path folder) {
    return List.copyOf(visible.keySet());
  }

  @Override
  public File create(Path file) throws IOException {
    refuse(file);
    String name = file.getFileName().toString();
    Inode old = visible.get(name);
    if (old != null) {
      refuseIfInUse(file);
      Opened opened = new Opened(old);
      opened.truncate(0);
      return opened;
    }
    Inode inode = new Inode();
    name("", name, inode);
    return new Opened(inode);
  }

  @Override
  public File append(Path file) throws IOException {
    refuse(file);
    return new Opened(inode(file));
  }

  @Override
  public MemorySegment read(Path file, long most) throws IOException {
    byte[] now = inode(file).now;
    byte[] bytes = now.length > most ? Arrays.copyOf(now, (int) most) : now;
    MemorySegment copy = Arena.ofAuto().allocate(bytes.length, 64);
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  @Override
  public MemorySegment map(Path file) throws IOException {
    inode(file).mapped++;
    return read(file, Long.MAX_VALUE);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    refuse(to);
    refuseIfInUse(from);
    refuseIfInUse(to);
    Inode inode = inode(from);
    name(from.getFileName().toString(), to.getFileName().toString(), inode);
  }

  @Override
  public void delete(Path file) throws IOException {
    refuse(file);
    refuseIfInUse(file);
    if (visible.containsKey(file.getFileName().toString())) {
      name(file.getFileName().toString(), "", inode(file));
    }
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    boolean cut = operation();
    endIf(cut);
    failForce();
    lasting.clear();
    lasting.putAll(visible);
    renamings.clear();
  }

  @Override
  public Lock lock(Path folder) throws IOException {
    refuse(folder);
    if (locked) {
      throw new GalleryException("it is open for writing in this process");
    }
    locked = true;
    return () -> locked = false;
  }

  private void failForce() throws IOException {
    if (operations >= failingForce) {
      failingForce = Integer.MAX_VALUE;
      throw new IOException("Input/output error");
    }
  }

  private final class Opened implements File {
    private final Inode inode;

    private boolean closed;

    Opened(Inode inode) {
      this.inode = inode;
      inode.open++;
    }

    @Override
    public long size() {
      return inode.now.length;
    }

    @Override
    public synchronized void write(ByteBuffer from) throws IOException {
      boolean cut = operation();
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      boolean fails = operations == failingWrite || bytes.length > space;
      int count = operations == failingWrite ? bytes.length / 2 : bytes.length;
      count = (int) Math.min(count, space);
      space -= count;
      if (count > 0) {
        Write write = new Write(inode.now.length, Arrays.copyOf(bytes, count));
        inode.now = write.on(inode.now);
        inode.pending.add(write);
      }
      endIf(cut);
      if (fails) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long size) {
      boolean cut = operation();
      space += Math.max(0, inode.now.length - size);
      Write write = new Write((int) size, new byte[0]);
      inode.now = write.on(inode.now);
      inode.pending.add(write);
      endIf(cut);
    }

    @Override
    public void force() throws IOException {
      boolean cut = operation();
      endIf(cut);
      failForce();
      inode.forced = inode.now;
      inode.pending.clear();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        inode.open--;
      }
    }
  }
}
