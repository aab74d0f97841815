/** The memory part: a buddy allocator over off-heap regions. */
package aem.memory.internal;
