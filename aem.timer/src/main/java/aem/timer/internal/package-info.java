/** The event source of timers. */
package aem.timer.internal;
