import type { Protocol } from "./conversation.ts";
import { dns } from "./dns.ts";
import { greetings } from "./greetings.ts";
import { http } from "./http.ts";
import { http2 } from "./http2.ts";
import { mysql } from "./mysql.ts";
import { ssh } from "./ssh.ts";
import { tls } from "./tls.ts";

/** Every protocol that is read, asked in this order; `greetings` takes any printable line and so comes last. */
export const protocols: readonly Protocol[] = [http, tls, http2, ssh, dns, mysql, greetings];
