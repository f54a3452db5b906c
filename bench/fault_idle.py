"""Looks at the clock every 10 ms and does nothing else: that it comes late is the machine's doing. Ends with its input, and then
says how often it looked, and how often that was later than its argument, in milliseconds."""

import select
import sys
import time

LOOK = 0.01


def main():
    most, looks, late = int(sys.argv[1]) / 1000, 0, 0
    while True:
        due = time.monotonic() + LOOK
        if select.select([sys.stdin], [], [], LOOK)[0]:
            break
        looks += 1
        late += time.monotonic() - due > most
    print(looks, late)


if __name__ == "__main__":
    main()
