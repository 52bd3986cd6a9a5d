#!/bin/sh
# Runs the engine's tests from the bundle on CUDA, or on the engines of YOLOFIT_ENGINES, without libtorch.
#
# Usage: bench/gpu-host/run-tests.sh REPORT_FOLDER [selector of JUnit's console, such as
#            --select-class=io.yolofit.engine.agreement.OpAgreementTest]
#
# REPORT_FOLDER then holds output.txt (what was printed), summary.txt (its end: counts, and what failed, skipped or
# took long) and TEST-junit-jupiter.xml. The exit status is that of the tests: 0 passed, 1 failed, 2 none found.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
[ $# -gt 0 ] || { echo "usage: $0 REPORT_FOLDER [selector ...]" >&2; exit 2; }
report=$1
shift
[ $# -gt 0 ] || set -- --select-package=io.yolofit.engine
mkdir -p "$report"
xml=$unpacked/report
rm -rf "$xml"

# Tests of the CPU engine need libtorch: they are those named Cpu*, those of its package, and the second opinion of
# libtorch's autograd.
status=0
YOLOFIT_JAVA_OPTS="-Dyolofit.engines=${YOLOFIT_ENGINES:-cuda} ${YOLOFIT_JAVA_OPTS:-}"
run_java "$(class_path "$unpacked/classes/engine-tests:")" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \
    --details=summary --exclude-classname='.*\.(cpu\..*|Cpu\w*|AutogradTest)' --include-classname='.*Test' \
    --fail-if-no-tests --reports-dir="$xml" "$@" > "$report/output.txt" 2>&1 || status=$?

{
    grep '^  JUnit' "$report/output.txt" | head -n 60 # those that failed
    tail -n 14 "$report/output.txt"
    echo
    echo "skipped, by reason:"
    sed -n 's/.*<skipped><!\[CDATA\[\([^]]*\).*/\1/p' "$xml"/*.xml | sed 's/^.*Exception: //' | sort | uniq -c
} > "$report/summary.txt"
cp "$xml"/*.xml "$report" 2>/dev/null || true
cat "$report/summary.txt"
exit "$status"
