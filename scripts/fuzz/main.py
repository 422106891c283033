"""Starts the daemon, lets schemathesis loose on it, twice, and sums up; see scripts/fuzz.sh."""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import kakao
from community import Community
from exceptions import EXCEPTIONS

HERE = Path(__file__).resolve().parent
RUN = HERE.parent.parent / "target" / "fuzz" / "run"
CONFIG = RUN / "schemathesis.toml"
GREETING = RUN / "daemon.out"
LOG = RUN / "daemon.log"
START_PATIENCE = 60
STOP_PATIENCE = 60
# What schemathesis may take beyond its time: its last requests, shrinking, the report.
END_PATIENCE = 180


def main() -> int:
    options = arguments()
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True)
    # A stopped script still stops its daemon.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {options.seed}, {options.minutes} minutes; log and reports in {RUN}", flush=True)
    with tempfile.TemporaryDirectory(prefix="zaro-fuzz-") as data, running(options.binary, Path(data)) as (daemon, url):
        results = fuzz(url, Path(data) / "outbox", options)
        alive = daemon.poll() is None
    return summary(results, alive, options.seed)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    return parser.parse_args()


@contextmanager
def running(binary: Path, data: Path):
    """The daemon with a demo community, on a port of the system's choice, without the settings of whoever calls."""
    settings = {
        "ZARO_DATA_DIR": str(data),
        "ZARO_LISTEN": "127.0.0.1:0",
        "ZARO_OPERATOR_LISTEN": "off",
        "ZARO_POLICY_FILE": str(HERE / "policy.toml"),
        "ZARO_KAKAO_URL": kakao.serve(),
        "ZARO_KAKAO_APP_ID": str(kakao.APP_ID),
        "ZARO_SCHEDULER": "off",
        "ZARO_LOG_FORMAT": "json",
        "RUST_BACKTRACE": "1",
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ZARO_")}
    with GREETING.open("w") as out, LOG.open("w") as log:
        daemon = subprocess.Popen([binary.resolve(), "--demo"], env=outside | settings, stdout=out, stderr=log)
    try:
        yield daemon, address(daemon)
    finally:
        stop(daemon)


def address(daemon) -> str:
    """Where the daemon listens, as soon as it does."""
    deadline = time.monotonic() + START_PATIENCE
    while not (found := re.search(r"listens on (http\S+)\n", GREETING.read_text())):
        if daemon.poll() is not None or time.monotonic() > deadline:
            sys.exit("the daemon does not start:\n" + LOG.read_text())
        time.sleep(0.05)
    return found[1]


def stop(daemon):
    daemon.terminate()
    try:
        daemon.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def fuzz(url: str, outbox: Path, options) -> dict:
    """What each identity met."""
    community = Community(url, outbox, "fuzz")
    member, other = community.join(), community.join()
    write_config(community.furnish(member, other) | {"kakao_tokens": [kakao.TOKEN]})
    told = {"url": url, "outbox": str(outbox)}
    return {
        # The longer share: there is more to reach.
        "signed in": run("signed in", 0.65, told | {"member": member.email}, [], options),
        # That most operations refuse who has not signed in is no news.
        "anonymous": run("anonymous", 0.35, told | {"member": None}, ["--warnings", "off"], options),
    }


def write_config(words: dict[str, list]):
    lines = [f"{name} = {{ values = {json.dumps(values, ensure_ascii=False)} }}" for name, values in words.items()]
    CONFIG.write_text((HERE / "schemathesis.toml").read_text() + "\n[dictionaries]\n" + "\n".join(lines) + "\n")


def run(identity: str, share: float, told: dict, flags: list[str], options) -> dict:
    """One run of schemathesis, for its share of the time."""
    print(f"\n== {identity}", flush=True)
    folder = RUN / identity.replace(" ", "-")
    folder.mkdir()
    report, tally = folder / "report.json", folder / "tally.json"
    seconds = max(round(options.minutes * 60 * share), 1)
    command = [
        *(Path(sys.executable).parent / "schemathesis", "--no-color", "--config-file", CONFIG),
        *("run", f"{told['url']}/swagger-ui/openapi.json", "--checks", "all"),
        *("--phases", "examples,coverage,fuzzing,stateful", "--max-time", str(seconds), "--seed", str(options.seed)),
        *("--report-json-path", report, *flags),
    ]
    env = os.environ | {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "ZARO_FUZZ_RUN": json.dumps(told | {"tally": str(tally)}),
    }
    try:
        code = subprocess.run(command, cwd=folder, env=env, timeout=seconds + END_PATIENCE, check=False).returncode
    except subprocess.TimeoutExpired:
        code = "a timeout"
    return {
        "exit": code,
        "report": json.loads(report.read_text()) if report.exists() else None,
        "tally": json.loads(tally.read_text()) if tally.exists() else {"answers": {}, "used": {}},
    }


def summary(results: dict, alive: bool, seed: int) -> int:
    """Prints what happened, and whether it is good enough."""
    print(f"\n== summary (seed {seed})")
    problems = [] if alive else ["the daemon died"]
    heads = f"{'cases':>8}{'answers':>9}{'2xx':>7}{'3xx':>6}{'4xx':>8}{'5xx':>5}{'operations with 2xx':>21}"
    print(f"{'':9}{heads}{'findings':>10}")
    for identity, result in results.items():
        problems += row(identity, result)
    print_exceptions(sum((Counter(result["tally"]["used"]) for result in results.values()), Counter()))
    errors = [line for line in LOG.read_text().splitlines() if '"level":"ERROR"' in line or "panicked" in line]
    if errors:
        problems.append(f"the daemon logged {len(errors)} errors, the first: {errors[0]}")
    for problem in problems:
        print(f"FAILED: {problem}")
    print(f"repeat with: scripts/fuzz.sh --seed {seed}" if problems else "no finding")
    return 1 if problems else 0


def row(identity: str, result: dict) -> list[str]:
    """Prints the numbers of one identity and answers what is wrong with them."""
    answers, report = result["tally"]["answers"], result["report"]
    if not report or not report["operations"]:
        return [f"{identity}: schemathesis tested nothing and ended with {result['exit']}"]
    classes = Counter()
    for counts in answers.values():
        for status, times in counts.items():
            classes[status[0]] += times
    reached = {label for label, counts in answers.items() if any(status[0] == "2" for status in counts)}
    total, tested = report["operations"]["total"], report["operations"]["tested"]
    cases, findings = report["test_cases"]["generated"], report["test_cases"]["unique_failures"]
    print(
        f"{identity:9}{cases:8}{classes.total():9}{classes['2']:7}{classes['3']:6}{classes['4']:8}{classes['5']:5}"
        f"{f'{len(reached)} of {total}':>21}{findings:10}"
    )
    problems = []
    if result["exit"] != 0:
        errors = len(report["errors"])
        problems.append(f"{identity}: {findings} findings, {errors} errors, schemathesis ended with {result['exit']}")
    if tested < total:
        problems.append(f"{identity}: there was time for {tested} of {total} operations only")
    if identity == "signed in":
        print(f"  never with 2xx: {', '.join(sorted(set(answers) - reached))}")
        if len(reached) * 2 < total:
            problems.append(f"{identity}: most operations never answered 2xx, so little was tested")
    return problems


def print_exceptions(used: Counter):
    print("exceptions:")
    for number, known in enumerate(EXCEPTIONS):
        times = used[str(number)]
        print(f"{times:7} × {known}" if times else f"{'unused':>7}   {known}")


if __name__ == "__main__":
    sys.exit(main())
