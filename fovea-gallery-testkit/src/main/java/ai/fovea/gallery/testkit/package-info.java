/// Contract suites for implementations of galleries: a test class that extends
/// [ai.fovea.gallery.testkit.GalleryReaderContract] or
/// [ai.fovea.gallery.testkit.GalleryWriterContract] and says how to make one inherits all of their
/// tests. Each test reads the implementation's [ai.fovea.gallery.Guarantees] and checks exactly
/// what is promised there.
@NullMarked
package ai.fovea.gallery.testkit;

import org.jspecify.annotations.NullMarked;
