#!/usr/bin/env python3
"""visitors.py KIND SECONDS SOURCE : one ordinary client that binds SOURCE and behaves like KIND for at most SECONDS.

Kinds: browse, office (fifty people behind one address; SOURCE is not used), feed, stale (asks for a feed that is gone), login, mail."""
import http.client, random, re, smtplib, socket, ssl, sys, threading, time
from urllib.parse import urljoin

SITES = {"www.example.org": "198.51.100.10", "www2.example.org": "198.51.100.20"}
SITES6 = {"www.example.org": "2001:db8:5100::10", "www2.example.org": "2001:db8:5100::20"}
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
]
UNVERIFIED = ssl.create_default_context()
UNVERIFIED.check_hostname = False
UNVERIFIED.verify_mode = ssl.CERT_NONE


class Browser:
    """One person's browser: keeps its connection, its cache, and the page it came from."""

    def __init__(self, source, pick):
        self.source, self.pick = source, pick
        self.host = pick.choices(list(SITES), weights=[3, 2])[0]
        self.secure = pick.random() < 0.3
        self.agent = pick.choice(AGENTS)
        self.cached, self.came_from, self.connection = set(), None, None

    def get(self, path, accept="*/*", method="GET", body=None):
        if self.connection is None:
            address = (SITES6 if ":" in self.source else SITES)[self.host]
            kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
            options = {"context": UNVERIFIED} if self.secure else {}
            self.connection = kind(address, 443 if self.secure else 80, source_address=(self.source, 0), timeout=6, **options)
        headers = {"Host": self.host, "User-Agent": self.agent, "Accept": accept, "Accept-Language": "en-GB,en;q=0.8", "Accept-Encoding": "identity"}
        if self.came_from:
            headers["Referer"] = self.came_from
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self.connection = None
            return 0, ""

    def visit(self, path):
        """Loads a page with its assets; gives its links."""
        status, text = self.get(path, "text/html,application/xhtml+xml,*/*;q=0.8")
        here = f"{'https' if self.secure else 'http'}://{self.host}{path}"
        self.came_from = here
        for asset in re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', text) + ["/favicon.ico"]:
            if asset not in self.cached:
                self.cached.add(asset)
                self.get(asset)
        return [urljoin(path, link) for link in re.findall(r'<a href="([^"]+)"', text.replace("'", '"'))]

    def leave(self):
        if self.connection:
            self.connection.close()
        self.connection = None


def rest(seconds, until):
    time.sleep(max(0, min(seconds, until - time.time())))


def browse(source, pick, until):
    browser = Browser(source, pick)
    time.sleep(pick.uniform(0, max(1, (until - time.time()) * 0.5)))
    while time.time() < until:
        browser.came_from = pick.choice([None, None, "https://www.google.com/", "https://duckduckgo.com/"])
        links = browser.visit(pick.choice(["/", "/", "/", "/about.html", "/docs/"]))
        for _ in range(pick.randint(1, 5)):
            rest(pick.uniform(1.5, 7), until)
            if time.time() > until or not links:
                break
            links = browser.visit(pick.choice(links)) or links
        if pick.random() < 0.15 and browser.host == "www.example.org":
            browser.visit("/search?q=" + pick.choice(["opening+hours", "map", "tickets+for+the+museum", "council"]))
        if browser.agent.startswith("Mozilla/5.0 (iPhone"):
            browser.get("/apple-touch-icon.png")
            browser.get("/apple-touch-icon-precomposed.png")
        browser.leave()
        rest(pick.uniform(40, 120), until)


def office(_source, pick, until):
    people = [threading.Thread(target=browse, args=(f"10.99.0.{i}", random.Random(pick.random()), until)) for i in range(10, 60)]
    for person in people:
        person.start()
    for person in people:
        person.join()


def repeat(path, agent, every):
    def client(source, pick, until):
        browser = Browser(source, pick)
        browser.host, browser.secure, browser.agent = "www.example.org", False, agent
        while time.time() < until:
            browser.get(path)
            browser.leave()
            rest(every, until)

    return client


def login(source, pick, until):
    """Somebody who has forgotten a password."""
    browser = Browser(source, pick)
    browser.host, browser.secure = "www2.example.org", False
    browser.visit("/")
    browser.visit("/login.php")
    for attempt in range(8):
        rest(pick.uniform(3, 9), until)
        if time.time() > until:
            break
        browser.get("/login.php", method="POST", body=f"user=alice&pass=maybe-{attempt}")
    browser.leave()


def mail(source, pick, until):
    address = "198.51.100.30"
    while time.time() < until:
        try:
            if pick.random() < 0.5:
                with smtplib.SMTP(address, 25, source_address=(source, 0), timeout=6) as smtp:
                    smtp.ehlo("relay.example.net")
                    smtp.sendmail("bob@example.net", ["alice@example.org"], "Subject: minutes\r\n\r\nSee you on Tuesday.\r\n")
            else:
                plain = socket.create_connection((address, 993), timeout=6, source_address=(source, 0))
                with UNVERIFIED.wrap_socket(plain) as secure:
                    secure.recv(500)
                    for line in (b"a login alice lab-only\r\n", b"b select inbox\r\n", b"c logout\r\n"):
                        secure.sendall(line)
                        secure.recv(2000)
        except (OSError, smtplib.SMTPException) as problem:
            print(f"mail: {problem}", file=sys.stderr)
        rest(pick.uniform(15, 40), until)


KINDS = {
    "browse": browse,
    "office": office,
    "feed": repeat("/feed.xml", "Mozilla/5.0 (compatible; Miniflux/2.2.1; +https://miniflux.app)", 20),
    "stale": repeat("/news/old-feed.xml", "NetNewsWire (RSS Reader; https://netnewswire.com/)", 12),
    "login": login,
    "mail": mail,
}

kind, seconds, source = sys.argv[1], float(sys.argv[2]), sys.argv[3]
KINDS[kind](source, random.Random(f"{kind} {source}"), time.time() + seconds)
