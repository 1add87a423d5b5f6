/**
 * What a model decides: how its outputs are read, when two decisions differ, and how far a decision
 * is from its boundary. Nothing outside this room compares labels or takes the largest score.
 */
package dev.plumbline.host.task;
