"""startup: starts the application ROUNDS times each way and prints what it took. Runs as root on the instance.

startup.py ROUNDS systemd [docker]. PSS is the private memory of a process plus its part of the shared memory. RSS counts shared memory in each process.
"""

import glob
import http.client
import os
import statistics
import subprocess
import sys
import time

UNIT, NAME, PORT = "crypto-webapp.service", "bench-webapp", 5000


def output_of(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def answers():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def started(*words):
    """Seconds from the command's start to the first 200."""
    begun = time.monotonic()
    starting = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while not answers():
        if time.monotonic() - begun > 60:
            sys.exit("no answer within 60 s of: " + " ".join(words))
        time.sleep(0.002)
    took = time.monotonic() - begun
    if starting.wait():
        sys.exit("failed: " + " ".join(words))
    return took


def memory(pids):
    """PSS and RSS in MB, of the processes that still exist."""
    pss = rss = 0
    for pid in pids:
        with open("/proc/%s/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    pss += int(line.split()[1])
                elif line.startswith("Rss:"):
                    rss += int(line.split()[1])
    return pss / 1024, rss / 1024


def processes(*names):
    """The pids of the programs with these names."""
    found = []
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path) as file:
                if file.read().strip() in names:
                    found.append(path.split("/")[2])
        except OSError:
            continue
    return found


def below(pid):
    """A process and all that it started."""
    found = [pid]
    for one in found:
        with open("/proc/%s/task/%s/children" % (one, one)) as file:
            found.extend(file.read().split())
    return found


def under_systemd():
    took = started("systemctl", "start", UNIT)
    for _ in range(10):
        answers()
    main = output_of("systemctl", "show", "-p", "MainPID", "--value", UNIT)
    current = output_of("systemctl", "show", "-p", "MemoryCurrent", "--value", UNIT)
    figures = (took,) + memory(below(main)) + (int(current) / 2**20 if current.isdigit() else None,)
    output_of("systemctl", "stop", UNIT)
    return figures


def make_container():
    release = os.path.realpath("/opt/crypto-robot/current")
    python = os.path.realpath("/opt/crypto-robot/venv") + "/bin/python"
    empty = output_of("bash", "-c", "mkdir -p /tmp/empty/usr /tmp/empty/opt /tmp/empty/tmp /tmp/empty/etc && cd /tmp/empty && "
                 "ln -sfn usr/bin bin && ln -sfn usr/lib lib && ln -sfn usr/lib64 lib64 && cp /etc/passwd /etc/group etc && "
                 "tar -c . | docker import -")
    subprocess.run(["docker", "rm", "--force", NAME], capture_output=True)
    user = "%s:%s" % (output_of("id", "-u", "ec2-user"), output_of("id", "-g", "ec2-user"))
    output_of("docker", "create", "--name", NAME, "--network", "host", "--user", user, "--volume", "/usr:/usr:ro", "--volume",
         "/opt/crypto-robot:/opt/crypto-robot", "--workdir", release, "--env", "PORT=%d" % PORT, "--env", "PYTHONUNBUFFERED=1",
         "--env", "PYTHONDONTWRITEBYTECODE=1", empty, python, "app.py")


def in_container():
    took = started("docker", "start", NAME)
    for _ in range(10):
        answers()
    main = output_of("docker", "inspect", "--format", "{{.State.Pid}}", NAME)
    shim = processes("containerd-shim")
    figures = (took,) + memory(below(main)) + (memory(shim)[0],)
    subprocess.run(["docker", "kill", NAME], check=True, capture_output=True)
    subprocess.run(["docker", "wait", NAME], check=True, capture_output=True)
    return figures


def row(name, values, unit):
    print("  %-44s %8.2f %8.2f %8.2f  %s" % (name, min(values), statistics.median(values), max(values), unit))


def main(rounds, ways):
    subprocess.run(["systemctl", "stop", "crypto-robot.service", UNIT], check=True)
    if "docker" in ways:
        make_container()
    here, there = [], []
    # The first of each is a warm-up: files come into the cache.
    for number in range(rounds + 1):
        one = under_systemd()
        other = in_container() if "docker" in ways else None
        if number:
            here.append(one)
            there.append(other)
    print("%d rounds, %d processors, Python %s" % (rounds, os.cpu_count(), sys.version.split()[0]))
    print("  %-44s %8s %8s %8s" % ("", "min", "median", "max"))
    row("systemd: start to first answer", [one[0] for one in here], "s")
    row("systemd: memory of the application, PSS", [one[1] for one in here], "MB")
    row("systemd: memory of the application, RSS", [one[2] for one in here], "MB")
    if here[0][3] is not None:
        row("systemd: memory of its control group", [one[3] for one in here], "MB")
    if "docker" in ways:
        row("docker: start to first answer", [one[0] for one in there], "s")
        row("docker: memory of the application, PSS", [one[1] for one in there], "MB")
        row("docker: memory of the application, RSS", [one[2] for one in there], "MB")
        row("docker: beside it, the container's shim, PSS", [one[3] for one in there], "MB")
        engine = memory(processes("dockerd", "containerd"))[0]
        print("  %-44s %8s %8.2f %8s  MB" % ("docker: once, dockerd and containerd, PSS", "", engine, ""))
        def ratio(column):
            return statistics.median(one[column] for one in there) / statistics.median(one[column] for one in here)
        print("  docker to systemd: %.2f times the time to the first answer, %.2f times the application's PSS" % (ratio(0), ratio(1)))
        subprocess.run(["docker", "rm", "--force", NAME], check=True, capture_output=True)
    subprocess.run(["systemctl", "start", "crypto-robot.service", UNIT], check=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
