// A shopping cart: what is in it, and what it costs.
exports.total = (items) => items.reduce((sum, { price, count }) => sum + price * count, 0);

exports.arrival = async (delay) => {
  await new Promise((resolve) => setTimeout(resolve, delay));
  return 'arrived';
};
