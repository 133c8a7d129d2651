package ai.fovea.index.faiss;

import ai.fovea.index.faiss.InvertedLists.Entries;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;

/// The numbers that the lists of an IVF index give to its rows, where an id map around it turns
/// them into ids.
final class RowNumbers {
  private RowNumbers() {}

  /// Checks that the lists name each row from 0 to `rows` once.
  ///
  /// @throws IllegalArgumentException with the first number that is not one of these, or appears
  ///     twice
  static void check(InvertedLists lists, int rows) {
    BitSet seen = new BitSet(rows);
    for (Entries list : lists.lists()) {
      for (int i = 0; i < list.size(); i++) {
        long row = list.id(i);
        if (row < 0 || row >= rows) {
          throw new IllegalArgumentException(
              "a list holds the row number "
                  + row
                  + ", the id map around it has "
                  + rows
                  + " rows");
        }
        if (seen.get((int) row)) {
          throw new IllegalArgumentException("lists hold the row number " + row + " twice");
        }
        seen.set((int) row);
      }
    }
  }

  /// Returns whether [#check] holds.
  static boolean areSound(InvertedLists lists, int rows) {
    try {
      check(lists, rows);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Returns whether the row numbers in the lists are the ids of the map: rows were numbered from
  /// 0, and ids too, until Faiss removed some, once. Only then is it known which row belongs to
  /// which id.
  static boolean areIds(InvertedLists lists, MemorySegment ids) {
    long[] numbers = sorted(lists);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != LittleEndian.longAt(ids, i) || (i > 0 && numbers[i] == numbers[i - 1])) {
        return false;
      }
    }
    return true;
  }

  /// Returns the lists with each number replaced by its rank.
  static InvertedLists ranked(InvertedLists lists) {
    long[] numbers = sorted(lists);
    return new InvertedLists(
        lists.codeSize(), lists.lists().stream().map(list -> ranked(list, numbers)).toList());
  }

  private static Entries ranked(Entries list, long[] numbers) {
    long[] ranks = new long[list.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = Arrays.binarySearch(numbers, list.id(i));
    }
    return new Entries(list.codes(), LittleEndian.of(ranks));
  }

  private static long[] sorted(InvertedLists lists) {
    long[] numbers = new long[(int) lists.rows()];
    int next = 0;
    for (Entries list : lists.lists()) {
      for (int i = 0; i < list.size(); i++) {
        numbers[next++] = list.id(i);
      }
    }
    Arrays.sort(numbers);
    return numbers;
  }
}
