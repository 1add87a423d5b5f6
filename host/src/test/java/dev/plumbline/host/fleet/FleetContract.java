package dev.plumbline.host.fleet;

import org.junit.jupiter.api.BeforeEach;

/** What every database of a fleet keeps to. */
abstract class FleetContract
    implements FleetDevicesContract, FleetRunsContract, FleetHistoryContract, FleetUpgradeContract {
  private String url;
  private FleetDatabase fleet;

  /** JDBC URL of a database that holds nothing. */
  abstract String emptyDatabase() throws Exception;

  @BeforeEach
  void open() throws Exception {
    url = emptyDatabase();
    fleet = FleetDatabase.open(url);
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public FleetDatabase fleet() {
    return fleet;
  }
}
