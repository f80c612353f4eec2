// A shopping cart: what is in it, and what it costs.
export const total = (items) => items.reduce((sum, { price, count }) => sum + price * count, 0);

export const arrival = async (delay) => {
  await new Promise((resolve) => setTimeout(resolve, delay));
  return 'arrived';
};
