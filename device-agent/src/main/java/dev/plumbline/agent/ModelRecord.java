package dev.plumbline.agent;

import dev.plumbline.agent.security.AuditLog;
import dev.plumbline.agent.security.AuditLog.Outcome;
import dev.plumbline.agent.security.CallTicket;
import dev.plumbline.device.v1.ModelHeader;
import io.grpc.Status;
import java.io.IOException;

/** What the audit log says of one call that puts a model. */
final class ModelRecord {
  private static final int MAX_NAME = 80;

  private final AuditLog log;
  private final CallTicket ticket;
  private ModelHeader header;
  private Outcome outcome = Outcome.CUT_OFF;
  private String reason = "";
  private boolean written;

  ModelRecord(AuditLog log, CallTicket ticket) {
    this.log = log;
    this.ticket = ticket;
  }

  /**
   * The header has come; without a line in the log the model is not taken.
   *
   * @throws RefusedException if the line cannot be written
   */
  void begin(ModelHeader announced) {
    header = announced;
    write(Outcome.BEGUN, "");
  }

  /**
   * What became of it, before the host is told.
   *
   * @throws RefusedException if the line cannot be written
   */
  void done(Outcome what) {
    outcome = what;
    write(what, "");
    written = true;
  }

  /** The call fails. */
  void failed(String why) {
    outcome = Outcome.REFUSED;
    reason = why;
    written = false;
  }

  /** The call is over. */
  void end() {
    if (header != null && !written) {
      written = true;
      write(outcome, reason);
    }
  }

  private void write(Outcome what, String why) {
    String named = header.getSha256();
    try {
      log.write(
          ticket,
          new AuditLog.Entry(
              named.length() > MAX_NAME ? named.substring(0, MAX_NAME) : named,
              header.getSizeBytes(),
              what,
              why));
    } catch (IOException e) {
      throw new RefusedException(
          Status.Code.RESOURCE_EXHAUSTED,
          "the agent's audit log cannot be written (" + e + "), and it takes no model without",
          e);
    }
  }
}
