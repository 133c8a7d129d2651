package ai.fovea.index.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/// Linux' transparent huge pages (2 MiB), asked for with `madvise` before the memory is first
/// touched. An [Arena] of Java's own touches what it gives, and the pages stay small.
///
/// Only where this module may call native code (`--enable-native-access`): it is faster with, but
/// works without, and nobody is warned because of it.
@SuppressWarnings("restricted") // native calls are what this class is for
final class HugePages {
  private static final long SIZE = 2L << 20;
  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_AND_ANONYMOUS = 0x22;
  private static final int ADVICE_HUGE_PAGE = 14;

  static final MemorySegment EVERYTHING =
      isNativeAccessEnabled() ? MemorySegment.NULL.reinterpret(Long.MAX_VALUE) : MemorySegment.NULL;
  private static final Reservations MAPPED = new Reservations();

  private HugePages() {}

  /// The functions, looked up when memory is first wanted.
  private static final class Calls {
    static final MethodHandle MAP =
        handle(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    static final MethodHandle UNMAP =
        handle(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    static final MethodHandle ADVISE =
        handle(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));

    private static MethodHandle handle(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
  }

  /// Returns whether it can be asked for.
  static boolean supported() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
        && isNativeAccessEnabled();
  }

  static boolean isNativeAccessEnabled() {
    return HugePages.class.getModule().isNativeAccessEnabled();
  }

  /// Zeroed memory that lives as long as `arena`; `bytes` is a multiple of 2 MiB.
  static MemorySegment allocate(Arena arena, long bytes) {
    MAPPED.reserve(bytes);
    // Room for starting at a multiple of the page's size.
    long mapped = bytes + SIZE;
    long start = call(Calls.MAP, 0L, mapped, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
    if (start == -1) {
      throw new OutOfMemoryError("can't map " + mapped + " bytes");
    }
    long aligned = Math.ceilDiv(start, SIZE) * SIZE;
    // A hint: where the system refuses, pages are small.
    var _ = call(Calls.ADVISE, aligned, bytes, ADVICE_HUGE_PAGE);
    return MemorySegment.ofAddress(aligned)
        .reinterpret(
            bytes,
            arena,
            memory -> {
              MAPPED.release(bytes);
              unmap(start, mapped);
            });
  }

  private static void unmap(long start, long bytes) {
    if (call(Calls.UNMAP, start, bytes) != 0) {
      throw new IllegalStateException("can't unmap " + bytes + " bytes at " + start);
    }
  }

  private static long call(MethodHandle function, Object... arguments) {
    try {
      return ((Number) function.invokeWithArguments(arguments)).longValue();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
