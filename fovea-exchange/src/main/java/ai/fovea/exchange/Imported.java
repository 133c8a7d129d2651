package ai.fovea.exchange;

import java.util.List;

/// What became of images from elsewhere of which all that can be used were taken.
///
/// @param added how many were taken
/// @param problems what was left out, and why, one line each
/// @param notes what a user should know though nothing was left out, one line each
public record Imported(int added, List<String> problems, List<String> notes) {
  public Imported {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }
}
