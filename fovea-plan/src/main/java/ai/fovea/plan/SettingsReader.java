package ai.fovea.plan;

import ai.fovea.config.Config;

/// Reads the settings of something that a configuration names (a loss, a metric), to find out what is wrong with them. Whatever
/// it does not ask for is a mistake of the user's.
@FunctionalInterface
public interface SettingsReader {
  /// Asks for every setting; what does not fit is noted in the section.
  void read(Config section);
}
