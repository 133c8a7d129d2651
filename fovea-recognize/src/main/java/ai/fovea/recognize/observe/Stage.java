package ai.fovea.recognize.observe;

/// Where time goes in recognition.
public enum Stage {
  /// Reading, decoding and preparing one image.
  DECODE("decode"),
  /// One run of the network on a batch, with post-processing.
  EMBED("embed"),
  /// Looking one vector up in a gallery, with the decision.
  SEARCH("search"),
  /// One image's wait for its batch.
  QUEUE("queue");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /// The stage in names of timers.
  public String word() {
    return word;
  }
}
