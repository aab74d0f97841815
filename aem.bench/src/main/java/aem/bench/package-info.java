/** The benchmarks behind {@code ./aem bench}: a program of its own, no bundle of the runtime. */
package aem.bench;
