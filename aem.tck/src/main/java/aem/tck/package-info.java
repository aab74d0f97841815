/** Contract tests: a part subclasses them in its own tests. */
package aem.tck;
