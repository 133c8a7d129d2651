package ai.fovea.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexSettingsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flat",
        "Flat,SQ8",
        "Flat,BQ",
        "IVF",
        "IVF256",
        "HNSW32",
        "HNSW16,BQ",
        "HNSW64,Flat"
      })
  void namesReadAndWriteAlike(String name) {
    assertThat(IndexSettings.parse(name).text()).isEqualTo(name);
    assertThat(IndexSettings.parse(name.toLowerCase(java.util.Locale.ROOT)))
        .isEqualTo(IndexSettings.parse(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Hash16", "Flat3", "HNSW1", "HNSW9999", "IVF99999", "HNSW32,PQ8"})
  void whatIsNoNameIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> IndexSettings.parse(name));
  }

  @Test
  void oneByteAValueComesFirstWhereTheNameSaysNothing() {
    assertThat(IndexSettings.parse("IVF64").quantization()).isEqualTo(Quantization.INT8);
    assertThat(IndexSettings.parse("HNSW16").quantization()).isEqualTo(Quantization.INT8);
    assertThat(IndexSettings.parse("Flat").quantization()).isEqualTo(Quantization.NONE);
    assertThat(IndexSettings.parse("IVF64,SQ8").text()).isEqualTo("IVF64");
    assertThat(IndexSettings.parse("IVF,Flat").text()).isEqualTo("IVF,Flat");
    assertThat(IndexSettings.parse("ivf,bq").text()).isEqualTo("IVF,BQ");
  }
}
