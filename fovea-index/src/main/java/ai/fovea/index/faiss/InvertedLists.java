package ai.fovea.index.faiss;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// The lists of an IVF index: in each, the rows nearest to one centroid, and their ids.
///
/// In the file: `ilar`, uint64 number of lists, uint64 bytes of a row, then `full` and vec<uint64>
/// of all sizes, or (where at most half of the lists hold anything) `sprs` and vec<uint64> of pairs
/// list, size; then for each list that is not empty its rows and their ids (int64). `il00` alone
/// stands for no lists.
///
/// @param codeSize bytes of a row
/// @param lists one for each centroid
public record InvertedLists(int codeSize, List<Entries> lists) {

  /// One list.
  ///
  /// @param codes rows, one after another: little-endian floats, or bits
  /// @param ids int64 for each row
  public record Entries(MemorySegment codes, MemorySegment ids) {
    /// An empty list.
    static final Entries NONE =
        new Entries(MemorySegment.ofArray(new byte[0]), MemorySegment.ofArray(new byte[0]));

    /// Returns the number of rows.
    public int size() {
      return (int) (ids.byteSize() / Long.BYTES);
    }

    /// Returns the id of a row.
    public long id(int row) {
      return LittleEndian.longAt(ids, row);
    }
  }

  /// Checks that each list has as many rows as ids.
  public InvertedLists {
    lists = List.copyOf(lists);
    for (int i = 0; i < lists.size(); i++) {
      int rows = LittleEndian.count("the rows of list " + i, lists.get(i).codes(), codeSize);
      int ids = LittleEndian.count("the ids of list " + i, lists.get(i).ids(), Long.BYTES);
      if (rows != ids) {
        throw new IllegalArgumentException(
            "list " + i + " has " + rows + " rows and " + ids + " ids");
      }
    }
  }

  /// Returns all rows together.
  public long rows() {
    return lists.stream().mapToLong(Entries::size).sum();
  }
}
