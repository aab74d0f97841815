/** The core: tables, worker threads, ledger and the event-source registry. */
package aem.core.internal;
