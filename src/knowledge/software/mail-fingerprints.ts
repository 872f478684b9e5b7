import type { Fingerprint } from "./fingerprint.ts";

const smtp = ["smtp", "submission", "smtps"];
const mailbox = ["imap", "pop3", "imaps", "pop3s"];

/** Mail servers, by their greeting. */
export const mailFingerprints: readonly Fingerprint[] = [
  {
    services: ["imap"],
    says: /"name" "Dovecot"(?: "version" "(\d+\.\d+\.\d+))?/i,
    vendor: "dovecot",
    product: "dovecot",
    cpe: "dovecot:dovecot",
    examples: { '("name" "Dovecot" "version" "2.3.19")': "2.3.19", '("name" "Dovecot")': "" },
  },
  {
    services: smtp,
    says: /\bE?SMTP Postfix\b(?: \((\d+\.\d+\.\d+)\))?/,
    vendor: "postfix",
    product: "postfix",
    cpe: "postfix:postfix",
    examples: { "220 mail.example.org ESMTP Postfix (Debian/GNU)": "", "220 mx ESMTP Postfix (3.7.6)": "3.7.6" },
  },
  {
    services: smtp,
    says: /\bESMTP Exim (\d+(?:\.\d+)+)/,
    vendor: "exim",
    product: "exim",
    cpe: "exim:exim",
    examples: {
      "220 mx.example.org ESMTP Exim 4.96 Sun, 22 Nov 2026 19:05:31 +0000": "4.96",
      "220-host ESMTP Exim 4.94.2 #2": "4.94.2",
    },
  },
  {
    services: smtp,
    says: /\bSendmail (\d+\.\d+\.\d+)\//,
    vendor: "sendmail",
    product: "sendmail",
    cpe: "sendmail:sendmail",
    advice: "O SmtpGreetingMessage=$j ESMTP in sendmail.cf; HelpFile off",
    examples: { "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2; Sun, 22 Nov 2026": "8.15.2" },
  },
  {
    services: smtp,
    says: /\bMicrosoft ESMTP MAIL Service\b/,
    vendor: "microsoft",
    product: "smtp service",
    advice: 'Exchange: Set-ReceiveConnector -Banner "220 mail"; the version told is of Windows',
    examples: {
      "220 mx Microsoft ESMTP MAIL Service, Version: 10.0.17763.1 ready": "",
      "220 mx Microsoft ESMTP MAIL Service ready at x": "",
    },
  },
  {
    services: smtp,
    says: /\bESMTP OpenSMTPD\b/,
    vendor: "openbsd",
    product: "opensmtpd",
    advice: "listen on … mask-src hides clients only; the name stays in the greeting",
    examples: { "220 mx.example.org ESMTP OpenSMTPD": "" },
  },
  {
    services: smtp,
    says: /\bESMTP MDaemon (\d+\.\d+\.\d+)/,
    vendor: "altn",
    product: "mdaemon",
    cpe: "altn:mdaemon",
    advice: "Setup > Server Settings: hide software version identification",
    examples: { "220 mx ESMTP MDaemon 21.5.2; Sun, 22 Nov 2026": "21.5.2" },
  },
  {
    services: smtp,
    says: /\bZimbra\b/,
    vendor: "zimbra",
    product: "collaboration",
    advice: "postconf -e 'smtpd_banner = $myhostname ESMTP' through zmprov",
    examples: { "220 mx.example.org ESMTP Zimbra": "" },
  },
  {
    services: smtp,
    says: /\bESMTP Haraka(?:\/(\d+\.\d+\.\d+))?/,
    product: "haraka",
    advice: "config/smtpgreeting",
    examples: { "220 mx ESMTP Haraka/2.8.25 ready": "2.8.25" },
  },
  {
    services: mailbox,
    says: /\bDovecot\b/,
    vendor: "dovecot",
    product: "dovecot",
    examples: { "+OK Dovecot (Debian) ready.": "", "* OK [CAPABILITY IMAP4rev1 SASL-IR] Dovecot (Ubuntu) ready.": "" },
  },
  {
    services: mailbox,
    says: /\bCourier-IMAP ready\b/,
    product: "courier-imap",
    advice: "no setting hides the name",
    examples: { "* OK [CAPABILITY IMAP4rev1] Courier-IMAP ready. Copyright 1998-2018": "" },
  },
  {
    services: mailbox,
    says: /\bCyrus (?:IMAP|POP3) v?(\d+\.\d+\.\d+)/,
    vendor: "cyrus",
    product: "imap",
    cpe: "cyrus:imap",
    advice: "serverinfo: off in imapd.conf",
    examples: { "* OK [CAPABILITY IMAP4rev1] mail Cyrus IMAP 3.2.6 server ready": "3.2.6" },
  },
  {
    services: mailbox,
    says: /\bThe Microsoft Exchange (?:IMAP4|POP3) service is ready\b/,
    vendor: "microsoft",
    product: "exchange_server",
    advice: 'Set-ImapSettings -Banner "ready", Set-PopSettings -Banner "ready"',
    examples: { "* OK The Microsoft Exchange IMAP4 service is ready.": "" },
  },
];
