# syntax=docker/dockerfile:1
FROM python:3.12
RUN <<EOF
#!/usr/bin/env bash
set -euo pipefail
for i in {1..3}; do
  echo "round $i"
done
EOF
RUN python3 <<'PY' > /etc/answer && cat /etc/answer
print(6 * 7)
# a comment of Python's, not of the file's
PY
RUN <<-ONE cat - <<TWO
	first, without its tab
	ONE
second
TWO
RUN cat 3<<NUMBERED <&3
three
NUMBERED
COPY <<-settings.ini <<run.sh /opt/
	[main]
	path = ${PATH}
	settings.ini
#!/bin/sh
exec "\$@"
run.sh
COPY --chmod=0755 <<"script" /usr/local/bin/script
echo "$0 is not expanded"
script
ONBUILD RUN <<X
echo onbuild
X
