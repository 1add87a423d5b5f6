package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.device.DeviceAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a job comes to its devices, as its file says; any of these but the last means TLS.
 *
 * @param ca of the devices' certificates
 * @param certificate of the host, with {@code key}
 * @param key of the certificate
 * @param tokenFile with the token for the devices
 * @param reconnect seconds for which to try to come back to a device that was lost; 60 if absent
 */
public record AccessConfig(
    Optional<Path> ca,
    Optional<Path> certificate,
    Optional<Path> key,
    @JsonProperty("token_file") Optional<Path> tokenFile,
    Optional<Integer> reconnect) {
  public AccessConfig {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("certificate and key of access are needed together");
    }
    if (reconnect.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "reconnect of access is " + reconnect.get() + ", expected at least 0 seconds");
    }
  }

  static AccessConfig none() {
    return new AccessConfig(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  AccessConfig relativeTo(Path folder) {
    return new AccessConfig(
        ca.map(folder::resolve),
        certificate.map(folder::resolve),
        key.map(folder::resolve),
        tokenFile.map(folder::resolve),
        reconnect);
  }

  DeviceAccess toAccess() {
    return new DeviceAccess(
        ca,
        certificate.map(file -> new DeviceAccess.Identity(file, key.orElseThrow())),
        tokenFile,
        reconnect.map(Duration::ofSeconds).orElse(DeviceAccess.USUAL_RECONNECT));
  }
}
