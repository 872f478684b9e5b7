import type { HeaderMark, HelloMark } from "./tool-mark.ts";

/** What scanners of handshakes and of whole networks say when they do speak; Debian 12, none of 561 ordinary clients. */
export const handshakeHeaders: readonly HeaderMark[] = [
  {
    // masscan 1.3.2 --banners: 6 of 6. HTTP/1.0 without Host; its source (proto-http.c) has the template.
    tool: "masscan",
    because: "masscan's request for banners, which names no host",
    weight: 3,
    names: "User-Agent,Accept",
  },
];

export const handshakeHellos: readonly HelloMark[] = [
  {
    // 6 of 6: the hello is a constant of masscan's source (proto-ssl.c).
    tool: "masscan",
    because: "the TLS hello that is written into masscan",
    weight: 5,
    service: "tls",
    fingerprints: ["t11i200800_0bf03fa604e3_c3f51f8b1329"],
  },
  {
    // sslscan 2.0.7, two servers: 107 of 159 hellos are the first two; the others offer a cipher less each time.
    tool: "sslscan",
    because: "the TLS hellos of sslscan",
    weight: 4,
    service: "tls",
    fingerprints: [
      "t12d850500_972b7b87df62_f5b46616e359",
      "t13d050700_fe8b0b18143e_b239bc84ffac",
      "t13d931000_76395a2b3870_5ac7197df9d2",
      "t10d280600_a9850205cb0f_195413a0cc0f",
      "t12i510400_54da1506f81e_282f11336259",
      "ts3i940000_c5a5f394b7cd_000000000000",
      "t12d990500_87ce778b49c2_f5b46616e359",
      "t12d990500_3bb8a69ac96f_f5b46616e359",
      "t11d990500_87ce778b49c2_f5b46616e359",
      "t10d990500_87ce778b49c2_f5b46616e359",
      "t11d290600_af59b3445451_195413a0cc0f",
    ],
  },
  {
    // testssl.sh 3.0.8 builds hellos byte by byte, each for another weakness; 7 recordings. What it asks with openssl's s_client (e8f1e7e78f70,
    // d943125447b4) anybody does.
    tool: "testssl",
    because: "the TLS hellos that testssl.sh builds",
    weight: 4,
    service: "tls",
    fingerprints: [
      "t12i070400_11c9262abd2a_1e7218cd5f71",
      "t00i051000_fe8b0b18143e_b5b66a3c2f31",
      "t00i051000_fe8b0b18143e_3cf808220d1f",
      "t12i990700_b2625f60cb05_63405fcf09a6",
      "t12i9912h2_868073542d70_2008de170db0",
      "t12i990700_b937e3dd8b02_63405fcf09a6",
      "t11i090500_c491f621fb4c_195413a0cc0f",
      "t10i090500_c491f621fb4c_195413a0cc0f",
    ],
  },
];
