/// Index files of Faiss, read and written byte for byte: flat, IVF and HNSW over floats, with and
/// without an id map, and the binary kinds (Hamming).
///
/// A file is a [ai.fovea.index.faiss.FaissIndex]; `toVectorIndex()` and
/// [ai.fovea.index.faiss.BinaryIndex] search it.
///
/// The format: everything little-endian, without gaps or checksums. `vec<T>` is a count (uint64)
/// and as many `T`. Each node starts with a code of four ASCII characters and a header. Over
/// floats: int32 `d`, int64 `ntotal`, int64 1048576 twice, uint8 trained, int32 metric (0 inner
/// product, 1 L2). Over bits: int32 `d` (bits), int32 `d/8`, int64 `ntotal`, uint8 trained, int32
/// 1.
///
/// | code | body |
/// |---|---|
/// | `IxFI`, `IxF2` | vec<float32> of `ntotal × d` values |
/// | `IxM2`, `IxMp` | a node, vec<int64> of its rows' ids |
/// | `IHNf`, `IBHf` | the graph (see [ai.fovea.index.faiss.FaissGraph]), a flat node |
/// | `IwFl`, `IBwF` | uint64 lists, uint64 nprobe, a flat node of centroids, the direct map, the lists (see [ai.fovea.index.faiss.InvertedLists]) |
/// | `IBxF` | vec<uint8> of `ntotal × d/8` bytes |
@NullMarked
package ai.fovea.index.faiss;

import org.jspecify.annotations.NullMarked;
