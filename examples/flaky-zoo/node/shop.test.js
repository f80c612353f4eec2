// Tests that share the process's globals.
const assert = require('assert');

const cache = new Map();

exports.cache_is_cold = () => assert.strictEqual(cache.size, 0); // victim

exports.lookup_fills_the_cache = () => {
  // pollutes
  cache.set('apple', 3);
  assert.strictEqual(cache.get('apple'), 3);
};

exports.totals_add_up = () => assert.strictEqual([1, 2, 3].reduce((a, b) => a + b), 6);

exports.arrays_are_extended = () => {
  // pollutes
  Object.prototype.owner = 'zoo';
  assert.strictEqual([].owner, 'zoo');
};

exports.keys_are_the_own_ones = () => {
  // victim
  const keys = [];
  for (const key in { a: 1 }) keys.push(key);
  assert.deepStrictEqual(keys, ['a']);
};

exports.plugin_is_loaded = () => {
  // sets a state
  globalThis.plugin = { version: 2 };
  assert.ok(globalThis.plugin);
};

exports.plugin_has_a_version = () => assert.strictEqual(globalThis.plugin.version, 2); // brittle
