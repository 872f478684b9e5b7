#!/usr/bin/env python3
"""kernel-log.py FILE : follows /dev/kmsg and writes the firewall's lines to FILE as a syslog daemon would, until SIGTERM.

The kernel stamps microseconds since boot; a marker written at the start gives their distance to the clock."""
import os, signal, sys, time

kmsg = os.open("/dev/kmsg", os.O_RDWR)
os.lseek(kmsg, 0, os.SEEK_END)
MARK = "vedette-lab-mark"
os.write(kmsg, f"<6>{MARK}".encode())
written = time.time()
out = open(sys.argv[1], "w", buffering=1 << 16)
lines = overruns = 0
clock_offset = None
ended = False


def end(*_):
    global ended
    ended = True


signal.signal(signal.SIGTERM, end)
os.set_blocking(kmsg, False)
while True:
    try:
        record = os.read(kmsg, 8192).decode("utf-8", "replace")
    except BrokenPipeError:  # the ring was written faster than we read
        overruns += 1
        continue
    except BlockingIOError:
        out.flush()
        if ended:
            break
        time.sleep(0.05)
        continue
    head, _, message = record.partition(";")
    message = message.split("\n", 1)[0]
    since_boot = int(head.split(",")[2]) / 1e6
    if clock_offset is None:
        if message.endswith(MARK):
            clock_offset = written - since_boot
        continue
    if not message.startswith("FW-"):
        continue
    at = time.gmtime(since_boot + clock_offset)
    stamp = time.strftime("%b ", at) + f"{at.tm_mday:2d}" + time.strftime(" %H:%M:%S", at)
    out.write(f"{stamp} fw kernel: [{since_boot:12.6f}] {message}\n")
    lines += 1
out.close()
print(f"firewall log: {lines} lines, {overruns} overruns of the kernel's ring")
