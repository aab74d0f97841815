/** A third party's events. */
@org.osgi.annotation.versioning.Version("1.0.0")
package org.example.load.api;
