#!/usr/bin/env python3
"""mksite.py FOLDER HOST [LINK]... : the static site of a web server: 40 pages, assets, feed, robots, site map. Deterministic.
Each LINK is added to the front page."""
import os, random, sys

folder, host, *more_links = sys.argv[1:]
pick = random.Random(host)
WORDS = "harbour bridge river market garden library station museum council school road map ticket weather event news report budget meeting plan water light winter summer".split()


def write(path, content):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb" if isinstance(content, bytes) else "w").write(content)


def page(title, links):
    text = "".join(f"<p>{' '.join(pick.choices(WORDS, k=40))}.</p>" for _ in range(4))
    nav = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title><link rel="stylesheet" href="/css/site.css">'
        f'<link rel="alternate" type="application/rss+xml" href="/feed.xml"><script src="/js/site.js"></script></head><body><h1>{title}</h1>'
        f'<img src="/img/{pick.randrange(12)}.png" alt=""><img src="/img/{pick.randrange(12)}.png" alt="">{text}<ul>{nav}</ul>'
        f'<form action="/search" method="get"><input name="q"></form></body></html>'
    )


names = [f"{pick.choice(WORDS)}-{pick.choice(WORDS)}-{i}" for i in range(40)]
pages = [f"/pages/{name}.html" for name in names]
write("index.html", page("Welcome to " + host, pick.sample(pages, 14) + ["/about.html", "/contact.html", "/docs/"] + more_links))
write("about.html", page("About", pick.sample(pages, 4)))
write("contact.html", page("Contact", ["/", "/about.html"]))
for name in names:
    write(f"pages/{name}.html", page(name, pick.sample(pages, 6) + ["/"]))
write("docs/index.html", page("Docs", [f"/docs/doc{i}.txt" for i in range(10)]))
for i in range(10):
    write(f"docs/doc{i}.txt", " ".join(pick.choices(WORDS, k=800)))
for i in range(12):
    write(f"img/{i}.png", b"\x89PNG\r\n\x1a\n" + pick.randbytes(pick.randrange(300, 1300)))
write("css/site.css", "body{font-family:sans-serif}\n" * 12)
write("js/site.js", "/* site */\nvar a=1;\n" * 20)
write("robots.txt", "User-agent: *\nDisallow: /admin/\nDisallow: /private/\nSitemap: /sitemap.xml\n")
write("sitemap.xml", "<?xml version='1.0'?><urlset>" + "".join(f"<url><loc>http://{host}{p}</loc></url>" for p in pages) + "</urlset>")
items = "".join(f"<item><title>{name}</title><link>http://{host}/pages/{name}.html</link></item>" for name in names[:15])
write("feed.xml", f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{items}</channel></rss>")
write("private/report.html", "no\n")
write("admin/index.html", "admin\n")
