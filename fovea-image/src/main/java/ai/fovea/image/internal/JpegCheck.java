package ai.fovea.image.internal;

import ai.fovea.image.ImageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for damage in the compressed data of a JPEG file: decodes every scan of a sequential or progressive
/// Huffman-coded file with 8 bits a sample (ITU-T T.81), without computing pixels.
///
/// JPEG has no checksums, but damage makes the decoder lose its place: codes that do not exist, blocks of
/// more than 64 coefficients, coefficients beyond what pixels can give, restart markers out of order, too few or
/// too many bits for the size of the image. Arithmetic-coded files and those of 12 bits are not looked into.
final class JpegCheck {
  /// A progressive file may repeat scans at will; each costs a pass over all blocks. Encoders write about 10.
  private static final int MAX_SCANS = 200;

  private static final int LARGEST_SHIFT = 13;

  private final Bytes bytes;
  private final @Nullable HuffmanTable[] dc = new HuffmanTable[4];
  private final @Nullable HuffmanTable[] ac = new HuffmanTable[4];
  private final int[][] quantisation = new int[4][];
  private final List<JpegComponent> components = new ArrayList<>();
  private boolean progressive;
  private boolean checked = true;
  private int width;
  private int height;
  private int interval;
  private int scans;
  private final EntropyData data;
  private byte[] sound; // the file, a copy once a byte was replaced
  private boolean replaced;
  private long at;

  private JpegCheck(Bytes bytes) {
    this.bytes = bytes;
    this.data = new EntropyData(bytes.data());
    this.sound = bytes.data();
  }

  /// Checks a file whose header was read already.
  ///
  /// @return the file for a decoder: where only the end marker was missing, a copy that has one
  /// @throws ImageException where it is damaged or was cut
  static byte[] check(Bytes bytes) {
    return new JpegCheck(bytes).walk();
  }

  private byte[] walk() {
    at = 2;
    while (true) {
      if (scans > 0 && at >= bytes.length() - 1 && isComplete()) {
        seams();
        return ended();
      }
      int marker = JpegHeader.marker(bytes, at);
      while (bytes.u8(at) == 0xFF) {
        at++;
      }
      at++;
      if (marker == JpegHeader.END) {
        if (scans == 0 || components.stream().anyMatch(c -> c.steps.length == 0)) {
          throw bytes.damaged("it ends before its image data");
        }
        seams();
        return sound;
      }
      if (marker == 0x01) {
        continue; // no body
      }
      if (marker >= 0xD0 && marker <= 0xD8) {
        throw bytes.damaged("a marker out of place at byte %,d".formatted(at - 2));
      }
      int size = bytes.u16(at, true);
      if (size < 2) {
        throw bytes.damaged("a segment of length " + size + " at byte %,d".formatted(at));
      }
      bytes.need(at, size);
      long end = at + size;
      segment(marker, at + 2, end);
      at = end;
      if (marker == JpegHeader.START_OF_SCAN) {
        scan(end - size + 2);
      }
    }
  }

  private void seams() {
    if (checked && !progressive) {
      for (JpegComponent component : components) {
        Seams.check(component, bytes);
      }
    }
  }

  private void segment(int marker, long from, long end) {
    if (JpegHeader.isFrame(marker)) {
      frame(marker, from);
      return;
    }
    switch (marker) {
      case 0xC4 -> huffman(from, end);
      case 0xDB -> quantisation(from, end);
      case 0xDD -> interval = bytes.u16(from, true);
      case 0xE0 -> {
        // libjpeg complains about other versions of JFIF than 1.x and decodes them all the same
        if (bytes.startsWith((int) from, 'J', 'F', 'I', 'F', 0) && bytes.u8(from + 5) != 1) {
          replace(from + 5, 1);
        }
      }
      case 0xEE -> {
        // transforms that Adobe has not defined are taken for the usual one
        if (bytes.startsWith((int) from, 'A', 'd', 'o', 'b', 'e') && end - from >= 12) {
          if (bytes.u8(from + 11) > 2) {
            replace(from + 11, components.size() == 4 ? 2 : 1);
          }
        }
      }
      default -> {}
    }
  }

