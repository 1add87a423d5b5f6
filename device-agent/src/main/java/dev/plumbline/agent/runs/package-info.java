/** How pictures are divided into runs of a model: the host does it as the agent does. */
package dev.plumbline.agent.runs;
