import type { HelloMark } from "./tool-mark.ts";

/**
 * What tries the algorithms of SSH servers, Debian 12; none of 561 ordinary clients, of which several log in by SSH. hydra and medusa bear the lists of
 * their libraries (libssh, libssh2), which others use as well.
 */
export const sshHellos: readonly HelloMark[] = [
  {
    // ssh-audit 2.5.0: three lists in each of 2 recordings, under the ident of an OpenSSH that sends others.
    tool: "ssh-audit",
    because: "the key exchanges that ssh-audit tries, one after the other",
    weight: 5,
    service: "hassh",
    fingerprints: [
      "15386c209df62535336b91e1fdd20542",
      "3ccd1778a76049721c71ad7d2bf62bbc",
      "9a19aa1b06c24dbb2d0da7bbdbbe4f1f",
    ],
  },
  {
    // OpenSSH 9.2, 2 of 2 recordings: the client's list without what only a log-in needs. Administrators collect host keys with it, too.
    tool: "ssh-keyscan",
    because: "the key exchange of ssh-keyscan, which never logs in",
    weight: 2.5,
    service: "hassh",
    fingerprints: ["146c5c62d23255e543b72292ce71de2c"],
  },
];
