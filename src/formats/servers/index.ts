import { bind } from "./bind.ts";
import { dovecot } from "./dovecot.ts";
import { exim } from "./exim.ts";
import { proftpd, vsftpd } from "./ftp.ts";
import { postfix } from "./postfix.ts";
import type { ServerProgram } from "./server-line.ts";
import { sshd } from "./sshd.ts";

/** Every server whose own log is read. */
export const servers: readonly ServerProgram[] = [sshd, postfix, dovecot, exim, vsftpd, proftpd, bind];
