// Tests that depend on what surrounds the process.
const assert = require('assert');
const os = require('os');

exports.epoch_begins_at_midnight = () => assert.strictEqual(new Date(0).getHours(), 0); // zone

exports.price_has_a_point = () => assert.strictEqual((1.5).toLocaleString(), '1.5'); // locale

exports.tomorrow_is_in_this_month = () => {
  // time
  const today = new Date();
  const tomorrow = new Date(today.getTime() + 24 * 60 * 60 * 1000);
  assert.ok(today.getMonth() === tomorrow.getMonth() || today.getDate() < 29);
};

exports.has_an_address = () => {
  // network
  const all = Object.values(os.networkInterfaces()).flat();
  assert.ok(all.some((each) => !each.internal));
};

exports.large_buffer = () => {
  // memory
  const buffer = Buffer.alloc(160 << 20, 1);
  assert.strictEqual(buffer[buffer.length - 1], 1);
};

exports.draws_small = () => assert.ok(Math.random() < 0.6); // seed

exports.upper_case = () => assert.strictEqual('zoo'.toUpperCase(), 'ZOO');

exports.json_round_trip = () => assert.deepStrictEqual(JSON.parse('{"a":[1]}'), { a: [1] });
