import type { DatagramProtocol } from "./datagram-talk.ts";
import { ntp } from "./ntp.ts";
import { snmp } from "./snmp.ts";

/** Every protocol of datagrams that is read, asked in this order; name servers' have their own reader (contacts/questions.ts). */
export const datagramProtocols: readonly DatagramProtocol[] = [snmp, ntp];
