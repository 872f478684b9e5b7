import { amqp } from "./amqp.ts";
import type { Protocol } from "./conversation.ts";
import { dcerpc } from "./dcerpc.ts";
import { dnp3 } from "./dnp3.ts";
import { dns } from "./dns.ts";
import { enip } from "./enip.ts";
import { greetings } from "./greetings.ts";
import { http } from "./http.ts";
import { http2 } from "./http2.ts";
import { ldap } from "./ldap.ts";
import { memcached } from "./memcached.ts";
import { modbus } from "./modbus.ts";
import { mongodb } from "./mongodb.ts";
import { mssql } from "./mssql.ts";
import { mysql } from "./mysql.ts";
import { openingWords } from "./openings.ts";
import { postgresql } from "./postgresql.ts";
import { rdp } from "./rdp.ts";
import { redis } from "./redis.ts";
import { rtsp } from "./rtsp.ts";
import { s7 } from "./s7.ts";
import { sip } from "./sip.ts";
import { smb } from "./smb.ts";
import { socks } from "./socks.ts";
import { ssh } from "./ssh.ts";
import { tls } from "./tls.ts";

/** Every protocol that is read, asked in this order; `greetings` takes any printable line and so comes last. */
export const protocols: readonly Protocol[] = [
  http,
  tls,
  http2,
  ssh,
  dns,
  mysql,
  smb,
  dcerpc,
  rdp,
  s7,
  postgresql,
  mssql,
  mongodb,
  redis,
  memcached,
  amqp,
  ldap,
  sip,
  rtsp,
  modbus,
  enip,
  dnp3,
  socks,
  openingWords,
  greetings,
];
