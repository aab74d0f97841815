/** The scheduler: duty cycle, job automaton, timing wheel. */
package aem.scheduler.internal;
