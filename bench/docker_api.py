"""What docker itself costs: containers made, attached to, started, waited for and removed through its API alone.

    docker_api.py PARALLEL RUNS IMAGE RUNTIME

As the server makes them (requests.cpp), but with nothing of it: each of PARALLEL threads has a network of its own from a container that
stays, a shim with it where docker passes that on, and one kept connection for calls; it runs `true` RUNS / PARALLEL times. No way to give
each run a container of its own is quicker.
"""
import http.client
import json
import socket
import sys
import threading

SOCKET = "/var/run/docker.sock"
LIMITS = {
    "Memory": 2 << 30, "MemorySwap": 2 << 30, "PidsLimit": 2048, "ShmSize": 256 << 20, "IpcMode": "private",
    "CapDrop": ["ALL"], "CapAdd": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL"],
    "SecurityOpt": ["no-new-privileges"], "LogConfig": {"Type": "none"}, "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}],
}


def in_group(group, host):
    return dict(host, Runtime=sys.argv[4], Annotations={"io.containerd.runc.v2.group": group})


class Docker(http.client.HTTPConnection):
    def __init__(self):
        super().__init__("docker")

    def connect(self):
        self.sock = connect()

    def send_only(self, method, path, body=None):
        self.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})

    def call(self, method, path, body=None):
        self.send_only(method, path, body)
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 400:
            sys.exit(f"{method} {path}: {text.decode()}")
        return json.loads(text) if text else None

    def create(self, image, command, host):
        body = {"Image": image, "Entrypoint": command, "OpenStdin": True, "StdinOnce": True,
                "AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Labels": {"testlooper.bench": "1"},
                "HostConfig": host}
        return self.call("POST", "/containers/create", body)["Id"]


def connect():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(SOCKET)
    return connection


def run_once(docker, image, network, group):
    container = docker.create(image, ["true"], in_group(group, dict(LIMITS, NetworkMode="container:" + network)))
    attached = connect()
    attached.sendall(f"POST /containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: docker\r\n"
                     "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode())
    attached.recv(4096)
    waiter = Docker()
    waiter.send_only("POST", f"/containers/{container}/wait?condition=next-exit")
    # Docker answers once it watches; an end before that would be waited for in vain.
    end = waiter.getresponse()
    docker.call("POST", f"/containers/{container}/start")
    while attached.recv(65536):
        pass
    end.read()
    waiter.close()
    docker.call("DELETE", f"/containers/{container}?force=1&v=1")


def main():
    parallel, runs, image = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    docker = Docker()
    networks = []
    try:
        for _ in range(parallel):
            group = f"testlooper-bench{len(networks)}"
            networks.append(docker.create(image, ["sleep", "1000"], in_group(group, {"NetworkMode": "none"})))
            docker.call("POST", f"/containers/{networks[-1]}/start")
        print("ready", flush=True)
        sys.stdin.readline()

        def worker(number, network):
            own = Docker()
            for _ in range(runs // parallel):
                run_once(own, image, network, f"testlooper-bench{number}")

        threads = [threading.Thread(target=worker, args=each) for each in enumerate(networks)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        print("done", flush=True)
    finally:
        for each in networks:
            Docker().call("DELETE", f"/containers/{each}?force=1")


if __name__ == "__main__":
    main()