  private void frame(int marker, long from) {
    if (!components.isEmpty()) {
      throw bytes.damaged("it has two frame headers");
    }
    progressive = marker == 0xC2;
    checked = marker <= 0xC2 && bytes.u8(from) == 8;
    height = bytes.u16(from + 1, true);
    width = bytes.u16(from + 3, true);
    int[] max = {1, 1};
    for (int i = 0; i < bytes.u8(from + 5); i++) {
      long entry = from + 6 + 3L * i;
      int factors = bytes.u8(entry + 1);
      int horizontal = factors >> 4;
      int vertical = factors & 15;
      if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
        throw bytes.damaged("sampling factors %d x %d".formatted(horizontal, vertical));
      }
      components.add(
          new JpegComponent(bytes.u8(entry), horizontal, vertical, bytes.u8(entry + 2) & 3));
      max[0] = Math.max(max[0], horizontal);
      max[1] = Math.max(max[1], vertical);
    }
    for (JpegComponent component : components) {
      component.layOut(width, height, max);
      if (checked) {
        component.remember(progressive);
      }
    }
  }

  private void huffman(long from, long end) {
    for (long table = from; table < end; ) {
      int which = bytes.u8(table);
      var parsed = new HuffmanTable(bytes, table + 1);
      (which >= 16 ? ac : dc)[which & 3] = parsed;
      table += 1 + HuffmanTable.length(bytes, table + 1);
      checkEnd(table, end);
    }
  }

  private void quantisation(long from, long end) {
    for (long table = from; table < end; ) {
      int which = bytes.u8(table);
      int wide = which >= 16 ? 2 : 1;
      int[] steps = new int[64];
      for (int i = 0; i < 64; i++) {
        long entry = table + 1 + (long) wide * i;
        steps[i] = wide == 2 ? bytes.u16(entry, true) : bytes.u8(entry);
      }
      quantisation[which & 3] = steps;
      long next = table + 1 + 64L * wide;
      checkEnd(next, end);
      String wrong = QuantisationTable.damage(steps);
      if (wrong != null) {
        throw bytes.damaged("%s, near byte %,d".formatted(wrong, table));
      }
      table = next;
    }
  }

  private void checkEnd(long table, long end) {
    if (table > end) {
      throw bytes.damaged("a table goes beyond its segment, at byte %,d".formatted(end));
    }
  }

  /// Checks a scan, whose header stands at `header`, and moves on to the marker behind it.
  private void scan(long header) {
    if (components.isEmpty()) {
      throw bytes.damaged("its image data come before the frame header");
    }
    if (++scans > MAX_SCANS) {
      throw new ImageException(
          bytes.name(), "the JPEG has more than " + MAX_SCANS + " scans", "save it again");
    }
    if (!checked) {
      components.forEach(c -> c.steps = new int[64]);
      at = JpegHeader.nextMarker(bytes, at);
      return;
    }
    JpegScan scan = scanHeader(header);
    int blocks = blocks(scan);
    int left = blocks;
    for (int restarts = 0; left > 0; restarts++) {
      if (restarts > 0) {
        int marker = at + 1 < bytes.length() ? bytes.u8(at + 1) : 0;
        if (marker != 0xD0 + (restarts - 1) % 8) {
          throw at + 1 < bytes.length()
              ? bytes.damaged("a restart marker is missing at byte %,d".formatted(at))
              : bytes.cut();
        }
        at += 2;
      }
      long start = at;
      data.read((int) at);
      at = data.end();
      scan.begin(data.data());
      int now = interval == 0 ? left : Math.min(interval, left);
      decode(scan, blocks - left, now, start);
      left -= now;
    }
  }

  private JpegScan scanHeader(long from) {
    int count = bytes.u8(from);
    List<JpegComponent> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = bytes.u8(from + 1 + 2L * i);
      int tables = bytes.u8(from + 2 + 2L * i);
      JpegComponent component =
          components.stream()
              .filter(c -> c.id == id && !chosen.contains(c))
              .findFirst()
              .orElseThrow(
                  () -> bytes.damaged("a scan of a component that its frame does not have"));
      component.table = (tables >> 4) & 3;
      component.acTable = tables & 3;
      if (component.steps.length == 0) {
        int[] steps = quantisation[component.quantisation];
        if (steps == null) {
          throw bytes.damaged("a quantisation table is missing");
        }
        component.steps = steps;
      }
      chosen.add(component);
    }
    long band = from + 1 + 2L * count;
    int bits = bytes.u8(band + 2);
    int[] settings = {bytes.u8(band), bytes.u8(band + 1), bits >> 4, bits & 15};
    if (progressive) {
      checkBand(chosen, settings);
    } else {
      int[] all = {0, 63, 0, 0};
      if (!Arrays.equals(settings, all)) {
        // of no meaning in sequential files; libjpeg complains
        replace(band, 0);
        replace(band + 1, 63);
        replace(band + 2, 0);
      }
      settings = all;
    }
    if (chosen.isEmpty()) {
      throw bytes.damaged("a scan of no component");
    }
    return new JpegScan(chosen, dc, ac, settings);
  }

  /// Each scan must go on where those before it ended (T.81, G.1.1.1).
  private void checkBand(List<JpegComponent> chosen, int[] band) {
    int first = band[0];
    int last = band[1];
    boolean fits =
        first <= last
            && last <= 63
            && (first > 0 ? chosen.size() == 1 : last == 0)
            && band[3] <= LARGEST_SHIFT
            && (band[2] == 0 || band[2] == band[3] + 1);
    for (JpegComponent component : fits ? chosen : List.<JpegComponent>of()) {
      fits &= first == 0 || component.precision[0] != JpegComponent.ABSENT;
      for (int k = first; k <= last; k++) {
        int before = component.precision[k];
        fits &= before == (band[2] == 0 ? JpegComponent.ABSENT : band[2]);
        component.precision[k] = band[3];
      }
    }
    if (!fits) {
      throw bytes.damaged("scan %d does not go on where those before it ended".formatted(scans));
    }
  }

  /// How many MCUs a scan has; one block each where it has one component alone.
  private int blocks(JpegScan scan) {
    JpegComponent first = scan.components.getFirst();
    return scan.components.size() == 1
        ? Math.multiplyExact(first.width, first.height)
        : Math.multiplyExact(first.stride / first.horizontal, first.rows / first.vertical);
  }

  private void decode(JpegScan scan, int from, int count, long start) {
    boolean single = scan.components.size() == 1;
    int bits = data.bits();
    JpegComponent alone = scan.components.getFirst();
    int across = single ? alone.width : alone.stride / alone.horizontal;
    int x = from % across;
    int y = from / across;
    for (int i = 0; i < count; i++) {
      String wrong = null;
      if (single) {
        wrong = block(scan, alone, y * alone.stride + x, bits);
      } else {
        for (JpegComponent c : scan.components) {
          for (int v = 0; v < c.vertical && wrong == null; v++) {
            int row = (y * c.vertical + v) * c.stride + x * c.horizontal;
            for (int h = 0; h < c.horizontal && wrong == null; h++) {
              wrong = block(scan, c, row + h, bits);
            }
          }
        }
      }
      if (wrong != null) {
        if (scan.position > bits && at >= bytes.length() - 1) {
          throw bytes.cut();
        }
        throw bytes.damaged(
            wrong + ", near byte %,d".formatted(start + Math.min(scan.position, bits) / 8));
      }
      if (++x == across) {
        x = 0;
        y++;
      }
    }
    int left = bits - scan.position;
    if (left >= 8 || scan.run > 0) {
      throw bytes.damaged(
          "its compressed data do not end where the image does, near byte %,d".formatted(at));
    }
  }

  private @Nullable String block(JpegScan scan, JpegComponent c, int index, int bits) {
    int before = scan.position;
    String wrong;
    if (!progressive) {
      wrong = scan.sequential(c, index);
    } else if (scan.first > 0) {
      wrong = scan.high == 0 ? scan.acFirst(c, index) : scan.acRefined(c, index);
    } else if (scan.high == 0) {
      wrong = scan.dcFirst(c, index);
    } else {
      scan.dcRefined(c, index);
      wrong = null;
    }
    if (wrong != null) {
      return wrong;
    }
    if (scan.position > bits) {
      return "its compressed data end too early";
    }
    if (!scan.textured || scan.position == before) {
      return null;
    }
    boolean filled =
        data.isFilled(before, scan.position)
            || (scan.high > 0
                && data.isFilledLittleByLittle(before, scan.position, scan.first == 0));
    return filled ? "a run of equal bytes where the image is not plain" : null;
  }

  /// Changes a byte in the copy for the native decoder, so that it has nothing to say.
  private void replace(long where, int value) {
    if (!replaced) {
      sound = sound.clone();
      replaced = true;
    }
    sound[(int) where] = (byte) value;
  }

  private boolean isComplete() {
    for (JpegComponent c : components) {
      boolean whole =
          progressive ? Arrays.stream(c.precision).allMatch(p -> p == 0) : c.steps.length > 0;
      if (!whole) {
        return false;
      }
    }
    return checked;
  }

  /// The file with the end marker that it lacks.
  private byte[] ended() {
    byte[] whole = Arrays.copyOf(sound, (int) at + 2);
    whole[(int) at] = (byte) 0xFF;
    whole[(int) at + 1] = (byte) JpegHeader.END;
    return whole;
  }
}
