import { bacnet } from "./bacnet.ts";
import { coap, ipmi, tftp, vpn } from "./datagram-openings.ts";
import type { DatagramProtocol } from "./datagram-talk.ts";
import { enipDatagrams } from "./enip.ts";
import { googleQuic } from "./google-quic.ts";
import { ike } from "./ike.ts";
import { cldap } from "./ldap.ts";
import { mdns } from "./mdns.ts";
import { memcachedDatagrams } from "./memcached.ts";
import { sqlBrowser } from "./mssql.ts";
import { netbios } from "./netbios.ts";
import { ntp } from "./ntp.ts";
import { sipDatagrams } from "./sip.ts";
import { snmp } from "./snmp.ts";
import { ssdp } from "./ssdp.ts";

/** Every protocol of datagrams that is read, asked in this order; name servers' have their own reader (contacts/questions.ts). */
export const datagramProtocols: readonly DatagramProtocol[] = [
  snmp,
  cldap,
  sipDatagrams,
  ssdp,
  bacnet,
  enipDatagrams,
  ntp,
  sqlBrowser,
  ike,
  netbios,
  mdns,
  memcachedDatagrams,
  ipmi,
  coap,
  vpn,
  tftp,
  googleQuic,
];
