package ai.fovea.index;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which kind of index, and how it is built.
///
/// Kinds have names, in the way of Faiss: `Flat`, `IVF`, `IVF256`, `HNSW32`, each with `,SQ8`,
/// `,BQ` or `,Flat` behind it for what is compared first ([Quantization]; without, `IVF` and `HNSW`
/// compare bytes): [#parse(String)], [#text()].
public sealed interface IndexSettings {

  /// What PaddleClas' galleries use by default, and these too.
  Hnsw HNSW32 = new Hnsw(32);

  /// Exact.
  Flat FLAT = new Flat(Quantization.NONE);

  /// Returns what is compared first.
  Quantization quantization();

  /// Returns the name, as [#parse(String)] reads it.
  String text();

  /// Compares with every vector: exact.
  ///
  /// @param quantization what is compared first
  record Flat(Quantization quantization) implements IndexSettings {
    @Override
    public String text() {
      return named("Flat", quantization);
    }
  }

  /// Inverted lists: vectors lie with the nearest of some centroids, and a search looks through the
  /// lists of the nearest few (Sivic and Zisserman, Video Google, ICCV 2003).
  ///
  /// @param lists how many centroids, 1 to 65536; 0 for four times the root of the number of
  ///     vectors
  /// @param nprobe how many lists a search looks through, 1 or greater
  /// @param quantization what is compared first, once there are lists
  record Ivf(int lists, int nprobe, Quantization quantization) implements IndexSettings {
    static final int MOST_LISTS = 1 << 16;

    /// Checks the values.
    public Ivf {
      require("lists", lists, 0, MOST_LISTS);
      require("nprobe", nprobe, 1, MOST_LISTS);
    }

    /// As many lists as suit the number of vectors, 16 of them looked through.
    public Ivf() {
      this(0, 16, Quantization.INT8);
    }

    @Override
    public String text() {
      return first(lists == 0 ? "IVF" : "IVF" + lists, quantization);
    }
  }

  /// A hierarchical navigable small world graph (Malkov and Yashunin, IEEE TPAMI 42(4), 2020).
  ///
  /// @param m links of a vector on the upper levels, 2 to 512; twice as many on the lowest
  /// @param efConstruction candidates kept while a vector is being linked, 1 to 65536
  /// @param efSearch candidates kept while searching, 1 to 65536
  /// @param quantization what is compared first
  record Hnsw(int m, int efConstruction, int efSearch, Quantization quantization)
      implements IndexSettings {
    /// Checks the values.
    public Hnsw {
      require("m", m, 2, 512);
      require("efConstruction", efConstruction, 1, 1 << 16);
      require("efSearch", efSearch, 1, 1 << 16);
    }

    /// `m` links, the other values such that 99 of 100 nearest are usually found.
    public Hnsw(int m) {
      // Few links lead astray more often: more ways are followed then.
      this(m, 40, Math.max(96, 1536 / Math.max(1, m)), Quantization.INT8);
    }

    /// Returns the same with another number of candidates kept while searching.
    public Hnsw withEfSearch(int ef) {
      return new Hnsw(m, efConstruction, ef, quantization);
    }

    /// Returns the same with another number of candidates kept while building.
    public Hnsw withEfConstruction(int ef) {
      return new Hnsw(m, ef, efSearch, quantization);
    }

    /// Returns the same with another first pass.
    public Hnsw withQuantization(Quantization first) {
      return new Hnsw(m, efConstruction, efSearch, first);
    }

    @Override
    public String text() {
      return first("HNSW" + m, quantization);
    }
  }

  /// Reads a name, in any case: `Flat`, `IVF`, `IVF256`, `HNSW32`, with `,SQ8` or `,BQ`.
  ///
  /// @throws IllegalArgumentException where it is none
  static IndexSettings parse(String name) {
    Matcher matcher =
        Pattern.compile("(FLAT|IVF|HNSW)(\\d{0,9})(?:,(SQ8|BQ|FLAT))?")
            .matcher(name.strip().toUpperCase(Locale.ROOT));
    if (matcher.matches()) {
      int number = matcher.group(2).isEmpty() ? 0 : Integer.parseInt(matcher.group(2));
      Quantization given =
          switch (matcher.group(3)) {
            case "SQ8" -> Quantization.INT8;
            case "BQ" -> Quantization.BIT;
            case null, default -> Quantization.NONE;
          };
      Quantization first = matcher.group(3) == null ? Quantization.INT8 : given;
      switch (matcher.group(1)) {
        case "FLAT" -> {
          if (matcher.group(2).isEmpty()) {
            return new Flat(given);
          }
        }
        case "IVF" -> {
          return new Ivf(number, new Ivf().nprobe(), first);
        }
        default -> {
          Hnsw hnsw = matcher.group(2).isEmpty() ? new Hnsw(32) : new Hnsw(number);
          return hnsw.withQuantization(first);
        }
      }
    }
    throw new IllegalArgumentException(
        "index '"
            + name
            + "' is not known: expected Flat, IVF, IVF<lists> or HNSW<links> (for instance HNSW32),"
            + " and ,SQ8 or ,BQ behind it for smaller codes");
  }

  /// Returns the name of a kind that compares one byte a value first where the name says nothing:
  /// nothing is lost by it.
  private static String first(String kind, Quantization quantization) {
    return switch (quantization) {
      case INT8 -> kind;
      case NONE -> kind + ",Flat";
      case BIT -> kind + "," + quantization.suffix();
    };
  }

  private static String named(String kind, Quantization quantization) {
    return quantization == Quantization.NONE ? kind : kind + "," + quantization.suffix();
  }

  private static void require(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected " + min + " to " + max);
    }
  }
}
