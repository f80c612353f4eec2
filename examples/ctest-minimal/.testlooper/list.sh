# Tells TestLooper which tests CTest has. Their labels become labels. Tests of one name, in several folders, are one.
sh "$REPO_ROOT"/.testlooper/tests.sh -N -V | awk '
  /^Labels:/ { labels = $0; sub(/^Labels: */, "", labels); gsub(/[",]/, " ", labels); gsub(/ +/, ", ", labels) }
  /^ *Test +#[0-9]+: / {
    sub(/^ *Test +#[0-9]+: /, ""); sub(/ \(Disabled\)$/, ""); gsub(/[\\"]/, "\\\\&")
    if (!known[$0]++) printf "\"%s\": {labels: [%s]}\n", $0, labels
    labels = ""
  }' >"$TEST_LIST"
