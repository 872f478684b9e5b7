import type { Advice } from "./advice.ts";

const ftp = ["ftp", "ftps"];

/** Mail, file transfer and remote access. */
export const mailAndAccessAdvice: readonly Advice[] = [
  {
    products: ["openssh"],
    against: "distribution",
    mitigation: "M1056",
    short: "DebianBanner no (Debian, Ubuntu) hides the package's revision; the name and version have to be told",
    change: {
      file: "/etc/ssh/sshd_config",
      before: "DebianBanner yes",
      after: "DebianBanner no",
      apply: "sshd -t && systemctl reload ssh",
    },
    hides: "the distribution and its package revision",
    leaves: "OpenSSH and its version, which the protocol wants told (RFC 4253, section 4.2); algorithms and host keys",
    source: "sshd_config(5) of Debian, DebianBanner",
  },
  {
    products: ["openssh", "dropbear_ssh", "libssh", "paramiko"],
    mitigation: "M1042",
    short: "listen only where administrators come from: ListenAddress, or a firewall",
    hides: "everything, from all others",
    leaves: "everything, to those who may connect",
    source: "https://man.openbsd.org/sshd_config#ListenAddress",
  },
  {
    products: ["postfix"],
    mitigation: "M1056",
    short: "smtpd_banner = $myhostname ESMTP",
    change: {
      file: "/etc/postfix/main.cf",
      before: "smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)",
      after: "smtpd_banner = $myhostname ESMTP",
      apply: "postfix reload",
    },
    hides: "the name and the distribution in the greeting",
    leaves:
      "the host name, which has to stand first (RFC 5321, section 4.2); the wording of replies; Received lines of mail",
    source: "https://www.postfix.org/postconf.5.html#smtpd_banner",
  },
  {
    products: ["exim"],
    mitigation: "M1056",
    short: "smtp_banner = $smtp_active_hostname ESMTP",
    change: {
      file: "/etc/exim4/exim4.conf.template (or conf.d/main)",
      before: "",
      after: "smtp_banner = $smtp_active_hostname ESMTP",
      apply: "update-exim4.conf && systemctl reload exim4",
    },
    hides: "name, version and date in the greeting",
    leaves: "the wording of replies; Received lines of mail (received_header_text)",
    source: "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-main_configuration.html (smtp_banner)",
  },
  {
    products: ["dovecot"],
    mitigation: "M1056",
    short: "login_greeting = Ready.",
    change: {
      file: "/etc/dovecot/dovecot.conf",
      before: "login_greeting = Dovecot (Debian) ready.",
      after: "login_greeting = Ready.\nimap_id_send =",
      apply: "doveadm reload",
    },
    hides: "the name in the greeting, and in the answer to IMAP's ID command",
    leaves: "the order of the capabilities, by which those who know it still tell Dovecot; the certificate",
    source: "https://doc.dovecot.org/2.3/settings/core/#core_setting-login_greeting",
  },
  {
    products: ["vsftpd"],
    services: ftp,
    mitigation: "M1056",
    short: "ftpd_banner=Ready.",
    change: {
      file: "/etc/vsftpd.conf",
      before: "#ftpd_banner=Welcome to blah FTP service.",
      after: "ftpd_banner=Ready.",
      apply: "systemctl restart vsftpd",
    },
    hides: "name and version in the greeting",
    leaves: "the wording of its replies; STAT after a log-in names it",
    source: "vsftpd.conf(5), ftpd_banner",
  },
  {
    products: ["proftpd"],
    services: ftp,
    mitigation: "M1056",
    short: "ServerIdent off",
    change: {
      file: "/etc/proftpd/proftpd.conf",
      before: "ServerIdent on",
      after: "ServerIdent off",
      apply: "systemctl reload proftpd",
    },
    hides: "name and version in the greeting",
    leaves: "the wording of its replies, FEAT, the name it gives the server's address by",
    source: "http://www.proftpd.org/docs/modules/mod_core.html#ServerIdent",
  },
];
