# Has a server diagnose the tests of the zoo, a few at once, and compares its verdicts with the causes that are known.
#   zoo.py URL TOKEN CAUSES [WORD...]     TOKEN: a file with the admin's; only tests whose ids have one of the words
import json
import sys
import time
import urllib.request

AT_ONCE = 8
NOBODY = {"never_failed", "always_failed", "random", "undecided", "cannot_run", ""}

url, token_file, causes_file, *words = sys.argv[1:]
with open(token_file) as file:
    HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer " + file.read().strip()}


def api(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + "/api/v1" + path, data, HEADERS)
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def is_right(wanted, page):
    verdict = page["experiment"]["verdict"]
    if verdict not in [wanted["cause"], *wanted.get("also", [])]:
        return False
    return "tests" not in wanted or sorted(page["diagnosis"]["tests"]) == sorted(wanted["tests"])


with open(causes_file) as file:
    causes = [each for each in json.load(file) if not words or any(word in each["test"] for word in words)]
waiting, running, right, blamed, stable, runs = list(causes), {}, 0, 0, 0, 0
began = time.monotonic()
while waiting or running:
    while waiting and len(running) < AT_ONCE:
        each = waiting.pop(0)
        done = api("/experiments", {"kind": "diagnose", "repo": "zoo", "test": each["test"], "requested_by": "bench"})
        running[done["id"]] = each
    time.sleep(1)
    # One question for all, as what asks often takes from what is measured.
    going = {each["id"] for each in api("/experiments?standing=running&limit=100")["experiments"]}
    for number, each in list(running.items()):
        if number in going:
            continue
        page = api(f"/experiments/{number}")
        del running[number]
        verdict, good = page["experiment"]["verdict"], is_right(each, page)
        right += good
        runs += page["experiment"]["runs"]
        if each["cause"] == "never_failed":
            stable += 1
            blamed += verdict not in NOBODY
        print(
            f"{'right' if good else 'WRONG':5} {page['experiment']['runs']:5} runs {page['ran_ms'] / 1000:5.0f} s"
            f"  {each['test']}  {verdict}"
            f"  ({each['cause']})  {page['experiment']['answer']}",
            flush=True,
        )
share = right / max(1, len(causes))
missed = [name for name, ok in (("right", share >= 0.9), ("blamed", blamed == 0)) if not ok]
print(
    f"diagnose-zoo tests={len(causes)} right={right} share={share:.3f} stable={stable} stable_blamed={blamed}"
    f" runs={runs} seconds={time.monotonic() - began:.0f}" + (f" missed={','.join(missed)}" if missed else "")
)
sys.exit(1 if missed else 0)
