// Logs as runners write them.
const esc = "\u001b[";

export function attemptLog(tests: number): string {
  const lines = [
    `${esc}1m============================= test session starts ==============================${esc}0m`,
    "platform linux -- Python 3.12.4, pytest-8.3.2, pluggy-1.5.0",
    "rootdir: /testlooper/repo",
    `collected ${tests} items`,
    "",
  ];
  for (let i = 1; i <= tests; i++) {
    const name = `tests/test_cache.py::test_entry_survives_${String(i).padStart(2, "0")}`;
    const share = `${Math.round((100 * i) / tests)}%`.padStart(4);
    if (i % 17 === 4) {
      lines.push(`${name} ${esc}31mFAILED${esc}0m ${esc}31m[${share}]${esc}0m`);
      lines.push(`${esc}1m${esc}31mE   AssertionError: assert 3 == 4${esc}0m`);
      lines.push(`${esc}38;5;208mWARNING${esc}0m retry in ${esc}38;2;90;160;255m2 s${esc}0m`);
    } else {
      lines.push(`${name} ${esc}32mPASSED${esc}0m ${esc}32m[${share}]${esc}0m`);
    }
  }
  lines.push("<img src=x onerror=alert(1)> is text", "\tindented by a tab", "10%\r50%\r100% done");
  lines.push(`${esc}44;97m a filled heading ${esc}0m`, `${esc}2Jno clearing ${esc}Kof lines`);
  return `${lines.join("\n")}\n`;
}

export function imageLog(): string {
  const lines = ["Step 1/4 : FROM python:3.12", " ---> 2f9a1bc0d3e4"];
  for (let i = 1; i <= 60; i++) lines.push(`Collecting package-${i}==1.${i}.0`);
  lines.push("Successfully built 77ab12cd9e01");
  return `${lines.join("\n")}\n`;
}

// A log of about so many bytes, for what is slow with much text.
export function longLog(size: number): string {
  const out: string[] = [];
  let total = 0;
  for (let i = 0; total < size; i++) {
    const line =
      i % 1000 === 999
        ? `${esc}31mERROR${esc}0m needle ${i}: connection reset by peer while reading block ${i * 7}\n`
        : `2024-05-01T12:00:${String(i % 60).padStart(2, "0")} worker ${i % 8}: block ${i * 7} done in ${i % 13} ms\n`;
    out.push(line);
    total += line.length;
  }
  return out.join("");
}
