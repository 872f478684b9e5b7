import { describe, expect, test } from "vitest";
import { askAll } from "../../src/asking/ask-all.ts";
import { type Asset, isTooWide, parseService, planErrands } from "../../src/asking/assets.ts";
import { ordinaryBounds } from "../../src/asking/recording.ts";
import { parsePrefix } from "../../src/observations/prefix.ts";
import { serveLoopback } from "./loopback-server.ts";

function asset(network: string, services: readonly string[], name?: string): Asset {
  return {
    network: parsePrefix(network)!,
    reason: "a test",
    services: services.map((each) => parseService(each)!),
    name,
  };
}

const web = asset("198.51.100.10", ["443", "8080/http"], "www.example.org");
const office = asset("198.51.100.0/24", ["22"]);
const v6 = asset("2001:db8:1::/64", ["443"]);
const all = [office, web, v6];
const nobody = () => Promise.reject(new Error("nobody was to be asked"));
const answers =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address })));

async function places(hosts: string[], resolve: Parameters<typeof planErrands>[2] = nobody, assets = all) {
  const errands = await planErrands(assets, hosts, resolve);
  return errands.map(({ place, ask }) => `${ask.id} ${place.address}:${place.port} ${place.name ?? ""}`.trim());
}

describe("only declared addresses are asked", () => {
  test.each([
    ["an address beside the asset", ["198.51.101.10"], nobody],
    ["a loopback address that nobody declared", ["127.0.0.1"], nobody],
    ["one address of two", ["198.51.100.10", "203.0.113.9"], nobody],
    ["a name whose answer lies elsewhere", ["www.example.org"], answers("203.0.113.9")],
    ["a name with one answer of two elsewhere", ["www.example.org"], answers("198.51.100.10", "203.0.113.9")],
    ["a name that leads to this machine", ["www.example.org"], answers("127.0.0.1")],
    ["a name that leads to the cloud's own service", ["www.example.org"], answers("169.254.169.254")],
    ["the unspecified address", ["0.0.0.0"], nobody],
    ["IPv6 beside the network", ["2001:db8:2::1"], nobody],
    ["IPv4 written as IPv6", ["::ffff:203.0.113.9"], nobody],
  ])("%s is refused", async (_, hosts, resolve) => {
    await expect(places(hosts, resolve)).rejects.toMatchObject({ code: "asset-undeclared" });
  });

  test("what could end a header line is no name", async () => {
    await expect(places(["www.example.org\r\nX: y"], answers("198.51.100.10"))).rejects.toThrow("is no host name");
  });

  test("a group address is refused even where a declaration holds it", async () => {
    await expect(places(["224.0.0.1"], nobody, [asset("224.0.0.0/8", ["53"])])).rejects.toThrow("in no declared asset");
  });

  test("the message names the name and where it led", async () => {
    await expect(places(["www.example.org"], answers("203.0.113.9"))).rejects.toThrow(
      "nothing was asked: 'www.example.org' resolves to 203.0.113.9, which is in no declared asset",
    );
  });

  test("a name is resolved once, and the connection goes to that address", async () => {
    let times = 0;
    const once = () => Promise.resolve([{ address: times++ === 0 ? "198.51.100.10" : "203.0.113.9" }]);
    expect(await places(["shop.example.org"], once)).toEqual([
      "https 198.51.100.10:443 shop.example.org",
      "http 198.51.100.10:8080 shop.example.org",
    ]);
    expect(times).toBe(1);
  });
});

test("the narrowest declaration of an address counts, and a host is asked once", async () => {
  expect(await places(["198.51.100.10", "198.51.100.10", "198.51.100.11", "2001:db8:1::5"])).toEqual([
    "https 198.51.100.10:443 www.example.org",
    "http 198.51.100.10:8080 www.example.org",
    "ssh 198.51.100.11:22",
    "https 2001:db8:1::5:443",
  ]);
});

test("without hosts all assets are asked, but a wide network is not walked through", async () => {
  expect(await places([], nobody, [web, asset("198.51.100.8/30", ["22"])])).toEqual([
    "https 198.51.100.10:443 www.example.org",
    "http 198.51.100.10:8080 www.example.org",
    "ssh 198.51.100.8:22",
    "ssh 198.51.100.9:22",
    "ssh 198.51.100.11:22",
  ]);
  await expect(places([], nobody, [v6])).rejects.toThrow("holds more than 256 addresses: name the hosts to ask");
  await expect(places([], nobody, [])).rejects.toThrow("declares no assets");
});

test("more services than one run should ask are refused", async () => {
  const many = Array.from({ length: 50 }, (_, i) => asset(`10.0.${i}.0/24`, ["22"]));
  await expect(places([], nobody, many)).rejects.toThrow("more than 10000 services");
});

test.each([
  ["0.0.0.0/0", true],
  ["::/0", true],
  ["::/24", true],
  ["10.0.0.0/8", false],
  ["198.51.0.0/7", true],
  ["2001:db8::/32", false],
])("%s is too wide to be declared: %s", (network, tooWide) => {
  expect(isTooWide(parsePrefix(network)!)).toBe(tooWide);
});

test.each(["0", "65536", "443/nothing", "4711", "22/ssh/x", "-1", "", "443 "])("'%s' is no service", (text) => {
  expect(parseService(text)).toBeUndefined();
});

test("an interrupt begins nothing more", async () => {
  const server = await serveLoopback((socket) => socket.end("220 ready\r\n"));
  const errands = await planErrands([asset("127.0.0.1", Array(5).fill(`${server.port}/smtp`))], [], nobody);
  const many = [0, 1, 2, 3].flatMap(() => errands.map((errand) => ({ ...errand })));
  const interrupt = new AbortController();
  const asked = await askAll(many, {
    agent: "a test",
    bounds: ordinaryBounds,
    rate: 50,
    signal: interrupt.signal,
    onAsk: (_, done) => done === 1 && interrupt.abort(),
  });
  await server.close();
  expect(asked).toHaveLength(2);
  expect(server.heard).toHaveLength(2);
});
