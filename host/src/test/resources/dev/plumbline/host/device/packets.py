"""A network that loses, doubles and reorders packets, between this network namespace and another.

    packets.py wire NAMESPACE RANDOM_SEED    joins two tun devices; prints "ready", then counts when its input ends
    packets.py forward HOST PORT TO_PORT     in the other namespace: from there to the loopback; prints "ready"
"""
import fcntl
import os
import random
import select
import socket
import struct
import subprocess
import sys
import threading

NEAR, FAR = "10.213.77.1", "10.213.77.2"


def tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))  # TUNSETIFF: a tun without header
    return fd


def ip(*words):
    subprocess.run(("ip",) + words, check=True)


def up(name, address, peer, prefix=()):
    ip(*prefix, "address", "add", address, "peer", peer, "dev", name)
    ip(*prefix, "link", "set", name, "up")


def wire(namespace, seed):
    names = ["plumb%d%s" % (os.getpid() % 100000, end) for end in "ab"]
    fds = [tun(name) for name in names]
    ip("link", "set", names[1], "netns", namespace)
    up(names[0], NEAR, FAR)
    up(names[1], FAR, NEAR, ("-n", namespace))
    print("ready", flush=True)
    chance = random.Random(seed)
    counts = {"passed": 0, "dropped": 0, "doubled": 0, "reordered": 0}
    held = {fd: None for fd in fds}
    while True:
        ready = select.select(fds + [0], [], [], 0.02)[0]
        if 0 in ready and not os.read(0, 1):
            break
        if not ready:
            # Nothing follows that a held packet could come after.
            for fd, packet in held.items():
                if packet:
                    os.write(fd, packet)
                    held[fd] = None
        for fd in ready:
            if fd == 0:
                continue
            packet = os.read(fd, 65536)
            to = fds[1] if fd == fds[0] else fds[0]
            kind = chance.random()
            if kind < 0.03:
                counts["dropped"] += 1
                continue
            if kind < 0.13 and not held[to]:
                counts["reordered"] += 1
                held[to] = packet
                continue
            os.write(to, packet)
            counts["passed"] += 1
            if kind > 0.95:
                counts["doubled"] += 1
                os.write(to, packet)
            if held[to]:
                os.write(to, held[to])
                held[to] = None
    print(" ".join("%s=%d" % each for each in counts.items()), flush=True)


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        source.close()
        target.close()


def forward(host, port, to_port):
    listening = socket.create_server((host, int(port)))
    print("ready", flush=True)
    while True:
        near = listening.accept()[0]
        far = socket.create_connection(("127.0.0.1", int(to_port)))
        for pair in (near, far), (far, near):
            threading.Thread(target=copy, args=pair, daemon=True).start()


if __name__ == "__main__":
    if sys.argv[1] == "wire":
        wire(sys.argv[2], int(sys.argv[3]))
    else:
        forward(*sys.argv[2:])
