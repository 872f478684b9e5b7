#!/usr/bin/env python3
"""day.py SECONDS EVENTS.json : lets every actor of the sample day act, each from its own address, and notes when it did.

What an actor is stands in `actors()`: its kind (benign, scan-ports, scan-web, scan-vuln, exploit-attempt), its tool, address,
start in seconds, command. Scanners send real probes to the laboratory's own servers; an exploit attempt is the shape of a
request only, sent to a static page or a page that does nothing."""
import json, os, subprocess, sys, threading, time

LAB = os.path.dirname(os.path.abspath(__file__))
RT = os.environ.get("VEDETTE_LAB", "/var/lib/vedette-lab")
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
WORDS = "/usr/share/dirb/wordlists/common.txt"
DEVICE = "$(ip -o link | grep -oE 'v[0-9a-f]{8}' | head -1)"
SSH = "ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=4"


def router_mac(gateway):
    return f"$(ping -c1 -W1 {gateway} >/dev/null; ip neigh show {gateway} | grep -oE '([0-9a-f]{{2}}:){{5}}[0-9a-f]{{2}}' | head -1)"


def known_paths(seconds):
    """A patient person with a list: one well-known path at a time, with a browser's agent."""
    paths = ".env .git/config actuator/health solr/admin/info/system server-status phpinfo.php wp-login.php .aws/credentials owa/auth/logon.aspx cgi-bin/luci remote/login"
    pause = max(1, (seconds - 60) // len(paths.split()))
    return f"for p in {paths}; do curl -s -m 5 -o /dev/null --path-as-is -A '{BROWSER}' http://198.51.100.10/$p; sleep {pause}; done"


def scanners(seconds):
    end = seconds - 20
    yield dict(kind="scan-ports", tool="masscan", address="198.19.113.31", start=25, technique="two ports over the whole network",
        command=f"masscan -p23,8080 198.51.100.0/24 --rate 40 --wait 2 --interface {DEVICE} --source-ip 198.19.113.31 --router-mac {router_mac('198.19.113.1')}")
    yield dict(kind="scan-ports", tool="zmap", address="198.18.171.9", start=70, technique="one port over the whole network",
        command=f"printf '198.51.100.0/24\\n' >$TMP/net; zmap -q -p 443 -r 30 -c 2 -b /dev/null -w $TMP/net -i {DEVICE} -S 198.18.171.9 -G {router_mac('198.18.128.1')} -o /dev/null")
    yield dict(kind="scan-ports", tool="nmap", address="198.19.113.44", start=55, technique="SYN scan, 100 ports of two hosts",
        command="nmap -n -Pn -sS -F --max-retries 1 198.51.100.10 198.51.100.80")
    yield dict(kind="scan-vuln", tool="nmap", address="198.18.201.77", start=90, technique="service versions; another address follows it", chain="B",
        command="nmap -n -sV -p 22,25,80,143,443 --host-timeout 60s 198.51.100.10,20,30,80")
    yield dict(kind="exploit-attempt", tool="curl", address="198.19.113.150", start=185, chain="B", handover_from="198.18.201.77",
        technique="path traversal of CVE-2021-41773's shape; the server is not vulnerable and refuses",
        command="for p in cgi-bin/.%2e/.%2e/.%2e/.%2e/etc/hosts icons/.%2e/%2e%2e/%2e%2e/etc/hosts; do curl -s -m 5 -o /dev/null --path-as-is http://198.51.100.20/$p; done")
    yield dict(kind="scan-ports", tool="nmap", address="2001:db8:f00d::2d", start=60, technique="IPv6, low addresses",
        namespace="198.19.113.45", command="nmap -6 -n -Pn --max-retries 0 -p 22,80,443,3389 $(for i in $(seq 1 32); do printf '2001:db8:5100::%x ' $i; done)")
    yield dict(kind="scan-ports", tool="nmap", address="198.18.133.20", start=8, technique="one port every few seconds",
        command=f"nmap -n -Pn -sS --scan-delay {max(1, (seconds - 40) // 30)}s --max-retries 0 -p 21,22,23,110,139,445,1433,2222,3306,3389,5432,5900,6379,8000,8080,8443,8888,9000,9200,27017,5060,111,135,5000,7001 198.51.100.20")
    yield dict(kind="scan-web", tool="ffuf", address="198.18.150.66", start=100, technique="word list, browser agent",
        command=f"awk 'NR%19==1' {WORDS} >$TMP/words; ffuf -s -t 2 -p 0.05 -u http://198.51.100.10/FUZZ -w $TMP/words -H 'User-Agent: {BROWSER}'")
    yield dict(kind="scan-web", tool="gobuster", address="198.19.113.52", start=130, chain="A", technique="word list, the tool's own agent",
        command=f"awk 'NR%24==5' {WORDS} >$TMP/words; echo vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php >>$TMP/words; gobuster dir -q -t 2 --delay 50ms -u http://198.51.100.20 -w $TMP/words")
    yield dict(kind="exploit-attempt", tool="curl", address="198.19.113.52", start=175, chain="A", answered_200=True,
        technique="the shape of CVE-2017-9841 at a page that does nothing and answers 200",
        command="curl -s -m 5 -o /dev/null -d lab-probe http://198.51.100.20/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php")
    yield dict(kind="scan-vuln", tool="wapiti", address="198.18.140.12", start=45, technique="a few modules on one page with a parameter",
        command="wapiti -u 'http://198.51.100.20/item.php?id=1' --scope page -m backup,htaccess,exec,file,sql --max-scan-time 1 --flush-session -f txt -o $TMP/report.txt --no-bugreport --store-session $TMP")
    yield dict(kind="scan-vuln", tool="nmap", address="198.19.113.58", start=115, technique="scripts that look for what web servers should not show",
        command="nmap -n -Pn -p 80 --script 'http-git,http-config-backup,http-robots.txt,http-server-header,http-phpmyadmin-dir-traversal' --script-timeout 30s 198.51.100.10 198.51.100.20")
    yield dict(kind="scan-web", tool="whatweb", address="198.18.190.3", start=150, technique="names the software of both sites",
        command="whatweb -q -a 3 http://198.51.100.10/ http://198.51.100.20/")
    yield dict(kind="scan-vuln", tool="curl", address="198.18.222.41", start=15, technique="one well-known path at a time, browser agent", command=known_paths(end))


def visitors(seconds):
    def python(kind, address, start=0, note="", namespace="198.19.113.254"):
        return dict(kind="benign", tool="visitors.py", address=address, start=start, note=note or kind, namespace=namespace,
            command=f"python3 {LAB}/visitors.py {kind} {seconds - start - 6} {address}")

    def every(pause, command):
        return f"end=$(( $(date +%s) + {seconds - pause - 8} )); while [ $(date +%s) -lt $end ]; do {command}; sleep {pause}; done"

    for i in range(30):
        yield python("browse", f"198.18.{(i * 37) % 120 + 1}.{(i * 53) % 250 + 2}", note="a person reading the sites")
    for i in range(4):
        yield python("browse", f"2001:db8:c0de:{i * 7 + 1:x}::{i * 311 + 16:x}", note="a person reading the sites over IPv6")
    for i in range(3):
        yield python("browse", f"198.19.113.{90 + i * 5}", note="a person reading the sites", namespace=f"198.19.113.{90 + i * 5}")
    yield dict(kind="benign", tool="visitors.py", address="198.19.113.200", start=0, namespace="vl-office", note="fifty people behind one address",
        command=f"python3 {LAB}/visitors.py office {seconds - 6} 198.19.113.200")
    yield python("feed", "198.18.77.14", note="feed reader")
    yield python("feed", "198.18.18.201", start=5, note="feed reader")
    yield python("stale", "198.18.61.30", note="asks for a feed that is gone")
    yield python("login", "198.18.93.8", start=20, note="somebody who has forgotten a password")
    for i in range(3):
        yield python("mail", f"198.18.{40 + i}.25", note="mail server and mail reader")
    yield dict(kind="benign", tool="wget", address="198.18.160.5", start=12, note="crawler that follows links and robots.txt",
        command="wget -q -r -l 3 -w 1 --random-wait -P $TMP -U 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' http://198.51.100.10/")
    yield dict(kind="benign", tool="curl", address="198.19.113.160", start=2, note="uptime monitor",
        command=every(10, "curl -s -m 5 -o /dev/null -A 'UptimeRobot/2.0' http://198.51.100.10/; curl -s -m 5 -o /dev/null -A 'UptimeRobot/2.0' http://198.51.100.10/api/status; "
            "for t in 198.51.100.30/25 198.51.100.80/22; do timeout 2 bash -c \": </dev/tcp/$t\"; done; ping -q -c 2 -i 0.2 198.51.100.10 >/dev/null"))
    yield dict(kind="benign", tool="ssh", address="198.19.113.170", start=3, note="administrator", command=every(35, f"{SSH} -i {RT}/ssh/admin root@198.51.100.80"))
    yield dict(kind="benign", tool="ssh", address="198.18.130.171", start=6, note="a job whose key is no longer accepted", command=every(20, f"{SSH} deploy@198.51.100.80 true"))
    for i, name in enumerate(["www.example.org", "mail.example.org MX", "example.org MX"]):
        yield dict(kind="benign", tool="dig", address=f"198.18.{129 + i}.53" if i else "198.19.113.53", start=1 + i, note="resolver",
            command=every(6 + i, f"dig +tries=1 +time=2 @198.51.100.40 {name} >/dev/null"))
    for i in range(3):
        yield dict(kind="benign", tool="hping3", address=f"198.19.113.{180 + i}", start=30 + i * 40, note="backscatter: answers to packets that somebody else sent in our name",
            command="for h in 71 133 202 96 250; do hping3 -q -n -S -A -s 80 -k -p $((20000 + h * 97)) -c 1 198.51.100.$h >/dev/null 2>&1; done; true")


def run(actor, began):
    time.sleep(max(0, began + actor["start"] - time.time()))
    namespace = actor.pop("namespace", actor["address"])
    folder = f"{RT}/tmp/{actor['address'].replace(':', '.')}"
    os.makedirs(folder, exist_ok=True)
    enter = ["ip", "netns", "exec", namespace] if namespace.startswith("vl-") else [f"{LAB}/as", namespace]
    actor["began"] = time.time()
    with open(f"{RT}/logs/actor-{actor['tool']}-{actor['address'].replace(':', '.')}.out", "w") as out:
        process = subprocess.Popen([*enter, "bash", "-c", actor["command"]], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            cwd=folder, env={**os.environ, "TMP": folder, "HOME": folder}, start_new_session=True)
        try:
            actor["rc"] = process.wait(timeout=max(1, began + seconds - time.time()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 15)
            actor["rc"] = process.wait()
    actor["ended"] = time.time()


if __name__ == "__main__":
    seconds = int(sys.argv[1])
    everyone = [*visitors(seconds), *scanners(seconds)]
    for actor in everyone:  # namespaces first: making one takes longer than a probe
        if not actor.get("namespace", actor["address"]).startswith("vl-"):
            subprocess.run([f"{LAB}/as", actor.get("namespace", actor["address"]), "true"], check=True)
    began = time.time()
    threads = [threading.Thread(target=run, args=(actor, began)) for actor in everyone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"began": began, "ended": time.time(), "actors": everyone}, open(sys.argv[2], "w"), indent=1)
    for actor in everyone:
        if actor["rc"] and actor["kind"] != "benign":
            print(f"{actor['tool']} from {actor['address']} ended with {actor['rc']}", file=sys.stderr)
