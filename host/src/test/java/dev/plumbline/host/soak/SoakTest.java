package dev.plumbline.host.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The soak of {@code bench/fleet/soak} for some seconds: counts, no times. */
@Timeout(300)
class SoakTest {
  private static final int DEVICES = 20;
  private static final int TURNS = 5;

  @TempDir Path temp;

  private Fleet turns(Farm farm, int turns, String folder) throws Exception {
    Overheads overheads = new Overheads();
    Fleet fleet = new Fleet(Files.createDirectory(temp.resolve(folder)), overheads);
    fleet.begin(farm.devices(), turns, 0);
    fleet.await();
    assertEquals("", fleet.failure());
    assertEquals(DEVICES * turns, fleet.turns());
    assertEquals(DEVICES * turns * Fleet.PICTURES, fleet.decided());
    assertEquals(DEVICES * turns, overheads.count());
    return fleet;
  }

  @Test
  void twentyDevicesAnswerAllAndLeaveNoDescriptorAndNoThreadBehind() throws Exception {
    List<Farm> farms = Farm.start(DEVICES, 1, temp);
    try (Farm farm = farms.get(0)) {
      turns(farm, 1, "warm");
      ProcessSize host = ProcessSize.ofThis();
      ProcessSize agents = farm.size();
      Fleet fleet = turns(farm, TURNS, "long");
      assertEquals(DEVICES * TURNS / 25, fleet.stored());
      ProcessSize hostAfter = ProcessSize.ofThis();
      ProcessSize agentsAfter = farm.size();
      // One left behind by each turn would be a hundred; pools may be larger by some.
      int few = DEVICES;
      assertTrue(hostAfter.descriptors() < host.descriptors() + few, host + " " + hostAfter);
      assertTrue(hostAfter.threads() < host.threads() + few, host + " " + hostAfter);
      assertTrue(
          agentsAfter.descriptors() < agents.descriptors() + few, agents + " " + agentsAfter);
    }
  }

  @Test
  void aTrendIsNotMovedByAnOutlier() {
    Trend trend = new Trend();
    for (int minute = 0; minute < 9; minute++) {
      trend.add(minute, minute == 4 ? 1_000 : 10 + 2 * minute);
    }
    assertEquals(2, trend.perMinute(), 1e-12);
    assertEquals(16, trend.growth(), 1e-12);
  }
}
