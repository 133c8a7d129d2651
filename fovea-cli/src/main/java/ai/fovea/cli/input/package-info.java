/// What the words of a command line stand for: files, folders, lists, patterns, models.
@NullMarked
package ai.fovea.cli.input;

import org.jspecify.annotations.NullMarked;
