import { describe, expect, test } from "vitest";
import { addressWords } from "../../src/bytes/address.ts";
import { Batch } from "../../src/observations/batch.ts";
import { ENOUGH_FOR_HOME, HomeFinder } from "../../src/observations/home.ts";
import { formatPrefix } from "../../src/observations/prefix.ts";
import { Kind, Outcome, Transport } from "../../src/observations/vocabulary.ts";

/** Traffic written down by who asks whom. */
class Scene {
  readonly batch = new Batch();

  contact(source: string, target: string, port: number, outcome: number = Outcome.answered, transport = 6): this {
    const row = this.#row(Kind.contact, source, target);
    this.batch.transport[row] = transport;
    this.batch.targetPort[row] = port;
    this.batch.outcome[row] = outcome;
    return this;
  }

  /** TCP ports 1 to `count`, of which one in `answeredEach` answers. */
  sweepPorts(source: string, target: string, count: number, answeredEach = 20): this {
    for (let port = 1; port <= count; port++) {
      this.contact(source, target, port, port % answeredEach === 0 ? Outcome.answered : Outcome.refused);
    }
    return this;
  }

  /** One port on `count` addresses of an IPv4 /24 or, from there on, the next ones. */
  sweepHosts(source: string, first: string, count: number, answeredEach = 20): this {
    const [a, b, c, d] = first.split(".").map(Number) as [number, number, number, number];
    for (let i = 0; i < count; i++) {
      const host = (c << 8) + d + i;
      const outcome = (i + 1) % answeredEach === 0 ? Outcome.answered : Outcome.silent;
      this.contact(source, `${a}.${b + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`, 445, outcome);
    }
    return this;
  }

  /** Ordinary use of `count` web servers all over the Internet, with the look-ups that go before. */
  browse(source: string, count: number, resolver = "9.9.9.9"): this {
    for (let i = 0; i < count; i++) {
      this.contact(source, resolver, 53, Outcome.answered, Transport.udp);
      this.contact(source, `${20 + (i % 150)}.${(i * 37) % 256}.7.${1 + (i % 200)}`, 443);
    }
    return this;
  }

  /** `count` visitors from all over the Internet. */
  visitors(target: string, count: number): this {
    for (let i = 0; i < count; i++) this.contact(`${30 + (i % 150)}.${(i * 53) % 256}.9.7`, target, 443);
    return this;
  }

  requests(source: string, target: string, count: number, status: number): this {
    for (let i = 0; i < count; i++) {
      const row = this.#row(Kind.request, source, target);
      this.batch.status[row] = status;
      this.batch.path[row] = this.batch.texts.addText(`/page-${i}`);
    }
    return this;
  }

  #row(kind: number, source: string, target: string): number {
    const row = this.batch.add(kind, 1000 * this.batch.length, this.batch.length + 1);
    this.batch.source.set(addressWords(source)!, row * 4);
    this.batch.target.set(target === "" ? [0, 0, 0, 0] : addressWords(target)!, row * 4);
    this.batch.targetPort[row] = 80;
    this.batch.transport[row] = Transport.tcp;
    return row;
  }
}

function homeOf(scene: Scene) {
  const finder = new HomeFinder();
  finder.observe(scene.batch, 0, scene.batch.length);
  const { prefixes, from, because } = finder.settle();
  return { home: prefixes.map(formatPrefix), from, because };
}

