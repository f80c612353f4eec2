# The machine behind the counter: what the integration tests find there is what the shop has.
FROM testlooper-demo-base:1
COPY tests/integration/fixtures /srv/shop
