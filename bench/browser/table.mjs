// Quantiles, and the table that people read, and the line for machines.
export class Table {
  #line = [];
  #missed = [];

  constructor(name) {
    this.name = name;
    console.log(`${'what'.padEnd(56)} ${'target'.padStart(10)} ${'measured'.padStart(12)}`);
  }

  // Fails where the value is above `most`; without one, it only tells.
  add(key, what, value, unit, most) {
    const text = `${Number.isInteger(value) ? value : value.toFixed(value < 1 ? 3 : 1)} ${unit}`.trim();
    const target = most === undefined ? '' : `${most} ${unit}`.trim();
    const ok = most === undefined || value <= most;
    console.log(`${what.padEnd(56)} ${target.padStart(10)} ${text.padStart(12)}${ok ? '' : '  missed'}`);
    this.#line.push(`${key}=${Number(value.toFixed(3))}`);
    if (!ok) this.#missed.push(key);
  }

  finish() {
    const missed = this.#missed.length > 0 ? ` missed=${this.#missed.join(',')}` : '';
    console.log(`${this.name} ${this.#line.join(' ')}${missed}`);
    return this.#missed.length === 0 ? 0 : 1;
  }
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
export const median = (values) => quantile(values, 0.5);
