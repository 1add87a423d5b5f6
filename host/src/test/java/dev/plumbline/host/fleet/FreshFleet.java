package dev.plumbline.host.fleet;

/** A fleet's database that held nothing when the test began. */
interface FreshFleet {
  /** Its JDBC URL. */
  String url();

  FleetDatabase fleet();

  /** To note runs in it. */
  default NotedRuns noted() {
    return new NotedRuns(fleet());
  }

  /** JDBC URL of another that holds nothing. */
  String anotherEmptyDatabase() throws Exception;
}
