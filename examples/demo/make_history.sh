#!/bin/sh
# Makes the demo's repository: examples/demo/make_history.sh DEST.git
#
# Each folder of history/ is a commit: `commit` says who, when, on which branch, and the message;
# `files` lie over those of the commit before. Names and dates are fixed, so the ids are the same on
# every machine.
set -eu
if [ $# != 1 ] || [ -z "$1" ]; then
  echo "usage: $0 DEST.git" >&2
  exit 2
fi
if [ -e "$1" ]; then
  echo "error: $1 exists already" >&2
  exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$(dirname "$1")"
dest=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d "$dest.making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Nothing of this machine's git: no signatures, no hooks, no other names.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TEMPLATE_DIR=
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

field() { sed -n "1,/^\$/s/^$2: //p" "$1/commit"; }
message() { sed '1,/^$/d' "$1/commit"; }

on_branch() { # name, and where it begins
  if git rev-parse -q --verify "refs/heads/$1" >/dev/null; then
    git checkout -q "$1"
  else
    git checkout -q -b "$1" ${2:+"$2"}
  fi
}

commit_step() { # folder
  author=$(field "$1" author)
  export GIT_AUTHOR_NAME="${author% <*}" GIT_COMMITTER_NAME="${author% <*}"
  email=${author#*<}
  export GIT_AUTHOR_EMAIL="${email%>}" GIT_COMMITTER_EMAIL="${email%>}"
  GIT_AUTHOR_DATE=$(field "$1" date)
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
  on_branch "$(field "$1" branch)" "$(field "$1" from)"
  merged=$(field "$1" merge)
  if [ -n "$merged" ]; then
    git merge -q --no-ff -m "$(message "$1")" "$merged"
  else
    cp -R "$1/files/." .
    git add -A
    message "$1" | git commit -q -F -
  fi
}

git init -q -b main "$work/tree"
cd "$work/tree"
for step in "$here"/history/*/; do commit_step "${step%/}"; done
git clone -q --bare "$work/tree" "$work/bare"
git --git-dir="$work/bare" remote remove origin
git --git-dir="$work/bare" symbolic-ref HEAD refs/heads/main
mv "$work/bare" "$dest"
