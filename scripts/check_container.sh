#!/usr/bin/env bash
# What the Dockerfile does, without Docker: its files in a folder of their own, its pip in an empty environment, its
# command as its user. Then the health check must pass, both services answer at the ports that are published, and all
# must end when told to. Needs Linux, root (to become the user), and the four ports free.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
chmod 755 "$work"
running=
trap '[ -z "$running" ] || kill "$running" || true; rm -rf "$work"' EXIT
cd "$repository"
command -v hadolint >/dev/null && hadolint Dockerfile

user=$(sed -n 's/^USER //p' Dockerfile)
[ "$user" -gt 0 ]
mkdir "$work/source" "$work/container"
sources=$(sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' Dockerfile | grep -v '^docker/')
for path in $sources; do cp -r "$path" "$work/source/"; done
cp docker/*.py "$work/container/"
install -d -o "$user" -g "$user" "$work/data"

# The first RUN, elsewhere than in /opt/ksdiff. PYTHON must be one that the user may run: none in root's home.
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v "${PYTHON:-/usr/bin/python3}")" > "$work/bin/python"
chmod +x "$work/bin/python"
run=$(sed -n '/^RUN python -m venv/,/[^\\]$/p' Dockerfile | sed 's/^RUN //; s/\\$//' | tr -d '\n')
(cd "$work/source" && PATH="$work/bin:$PATH" bash -ec "${run//\/opt\/ksdiff/$work/opt}")

cd "$work/data"
as_user=(env "HOME=$work/data" "PATH=$work/opt/bin:$PATH" setpriv --reuid "$user" --regid "$user" --clear-groups)
"${as_user[@]}" python "$work/container/serve.py" &
running=$!
for _ in $(seq 120); do
    "${as_user[@]}" python "$work/container/health.py" 2>/dev/null && healthy=1 && break
    sleep 1
done
[ "${healthy:-}" = 1 ] || { echo "it did not become healthy"; exit 1; }
for address in http://127.0.0.1:17654/ http://127.0.0.1:18765/health; do
    # As where the ports are published under the numbers that the services know.
    curl --fail --silent --show-error --output /dev/null --header "Host: 127.0.0.1:$([[ $address = *17654* ]] && echo 7654 || echo 8765)" "$address"
done
kill -TERM "$running"
wait "$running"
running=
echo "healthy, reachable, and ended when told to, as user $user"
