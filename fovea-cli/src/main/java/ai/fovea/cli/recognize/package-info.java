/// The commands that recognise and classify images, and PaddleClas' deployment configurations.
@NullMarked
package ai.fovea.cli.recognize;

import org.jspecify.annotations.NullMarked;
