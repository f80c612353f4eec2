# plan.sh: prints the test plan. One build makes the test programs of the layers that need neither docker nor
# npm; each of these layers is a suite. How GoogleTest's tests are listed and run is the C++ example's.
layers='core codec lab retention layers'
programs=$(printf '%s_tests ' $layers)

cat <<PLAN
version: 1
environments:
  debian:
    image: {docker: {dockerfile: .testlooper/Dockerfile}}
    min-cores: 2
    min-ram-gb: 4
  small:
    image: {docker: {dockerfile: .testlooper/Dockerfile}}
builds:
  tests:
    environment: debian
    inputs: [CMakeLists.txt, CMakePresets.json, cmake, include, src, tests, bench]
    command: |
      cmake --preset quick
      cmake --build build/quick -j 2 --target $programs
      cd build/quick/tests && cp $programs "\$BUILD_OUTPUT"
suites:
PLAN
for layer in $layers; do
  cat <<SUITE
  $layer:
    kind: unit
    environment: small
    dependencies: {tests: /built}
    list-tests: sh examples/cpp-build/.testlooper/list.sh /built/${layer}_tests
    run-tests: sh examples/cpp-build/.testlooper/run.sh /built/${layer}_tests
    timeout: 300
SUITE
done
