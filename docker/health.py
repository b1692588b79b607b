"""Exit code 0 if the studio and the live service answer."""

import sys
import urllib.error
import urllib.request

ADDRESSES = ("http://127.0.0.1:7654/", "http://127.0.0.1:8765/health")

if __name__ == "__main__":
    try:
        for address in ADDRESSES:
            urllib.request.urlopen(address, timeout=3).close()
    except (urllib.error.URLError, OSError) as error:
        sys.exit(f"unhealthy: {error}")
