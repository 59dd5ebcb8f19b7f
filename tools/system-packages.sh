#!/bin/sh
# Installs what the tests need from the system, where that is possible: Chromium for the browser tests, and fonts so
# that names of the world show. Elsewhere the browser tests say what is missing and are skipped (or fail, with CI=true).
set -eu
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null
else
    echo "tests: no chromium here and no way to install it; the browser tests will be skipped" >&2
fi
