#!/bin/sh
# Runs the engine's tests from the bundle on CUDA, or on the engines of YOLOFIT_ENGINES, without libtorch.
#
# Usage: bench/gpu-host/run-tests.sh REPORT_FOLDER [selector of JUnit's console, such as
#            --select-class=io.yolofit.engine.agreement.OpAgreementTest]
#
# REPORT_FOLDER then holds output.txt (each test as it begins and ends, and why it failed), summary.txt (the counts, what
# failed, what was skipped and why) and TEST-junit-jupiter.xml.gz; after a crash hs_err.log, and output.txt ends with the
# test that crashed. The exit status is that of the tests: 0 passed, 1 failed, 2 none found, 3 skipped as
# there is no CUDA device.
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
YOLOFIT_JAVA_OPTS="-XX:ErrorFile=$report/hs_err.log -Dyolofit.engines=${YOLOFIT_ENGINES:-cuda} ${YOLOFIT_JAVA_OPTS:-}"
run_java "$(class_path "$unpacked/classes/engine-tests:")" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \
    --details=testfeed --exclude-classname='.*\.(cpu\..*|Cpu\w*|AutogradTest)' --include-classname='.*Test' \
    --fail-if-no-tests --reports-dir="$xml" "$@" > "$report/output.txt" 2>&1 || status=$?

{
    grep ':: FAILED' "$report/output.txt" | head -n 60 || true
    tail -n 14 "$report/output.txt"
    echo
    echo "skipped, by reason:"
    sed -n 's/^.*TestAbortedException: //p' "$report/output.txt" | sort | uniq -c
} > "$report/summary.txt"
results=TEST-junit-jupiter.xml
[ ! -e "$xml/$results" ] || gzip -c "$xml/$results" > "$report/$results.gz"
cat "$report/summary.txt"
if [ "$status" = 0 ] && grep -q 'TestAbortedException: .*no CUDA device' "$report/output.txt"; then
    status=3
fi
exit "$status"