const cases: { name: string; scene: () => Scene; home: string[] }[] = [
  {
    name: "at the perimeter: many ask one network, which asks a little itself",
    scene: () =>
      new Scene()
        .visitors("198.51.100.10", 40)
        .sweepHosts("203.0.113.5", "198.51.100.1", 250)
        .browse("198.51.100.20", 4)
        .contact("2001:db8:1::5", "2001:db8:5100::10", 443)
        .contact("2001:db8:2::5", "2001:db8:5100::20", 443),
    home: ["198.51.100.0/24", "2001:db8:5100::/64"],
  },
  {
    name: "at the perimeter, where a host inside scans the Internet too",
    scene: () => {
      const scene = new Scene().visitors("198.51.100.10", 40).visitors("198.51.100.11", 40);
      for (let i = 0; i < 500; i++) {
        scene.contact("198.51.100.66", `${50 + (i % 100)}.${i % 256}.1.1`, 23, Outcome.silent);
      }
      return scene;
    },
    home: ["198.51.100.0/24"],
  },
  {
    name: "inside: clients ask servers all over the Internet",
    scene: () => new Scene().browse("192.168.1.10", 60).browse("192.168.1.11", 40),
    home: ["192.168.1.0/24"],
  },
  {
    name: "inside: clients browse, and one of them scans its neighbours",
    scene: () =>
      new Scene().browse("192.168.1.10", 60).browse("192.168.1.11", 40).sweepHosts("192.168.1.66", "192.168.1.1", 250),
    home: ["192.168.1.0/24"],
  },
  {
    name: "inside: clients browse, and one of them scans the Internet",
    scene: () => {
      const scene = new Scene().browse("192.168.1.10", 60).browse("192.168.1.11", 40);
      for (let i = 0; i < 3000; i++) {
        scene.contact("192.168.1.66", `${50 + (i % 100)}.${i % 256}.1.1`, 23, Outcome.silent);
      }
      return scene;
    },
    home: ["192.168.1.0/24"],
  },
  {
    name: "one laptop that browses",
    scene: () => new Scene().browse("10.0.0.5", 30, "10.0.0.1"),
    home: ["10.0.0.0/24"],
  },
  {
    name: "one laptop that visits two sites",
    scene: () => new Scene().browse("192.168.1.10", 2).requests("192.168.1.10", "198.51.100.7", 30, 200),
    home: ["192.168.1.0/24"],
  },
  {
    name: "a private host whose questions nearly all go to one web server, which has an answer for all",
    scene: () => new Scene().browse("192.168.1.10", 4).requests("192.168.1.10", "198.51.100.7", 500, 200),
    home: ["192.168.1.0/24", "198.51.100.7/32"],
  },
  {
    name: "one laptop that browses, with IPv6 as well",
    scene: () => new Scene().browse("10.0.0.5", 30).contact("2001:db8:7::5", "2001:db8:8::1", 443),
    home: ["10.0.0.0/24", "2001:db8:7::/64"],
  },
  {
    name: "on the scanner's side: it sweeps one network",
    scene: () => new Scene().sweepHosts("10.0.0.5", "198.51.100.1", 250).browse("10.0.0.5", 2),
    home: ["198.51.100.0/24"],
  },
  {
    name: "on the scanner's side: it sweeps a /16",
    scene: () => new Scene().sweepHosts("10.0.0.5", "198.51.0.0", 65536, 100),
    home: ["198.51.0.0/16"],
  },
  {
    name: "on the scanner's side: it scans the ports of one host, and looks up names",
    scene: () =>
      new Scene()
        .contact("192.168.1.5", "192.168.1.1", 53, Outcome.answered, Transport.udp)
        .contact("192.168.1.5", "9.9.9.9", 53, Outcome.answered, Transport.udp)
        .sweepPorts("192.168.1.5", "198.51.100.7", 1000),
    home: ["198.51.100.7/32"],
  },
  {
    name: "on the scanner's side: it asks a web server for pages that are not there, and its system updates itself",
    scene: () => new Scene().requests("192.168.1.5", "198.51.100.7", 500, 404).browse("192.168.1.5", 7),
    home: ["198.51.100.7/32"],
  },
  {
    name: "on the scanner's side: it guesses addresses all over the Internet",
    scene: () => {
      const scene = new Scene();
      for (let i = 0; i < 2000; i++) {
        scene.contact("198.51.100.66", `${1 + (i % 200)}.${(i * 7) % 256}.${(i * 13) % 256}.9`, 80, Outcome.silent);
      }
      return scene;
    },
    home: [],
  },
  {
    name: "private on both sides: one network asks another",
    scene: () => new Scene().sweepPorts("10.1.0.5", "172.16.3.7", 300).contact("10.1.0.6", "172.16.3.8", 443),
    home: ["172.16.3.0/24"],
  },
  {
    name: "private on both sides: scanner and target in one network",
    scene: () => new Scene().sweepPorts("192.168.56.101", "192.168.56.102", 300),
    home: ["192.168.56.0/24"],
  },
  {
    name: "public, scanner and target in one network",
    scene: () => new Scene().sweepPorts("198.51.100.5", "198.51.100.80", 300),
    home: ["198.51.100.0/24"],
  },
  {
    name: "several private networks that browse and ask each other",
    scene: () =>
      new Scene()
        .browse("10.1.1.5", 20)
        .browse("10.1.2.5", 20)
        .browse("10.1.9.5", 1)
        .contact("10.1.1.5", "10.1.7.9", 445)
        .contact("10.1.2.5", "10.1.8.9", 445),
    home: ["10.1.0.0/20"],
  },
  {
    name: "a capture of one victim",
    scene: () =>
      new Scene()
        .visitors("198.51.100.10", 10)
        .sweepPorts("203.0.113.5", "198.51.100.10", 100)
        .browse("198.51.100.10", 3),
    home: ["198.51.100.10/32"],
  },
  {
    name: "one visitor and one server",
    scene: () => new Scene().contact("203.0.113.5", "198.51.100.10", 443),
    home: ["198.51.100.10/32"],
  },
  {
    name: "an exploit, and the victim's call back",
    scene: () =>
      new Scene().requests("203.0.113.5", "198.51.100.10", 3, 200).contact("198.51.100.10", "203.0.113.9", 1389),
    home: ["198.51.100.10/32"],
  },
  {
    name: "a port scan, and the target's call back to the scanner",
    scene: () =>
      new Scene().sweepPorts("192.168.1.5", "198.51.100.7", 100).contact("198.51.100.7", "192.168.1.5", 4444),
    home: ["192.168.1.0/24", "198.51.100.7/32"],
  },
  {
    name: "an exploit inside a private network, and the victim's call back to the Internet",
    scene: () =>
      new Scene()
        .requests("172.17.0.1", "172.17.0.2", 3, 200)
        .contact("172.17.0.1", "172.17.0.2", 8080)
        .contact("172.17.0.2", "203.0.113.9", 1389)
        .contact("172.17.0.2", "203.0.113.9", 80),
    home: ["172.17.0.0/24"],
  },
  {
    name: "one private host looks up names, no more",
    scene: () => new Scene().contact("10.0.0.5", "9.9.9.9", 53, Outcome.answered, Transport.udp),
    home: [],
  },
  {
    name: "a public name server",
    scene: () =>
      new Scene()
        .contact("203.0.113.5", "198.51.100.53", 53, Outcome.answered, Transport.udp)
        .contact("203.0.114.5", "198.51.100.53", 53, Outcome.answered, Transport.udp),
    home: ["198.51.100.53/32"],
  },
  {
    name: "a firewall log that says nothing of outcomes",
    scene: () => {
      const scene = new Scene();
      for (let i = 0; i < 60; i++) {
        scene.contact(`${60 + i}.1.2.3`, `198.51.100.${1 + (i % 30)}`, 1000 + i, Outcome.unknown);
      }
      return scene;
    },
    home: ["198.51.100.0/24"],
  },
  {
    name: "a flood from forged sources, its target answering nobody",
    scene: () => {
      const scene = new Scene();
      for (let i = 0; i < 3000; i++) {
        scene.contact(`${1 + (i % 200)}.${(i * 7) % 256}.${(i * 13) % 256}.9`, "198.51.100.10", 80, Outcome.silent);
      }
      return scene;
    },
    home: ["198.51.100.10/32"],
  },
  {
    name: "two hosting sites behind one sensor",
    scene: () =>
      new Scene()
        .visitors("198.51.100.10", 30)
        .visitors("198.51.100.11", 30)
        .visitors("203.0.113.10", 20)
        .visitors("203.0.113.11", 20),
    home: ["198.51.100.0/24", "203.0.113.0/24"],
  },
  {
    name: "three public networks far apart in one /16, with neighbours that are somebody else's",
    scene: () =>
      new Scene()
        .visitors("198.51.1.10", 30)
        .visitors("198.51.1.11", 30)
        .visitors("198.51.90.10", 30)
        .visitors("198.51.200.10", 30),
    home: ["198.51.1.0/24", "198.51.90.10/32", "198.51.200.10/32"],
  },
  {
    name: "an inside host sweeps private networks that do not exist",
    scene: () =>
      new Scene()
        .browse("192.168.1.10", 60)
        .browse("192.168.1.11", 40)
        .sweepHosts("192.168.1.66", "10.9.0.0", 2000, 5000),
    home: ["192.168.1.0/24"],
  },
  {
    name: "a backbone, where anybody asks anybody",
    scene: () => {
      const scene = new Scene();
      for (let i = 0; i < 600; i++)
        scene.contact(`${20 + (i % 90)}.${i % 256}.1.1`, `${120 + (i % 70)}.${i % 251}.1.1`, 443);
      return scene;
    },
    home: [],
  },
  {
    name: "a host that talks to itself, and nothing else",
    scene: () => new Scene().contact("127.0.0.1", "127.0.0.53", 53).contact("::1", "::1", 80),
    home: ["127.0.0.0/8", "::1/128"],
  },
  {
    name: "a host that talks to itself, and a scan",
    scene: () => new Scene().contact("127.0.0.1", "127.0.0.53", 53).sweepPorts("203.0.113.5", "198.51.100.7", 30),
    home: ["198.51.100.7/32"],
  },
  {
    name: "discovery on the link alone",
    scene: () =>
      new Scene()
        .contact("fe80::1", "ff02::fb", 5353, Outcome.silent, Transport.udp)
        .contact("0.0.0.0", "255.255.255.255", 67, Outcome.silent, Transport.udp)
        .contact("192.168.1.5", "239.255.255.250", 1900, Outcome.silent, Transport.udp),
    home: [],
  },
  {
    name: "a web log, which does not tell who was asked",
    scene: () => new Scene().requests("203.0.113.5", "", 50, 404),
    home: [],
  },
  { name: "nothing", scene: () => new Scene(), home: [] },
];

