/** Cookies by which load balancers find the server of a session again, and which so tell its address or name to all. */

const DECODERS: readonly (readonly [RegExp, (found: RegExpExecArray) => string | undefined])[] = [
  // F5 K6917: the address as a little-endian number, then the port with its bytes exchanged.
  [/^BIGip[^=]*=(\d{1,10})\.\d{1,5}\.0000$/, ([, address]) => reversed(Number(address))],
  // The same for route domains, in hexadecimal: of IPv4 in the form of an IPv6 address that maps it.
  [
    /^BIGip[^=]*=rd\d+o00000000000000000000ffff([\da-f]{8})o\d{1,5}$/,
    ([, address]) => dotted(Number.parseInt(address!, 16)),
  ],
  [
    /^BIGip[^=]*=(?:vi([\da-f]{32})\.\d{1,5}|rd\d+o([\da-f]{32})o\d{1,5})$/,
    ([, plain, routed]) => grouped(plain ?? routed!),
  ],
  // A. Nolla, D. Shea, "Netscaler Cookie Decryptor": the address is exchanged bit by bit with a constant.
  [
    /^NSC_[^=]*=[\da-f]{8}([\da-f]{8})[\da-f]*[\da-f]{4}$/,
    ([, address]) => dotted(Number.parseInt(address!, 16) ^ 0x03081e11),
  ],
  // HAProxy's manual, `cookie SERVERID insert`: the name that the configuration gives the server.
  [/^(?:SERVERID|SRV|SRVNAME)=([A-Za-z][\w.-]{0,40})$/, ([, name]) => (/\d/.test(name!) ? name : undefined)],
];

/** The server that a balancer's cookie `NAME=VALUE` names: an address, or a name of the inside. */
export function backendOfCookie(cookie: string): string | undefined {
  for (const [form, decode] of DECODERS) {
    const found = form.exec(cookie);
    if (found !== null) return decode(found);
  }
  return undefined;
}

function reversed(number: number): string | undefined {
  if (number >= 2 ** 32) return undefined;
  return [0, 8, 16, 24].map((shift) => (number >>> shift) & 255).join(".");
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

function grouped(hexadecimal: string): string {
  return hexadecimal.match(/.{4}/g)!.join(":");
}
