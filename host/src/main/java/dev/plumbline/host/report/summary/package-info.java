/** The figures of a job, a pair and a judge; what {@code summary.json} holds. */
package dev.plumbline.host.report.summary;
