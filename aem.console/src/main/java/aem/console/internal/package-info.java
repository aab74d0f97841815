/** The runtime's console: commands piped in, and the command that ends the runtime. */
package aem.console.internal;
