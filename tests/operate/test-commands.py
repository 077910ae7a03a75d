#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: help, settings from file, environment and options, and what is said when something is in the way.
Usage: test-commands.py GENDAN."""
import re
import socket

from gendan import command, init, main, ROOT, Server, settle_in


def refused(words, *needed, env=None, code=1):
    """The command fails with one line that says all of this."""
    result = command(*words, env=env)
    assert result.returncode == code, (words, result)
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("gendan: "), result.stderr
    for words in needed:
        assert words in result.stderr, (words, result.stderr)


def test_help_is_complete(folder):
    usage = command("--help")
    verbs = re.findall(r"^  (\w+) +\S", usage.stdout, re.M)
    assert usage.returncode == 0 and {"serve", "init", "demo", "verify", "config", "password",
                                      "cut"} <= set(verbs), usage.stdout
    keys = re.findall(r"^#([a-z-]+) =", command("config").stdout, re.M)
    for verb in verbs:
        shown = command(verb, "--help")
        assert shown.returncode == 0 and "Usage:" in shown.stdout and not shown.stderr, (verb, shown)
    for verb in ("serve", "demo", "config"):
        shown = command(verb, "--help").stdout
        missing = [key for key in keys if f"--{key}=" not in shown and key != "metrics-token"]
        assert not missing, (verb, missing)
        assert "--metrics-token" not in shown, "a secret is no option: everyone sees the processes' options"
    assert "--data=" in command("init", "--help").stdout and "--port=" not in command("init", "--help").stdout
    assert command("nonsense").returncode == 2 and command().returncode == 2


def test_file_in_packaging_is_current(folder):
    assert (ROOT / "packaging/gendan.conf").read_text() == command("config").stdout


def test_precedence(folder):
    file = folder / "gendan.conf"
    file.write_text("[server]\nport = 1001\nworkers = 9\n[factory]\nzone = -03:30\n")
    shown = command("config", "--config", str(file), "--threads", "7", env={"GENDAN_PORT": "1002"}).stdout
    for line in ("port = 1002", "workers = 9", "zone = -03:30", "threads = 7", "#idle-seconds = 30"):
        assert "\n" + line + "\n" in shown, line
    again = folder / "again.conf"
    again.write_text(shown)
    assert command("config", env={"GENDAN_CONFIG": str(again)}).stdout == shown, "what is printed can be read"
    assert "port = 1003\n" in command("config", "--port", "1003", env={"GENDAN_PORT": "1002"}).stdout


def test_wrong_values(folder):
    file = folder / "gendan.conf"

    def wrong_file(text, *needed):
        file.write_text(text)
        refused(["serve", "--config", str(file)], str(file), *needed)

    wrong_file("[server]\nport = many\n", "port is “many”", "from 0 to 65535")
    wrong_file("[server]\nprot = 1\n", "no setting prot in [server]", "public-address")
    wrong_file("[sevrer]\nport = 1\n", "no setting port in [sevrer]", "gendan config")
    wrong_file("port = 1\n", "group")
    wrong_file("[log]\nlog-level = loud\n", "“loud”", "error, warning, info, debug")
    wrong_file("[limits]\nidle-seconds = 0\n", "idle-seconds", "seconds from 1 to 3600")
    refused(["serve", "--config", str(folder / "none")], str(folder / "none"), "No such file")
    refused(["serve", "--port", "65536"], "--port is “65536”", "from 0 to 65535")
    refused(["serve", "--trusted-proxy", "localhost"], "--trusted-proxy", "numeric")
    refused(["serve", "--key", "x"], "certificate is not", "both or neither")
    refused(["password", "--data", str(folder / "d")], "needs LOGIN")
    init(folder / "d")
    refused(["password", "--data", str(folder / "d"), "nobody"], "no active user nobody")
    refused(["serve", "more"], "no argument “more”")
    refused(["serve", "--colour", "red"], "--colour")
    for zone in ("8", "+8:00", "+08:60", "+15:00", "+08:001", "", "*08:00"):
        refused(["init", "--data", str(folder / "x"), "--zone", zone], "--zone", "such as +08:00")
    refused(["init"], "GENDAN_DB_CONNECTIONS is “x”", "from 1 to 1000", env={"GENDAN_DB_CONNECTIONS": "x"})
    secret = command("serve", env={"GENDAN_METRICS_TOKEN": "\udcff-hidden"}).stderr
    assert "GENDAN_METRICS_TOKEN" in secret and "hidden" not in secret, secret


def test_what_is_in_the_way(folder):
    for name in ("a", "c"):
        init(folder / name)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(["serve", "--data", str(folder / "a"), "--port", port], port, "Address already in use",
                "choose another port")
    (folder / "file").write_text("")
    refused(["init", "--data", str(folder / "file" / "x")], "data folder", "Not a directory", "--data")
    refused(["init", "--data", "/proc/gendan"], "data folder /proc/gendan", "own it")
    for verb in (["serve"], ["password", "admin"], ["verify"]):
        refused([*verb, "--data", str(folder / "mistyped")], "no factory in the folder", "mistyped", "--data")
    assert not (folder / "mistyped").exists(), "nothing is made of a typing error"
    refused(["init", "--data", str(folder / "b"), "--db", "postgresql://nobody@127.0.0.1:1/none"], "127.0.0.1",
            "onnect")
    refused(["init", "--data", str(folder / "b"), "--db", "oracle://x"], "oracle", "postgresql://")
    refused(["serve", "--data", str(folder / "a"), "--address", "192.0.2.1", "--port", "0"], "no such address")
    absent = str(folder / "absent.pem")
    refused(["serve", "--data", str(folder / "c"), "--certificate", absent, "--key", absent], absent, "No such file")
    (folder / "wrong.pem").write_text("not a certificate")
    wrong = str(folder / "wrong.pem")
    refused(["serve", "--data", str(folder / "c"), "--port", "0", "--certificate", wrong, "--key", wrong],
            "certificate")


def test_init_prints_the_password_once(folder):
    first = command("init", "--data", str(folder))
    assert first.returncode == 0 and "admin" in first.stdout and "gendan serve" in first.stdout, first
    again = command("init", "--data", str(folder))
    assert again.returncode == 0 and "users already" in again.stdout and "with the password" not in again.stdout, again
    given = re.search(r"password (\S+)", first.stdout).group(1)
    with Server(folder) as server:
        admin = settle_in(server, "admin", given)
        page = admin.get("/")[1]
        for path in re.findall(r'<li><a href="([^"]+)"', page):
            assert admin.get(path)[0] == 200, path
        assert "春节" in admin.get("/calendar?year=2026")[1], "due dates are right from the first day on"
        assert "No public holiday" not in admin.get("/calendar?year=2026")[1]
        assert "No public holiday" in admin.get("/calendar?year=2997")[1]
        assert "Set up the factory" in page and "/new/user.create" in page, "a first administrator is led on"
        admin.post("/new/user.create", login="chen", name="Chen", roles="clerk", _csrf=admin.token(), _key="chen-1")
        assert "Set up the factory" not in admin.get("/")[1]


main(globals())
