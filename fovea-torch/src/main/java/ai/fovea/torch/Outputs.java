package ai.fovea.torch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What networks yield for a batch: for each network, by its name, tensors by theirs. A network that is alone has the empty
/// name. Immutable; the tensors belong to the [TensorScope] they were made in.
public final class Outputs {
  private final SequencedMap<String, Map<String, Tensor>> networks;

  private Outputs(SequencedMap<String, Map<String, Tensor>> networks) {
    this.networks = networks;
  }

  /// The outputs of one network.
  public static Outputs of(Map<String, Tensor> outputs) {
    return ofNetworks(Map.of("", outputs));
  }

  /// The outputs of several networks.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Outputs ofNetworks(Map<String, Map<String, Tensor>> networks) {
    if (networks.isEmpty()) {
      throw new IllegalArgumentException("outputs of no network");
    }
    return new Outputs(Collections.unmodifiableSequencedMap(new LinkedHashMap<>(networks)));
  }

  /// Returns the outputs by network.
  public SequencedMap<String, Map<String, Tensor>> networks() {
    return networks;
  }

  /// Returns an output of the only network.
  ///
  /// @param asker who needs it, for messages
  /// @throws IllegalArgumentException if there is no such output, or there are several networks
  public Tensor get(String output, String asker) {
    if (networks.size() > 1) {
      throw new IllegalArgumentException(
          asker
              + " is for one network, there are "
              + networks.keySet()
              + "; name the one that is meant");
    }
    return get(networks.firstEntry().getKey(), output, asker);
  }

  /// Returns an output of a network.
  ///
  /// @param asker who needs it, for messages
  /// @throws IllegalArgumentException if there is no such network or output
  public Tensor get(String network, String output, String asker) {
    Map<String, Tensor> own = networks.get(network);
    if (own == null) {
      throw new IllegalArgumentException(
          asker + " needs the network '" + network + "'; there are " + networks.keySet());
    }
    Tensor found = own.get(output);
    if (found == null) {
      throw new IllegalArgumentException(
          asker
              + " needs the output '"
              + output
              + "'; the network "
              + (network.isEmpty() ? "" : network + " ")
              + "has "
              + own.keySet());
    }
    return found;
  }
}
