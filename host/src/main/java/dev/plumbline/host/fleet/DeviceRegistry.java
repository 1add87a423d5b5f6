package dev.plumbline.host.fleet;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.device.DeviceAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The devices of the fleet. */
public final class DeviceRegistry {
  private final FleetDatabase database;

  DeviceRegistry(FleetDatabase database) {
    this.database = database;
  }

  /**
   * Adds a device.
   *
   * @throws BadInputException if its name is taken
   */
  public void add(FleetDevice device) {
    database.change(
        handle -> {
          find(handle, device.name())
              .ifPresent(
                  known -> {
                    throw new BadInputException(
                        "device "
                            + known.name()
                            + " is in the fleet already, at "
                            + known.address()
                            + "; expected another name, or 'device remove' first");
                  });
          handle
              .createUpdate(
                  "insert into device (name, address, added) values (:name, :address, :added)")
              .bind("name", device.name())
              .bind("address", device.address().toString())
              .bind("added", Times.stored(device.added()))
              .execute();
          if (!device.labels().isEmpty()) {
            PreparedBatch batch =
                handle.prepareBatch(
                    "insert into device_label (device, label_name, label_value)"
                        + " values (:device, :name, :value)");
            device
                .labels()
                .forEach(
                    (name, value) ->
                        batch
                            .bind("device", device.name())
                            .bind("name", name)
                            .bind("value", value)
                            .add());
            batch.execute();
          }
        });
  }

  /**
   * Forgets a device; its verdicts stay.
   *
   * @throws BadInputException if the fleet has none of that name
   */
  public void remove(String name) {
    database.change(
        handle -> {
          int removed =
              handle
                  .createUpdate("delete from device where name = :name")
                  .bind("name", name)
                  .execute();
          if (removed == 0) {
            throw unknown(handle, name);
          }
        });
  }

  /** All devices, in order of their names. */
  public List<FleetDevice> all() {
    return database.transaction(DeviceRegistry::all);
  }

  /**
   * The devices that a selector means, in order of their names.
   *
   * @throws BadInputException if there is none
   */
  public List<FleetDevice> select(Selector selector) {
    List<FleetDevice> all = all();
    List<FleetDevice> selected = all.stream().filter(selector::matches).toList();
    if (selected.isEmpty()) {
      throw new BadInputException(
          "no device of the fleet has the labels "
              + selector
              + ", found "
              + (all.isEmpty()
                  ? "no devices at all"
                  : all.stream()
                      .map(device -> device.name() + " " + device.labels())
                      .collect(Collectors.joining("; "))));
    }
    return selected;
  }

  /**
   * A device by its name.
   *
   * @throws BadInputException if the fleet has none of that name
   */
  public FleetDevice named(String name) {
    return database.transaction(
        handle -> find(handle, name).orElseThrow(() -> unknown(handle, name)));
  }

  /**
   * Where a device is that is given by its name or its address; no name has a colon.
   *
   * @throws BadInputException if the fleet has none of that name
   */
  public DeviceAddress address(String nameOrAddress) {
    return nameOrAddress.indexOf(':') >= 0
        ? DeviceAddress.parse(nameOrAddress)
        : named(nameOrAddress).address();
  }

  private static Optional<FleetDevice> find(Handle handle, String name) {
    return all(handle).stream().filter(device -> device.name().equals(name)).findFirst();
  }

  private static BadInputException unknown(Handle handle, String name) {
    List<String> names = all(handle).stream().map(FleetDevice::name).toList();
    return new BadInputException(
        "device "
            + name
            + " is not in the fleet, expected "
            + (names.isEmpty()
                ? "'device add' first, as the fleet is empty, or HOST:PORT"
                : "one of "
                    + String.join(", ", names)
                    + ", or HOST:PORT"
                    + NearestWord.hint(name, names)));
  }

  private static List<FleetDevice> all(Handle handle) {
    Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    handle
        .createQuery("select device, label_name, label_value from device_label")
        .map((row, context) -> new String[] {row.getString(1), row.getString(2), row.getString(3)})
        .forEach(
            label ->
                labels.computeIfAbsent(label[0], d -> new TreeMap<>()).put(label[1], label[2]));
    List<FleetDevice> devices = new ArrayList<>();
    handle
        .createQuery("select name, address, added from device order by name")
        .map((row, context) -> row(row.getString(1), row.getString(2), Times.read(row, 3), labels))
        .forEach(devices::add);
    return devices;
  }

  private static FleetDevice row(
      String name, String address, Instant added, Map<String, Map<String, String>> labels) {
    return new FleetDevice(
        name, DeviceAddress.parse(address), labels.getOrDefault(name, Map.of()), added);
  }
}
