/** The check of a fleet as JUnit XML, for the servers that read it. */
package dev.plumbline.host.report.junit;
