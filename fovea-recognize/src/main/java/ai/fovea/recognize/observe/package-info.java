/// What recognition does, and how long it takes: events of Java's Flight Recorder, and listeners, of which one keeps timers of Micrometer.
@NullMarked
package ai.fovea.recognize.observe;

import org.jspecify.annotations.NullMarked;
