#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting up and installing: make run, make install, the service, the container's list of libraries, and what is said
when something is in the way. Usage: test-install.py GENDAN BUILD."""
import os
import re
import signal
import socket
import subprocess
import sys

from gendan import GENDAN, ROOT, Browser, Server, main

BUILD = sys.argv[2]


def run(*words, **env):
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=120,
                          env={**os.environ, **env})


def make(*words):
    return ["make", "-s", f"BUILD={BUILD}", "run", *words]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_make_run(folder):
    with Server(folder / "data", "--bare", verb="demo"):  # made already: the start is quick
        pass
    port = free_port()
    process = subprocess.Popen(make(f"PORT={port}", f"DATA={folder / 'data'}"), cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    said = ""
    for line in process.stdout:
        said += line
        if "serves on" in line:
            break
    try:
        assert f"http://127.0.0.1:{port}" in said, said
        for login in ("admin", "clerk", "finance", "gm", "dealer"):
            assert re.search(rf"^ +{login} ", said, re.M), (login, said)
        password = re.search(r"password (\S+):", said).group(1)
        assert Browser(f"http://127.0.0.1:{port}").log_in("gm", password)[0] == 303
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_make_run_says_what_is_in_the_way(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(*make(f"PORT={port}", f"DATA={folder / 'new'}"))
        lines = [line for line in result.stderr.splitlines() if line.startswith("gendan: ")]
        assert result.returncode and len(lines) == 1 and str(port) in lines[0], result
    result = run(*make("PORT=0", f"DATA={folder}", "DB=postgresql://nobody@127.0.0.1:1/none"))
    lines = [line for line in result.stderr.splitlines() if line.startswith("gendan: ")]
    assert result.returncode and len(lines) == 1 and "port 1 failed" in lines[0], result
    (folder / "file").write_text("")
    result = run(*make("PORT=0", f"DATA={folder / 'file' / 'x'}"))
    assert result.returncode and "gendan: cannot make the data folder" in result.stderr, result


def test_setup_on_another_system(folder):
    release = folder / "os-release"
    for text, name in (('ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\n', "11 (bullseye)"),
                       ('ID=ubuntu\nVERSION_ID="12"\nPRETTY_NAME="Ubuntu 12"\n', "Ubuntu 12"), ("", "no Debian")):
        release.write_text(text)
        result = run("packaging/setup", OS_RELEASE=str(release))
        assert result.returncode == 1 and result.stderr.count("\n") == 1, result
        assert name in result.stderr and "Debian 12" in result.stderr, result.stderr
    result = run("packaging/setup")
    assert result.returncode == 0 and result.stderr == "", result


def test_npm_without_network(folder):
    result = run("node", "src/web/packages.mjs", "src/web", str(folder / "modules"), npm_config_fetch_retries="0",
                 npm_config_cache=str(folder / "cache"), npm_config_registry="http://127.0.0.1:1/")
    assert result.returncode == 1 and result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("gendan: npm could not install"), result.stderr


def install(folder):
    result = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", str(folder))
    assert result.returncode == 0, result
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def test_make_install(folder):
    files = install(folder)
    by_name = {name.rsplit("/", 1)[-1]: path for name, path in files.items()}
    program, service = by_name["gendan"], by_name["gendan.service"].read_text()
    start = re.search(r"^ExecStart=(\S+) serve --config (\S+)$", service, re.M)
    assert str(program) == str(folder) + start.group(1), "the service starts the installed program"
    conf = folder / start.group(2)[1:]
    assert "\ndata = /var/lib/gendan\n" in conf.read_text() and "StateDirectory=gendan" in service
    shown = subprocess.run([program, "config", "--config", conf], capture_output=True, text=True, check=True).stdout
    assert shown == conf.read_text()
    assert "u gendan" in next(path for name, path in files.items() if "sysusers.d" in name).read_text()
    for hardening in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=\n"):
        assert hardening in service, hardening
    conf.write_text("[server]\nport = 8443\n")
    install(folder)
    assert conf.read_text() == "[server]\nport = 8443\n", "an upgrade keeps what was set"
    assert "data = /var/lib/gendan" in conf.with_name("gendan.conf.new").read_text()


def test_container_has_every_library(folder):
    text = (ROOT / "packaging/Dockerfile").read_text()
    named = re.search(r"^  (libglib2.*?)\\\n  && rm", text, re.M | re.S).group(1).replace("\\", " ").split()
    held = run("apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
               "--no-replaces", "--no-enhances", *named).stdout
    known = set(re.findall(r"^(\w\S*)$", held, re.M))
    assert set(named) <= known, set(named) - known
    needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", GENDAN).stdout)
    for name, library in re.findall(r"(\S+) => (\S+)", run("ldd", GENDAN).stdout):
        if name not in needed or "san.so" in name:  # packages bring what they need; nobody installs a sanitizer
            continue
        paths = library, "/usr" + library, library.removeprefix("/usr")
        owners = [run("dpkg-query", "-S", path).stdout for path in paths]
        package = next(owner for owner in owners if owner).split(":")[0]
        assert package in known, (library, package)


def test_container_takes_nothing_made_here(folder):
    """A folder of an earlier build would be taken for the container's own, and its options for those asked for."""
    kept_out = set((ROOT / ".dockerignore").read_text().split("\n"))
    for made in (ROOT / ".gitignore").read_text().split():
        assert made.strip("/") in kept_out or "**/" + made.strip("/") in kept_out, made
    build = re.search(r"meson setup (\S+)", (ROOT / "packaging/Dockerfile").read_text()).group(1)
    assert any(re.fullmatch(line.replace("*", ".*"), build) for line in kept_out if line), build


main(globals())
