#!/bin/sh
# Runs the tests of the engines and the trainer of the bundle on CUDA, without libtorch.
#
# Usage: bench/gpu-host/run-tests.sh REPORT_FOLDER [selector of JUnit's console, such as
#            --select-class=io.yolofit.engine.agreement.OpAgreementTest or --select-package=io.yolofit.train]
#
# YOLOFIT_ENGINES     engines of -Dyolofit.engines; default: cuda
# YOLOFIT_REFERENCE   folder of -Dyolofit.reference, which contains golden and trajectory; default: the bundle's
#
# Writes to REPORT_FOLDER: output.txt (start and end of each test, reasons of failures), summary.txt (counts, failures,
# skipped tests by reason) and TEST-junit-jupiter.xml.gz; after a crash also hs_err.log, and output.txt ends with the
# test that crashed. Exit status: 0 passed, 1 failed, 2 no tests found, 3 skipped because there is no CUDA device.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/unpack.sh"
[ $# -gt 0 ] || { echo "usage: $0 REPORT_FOLDER [selector ...]" >&2; exit 2; }
report=$1
shift
[ $# -gt 0 ] || set -- --select-package=io.yolofit.engine --select-package=io.yolofit.train
reference=${YOLOFIT_REFERENCE:-$reference}
[ -z "$reference" ] || [ -d "$reference" ] || {
    echo "YOLOFIT_REFERENCE=$reference is not a folder; name the folder that contains golden and trajectory" >&2
    exit 2
}
mkdir -p "$report"
xml=$unpacked/report
rm -rf "$xml"

# Tests that need libtorch are excluded: classes named Cpu*, the package cpu, the comparison with libtorch's autograd.
status=0
YOLOFIT_JAVA_OPTS="-XX:ErrorFile=$report/hs_err.log -Dyolofit.engines=${YOLOFIT_ENGINES:-cuda} \
    -Dyolofit.reference=$reference ${YOLOFIT_JAVA_OPTS:-}"
run_java "$(class_path "$test_classes")" \
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
