package ai.fovea.recognize.observe;

/// The kind of event of each stage. Apart from the classes that it makes: the recorder changes an event's class while that is loaded, and looks at its superclass
/// for it, which therefore must not refer to it.
final class StageEvents {
  private StageEvents() {}

  static StageEvent of(Stage stage) {
    return switch (stage) {
      case DECODE -> new StageEvent.Decode();
      case EMBED -> new StageEvent.Embed();
      case SEARCH -> new StageEvent.Search();
      case QUEUE -> new StageEvent.Queue();
    };
  }
}
