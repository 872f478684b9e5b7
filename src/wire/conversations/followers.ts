import type { Follower } from "./follower.ts";
import { ftp } from "./ftp.ts";
import { imap } from "./imap.ts";
import { pop3 } from "./pop3.ts";
import { rsync } from "./rsync.ts";
import { smtp } from "./smtp.ts";
import { telnet } from "./telnet.ts";
import { vnc } from "./vnc.ts";

/** Every protocol in which the server speaks first and plainly, and of which more than the greeting is read. */
export const followers: readonly Follower[] = [smtp, ftp, pop3, imap, telnet, vnc, rsync];