describe("home", () => {
  for (const { name, scene, home } of cases) {
    test(name, () => {
      const found = homeOf(scene());
      expect(found.home, found.because).toEqual(home);
      expect(found.from).toBe(home.length > 0 ? "inferred" : "unknown");
    });
  }

  test.each([
    ["perimeter", new Scene().visitors("198.51.100.10", 3), "198.51.100.10/32: 3 networks asked it"],
    [
      "inside",
      new Scene().browse("10.0.0.5", 6, "10.0.0.1"),
      "10.0.0.0/24: its hosts asked 6 networks, its hosts asked each other, which counts too",
    ],
    ["no target", new Scene().requests("203.0.113.5", "", 5, 404), "no input tells who was asked"],
  ])("the reason is told: %s", (_, scene, because) => {
    expect(homeOf(scene).because).toBe(because);
  });

  test("a flood of more pairs of hosts than it remembers", () => {
    const scene = new Scene().visitors("198.51.100.10", 40);
    for (let i = 0; i < 60_000; i++) {
      scene.contact(`${1 + (i % 200)}.${i >> 8}.${i & 255}.9`, "198.51.100.11", 80, Outcome.silent);
    }
    const found = homeOf(scene);
    expect(found.home).toEqual(["198.51.100.0/24"]);
    expect(found.because).toMatch(/^198\.51\.100\.0\/24: at least \d+ networks asked it$/);
  });

  test("looks at no more than enough rows", () => {
    const finder = new HomeFinder();
    const many = new Scene().sweepHosts("203.0.113.5", "198.51.100.1", 200).batch;
    for (let seen = 0; seen < ENOUGH_FOR_HOME; seen += many.length) {
      expect(finder.isFull).toBe(false);
      finder.observe(many, 0, many.length);
    }
    expect(finder.isFull).toBe(true);
    const later = new Scene().visitors("192.0.2.1", 500).batch;
    finder.observe(later, 0, later.length);
    expect(finder.settle().prefixes.map(formatPrefix)).toEqual(["198.51.100.0/24"]);
  });
});
