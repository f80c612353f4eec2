FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends cmake g++ libgtest-dev make \
    && rm -rf /var/lib/apt/lists/*
