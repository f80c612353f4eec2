import { describe, expect, test } from 'vitest';
import { arrival, total } from './cart';

describe('total', () => {
  test('of nothing is 0', () => expect(total([])).toBe(0));
  test.each([
    [1, 3],
    [2, 6],
  ])('of %i at 3 is "%i"', (count, sum) => expect(total([{ price: 3, count }])).toBe(sum));
});

// Flaky on purpose: what takes up to 12 ms does not always come within 10.
test('a delivery arrives in time (10 ms)', async () => {
  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 10));
  expect(await Promise.race([arrival(Math.random() * 12), late])).toBe('arrived');
});
