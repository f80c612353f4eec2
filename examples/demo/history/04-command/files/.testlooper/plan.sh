#!/bin/sh
# Writes TestLooper's plan: which suites there are, and how each lists and runs its tests.
set -eu

cat >"$TEST_PLAN_OUTPUT" <<'PLAN'
version: 1
environments:
  plain:
    image:
      docker:
        image: testlooper-demo-base:1
  shop:
    image:
      docker:
        dockerfile: .testlooper/shop.Dockerfile
    variables:
      SHOP_DATA: /tmp/shop
builds:
suites:
  unit:
    kind: unit
    environment: plain
    dependencies:
    list-tests: sh tests/list.sh tests/unit >"$TEST_LIST"
    run-tests: sh tests/run.sh tests/unit "$TEST_OUTPUT" "${TEST_INPUT:-}"
    timeout: 60
  integration:
    kind: unit
    environment: shop
    dependencies:
    list-tests: sh tests/list.sh tests/integration >"$TEST_LIST"
    run-tests: sh tests/run.sh tests/integration "$TEST_OUTPUT" "${TEST_INPUT:-}"
    timeout: 60
PLAN
