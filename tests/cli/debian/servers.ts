import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A server of Debian's, told how to run in a folder of its own. */
export interface DebianServer {
  readonly name: string;
  readonly packageName: string;
  readonly program: string;
  /** The product whose advice is followed, and which of its changes. */
  readonly product: string;
  readonly change?: number;
  readonly address: string;
  readonly port: number;
  readonly transport?: "udp";
  /** How it is asked, where the port does not say so. */
  readonly way?: string;
  /** What the check has to find before, in its own words, and after; a service that is closed says nothing. */
  readonly tells: RegExp;
  readonly becomes: RegExp | "closed";
  /** Writes its configuration with the advised text, as it is or changed; what is needed once beforehand; and how to run in the foreground. */
  readonly run: (folder: string, text: string) => Command;
  readonly prepare?: (folder: string) => Command;
}

export type Command = readonly [program: string, ...args: string[]];

export const outside = "198.51.100.10";
export const other = "198.51.100.11";

/** Users that every Debian has stand in for those that an installation would make. */
export const servers: readonly DebianServer[] = [
  {
    name: "nginx",
    packageName: "nginx",
    program: "/usr/sbin/nginx",
    product: "nginx",
    address: outside,
    port: 80,
    tells: /^Server: nginx\/\d/,
    becomes: /^Server: nginx$/,
    run: (folder, text) => {
      const file = write(
        folder,
        "nginx.conf",
        `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
        http { access_log off; ${text} server { listen ${outside}:80; return 204; } }`,
      );
      return ["/usr/sbin/nginx", "-e", `${folder}/error.log`, "-c", file];
    },
  },
  {
    name: "apache2",
    packageName: "apache2",
    program: "/usr/sbin/apache2",
    product: "http_server",
    address: other,
    port: 80,
    tells: /^Server: Apache\/2\.[\d.]+ \(Debian\)$/,
    becomes: /^Server: Apache$/,
    run: (folder, text) => {
      const file = write(
        folder,
        "apache2.conf",
        `LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/error.log
ServerName web.example.org
Listen ${other}:80
${text}
`,
      );
      return ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", file];
    },
  },
  {
    name: "openssh-server",
    packageName: "openssh-server",
    program: "/usr/sbin/sshd",
    product: "openssh",
    address: outside,
    port: 22,
    tells: /^SSH-2\.0-OpenSSH_[\w.]+ Debian-/,
    // The protocol wants name and version told; the package's revision is what goes.
    becomes: /^SSH-2\.0-OpenSSH_[\w.]+$/,
    prepare: (folder) => ["/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", `${folder}/key`],
    run: (folder, text) => {
      const lines = `Port 22\nListenAddress ${outside}\nHostKey ${folder}/key\nPidFile none\nUsePAM no\n${text}\n`;
      return ["/usr/sbin/sshd", "-D", "-f", write(folder, "sshd_config", lines)];
    },
  },
  {
    name: "postfix",
    packageName: "postfix",
    program: "/usr/sbin/postfix",
    product: "postfix",
    address: outside,
    port: 25,
    tells: /^220 \S+ ESMTP Postfix \(Debian\/GNU\)/,
    becomes: /^220 \S+ ESMTP$/,
    prepare: (folder) => ["/bin/sh", "-c", `mkdir -m 755 ${folder}/spool && install -d -o news ${folder}/data`],
    run: (folder, text) => {
      write(
        folder,
        "main.cf",
        `compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
mail_owner = news
setgid_group = staff
default_privs = uucp
myhostname = mail.example.org
inet_interfaces = ${outside}
inet_protocols = ipv4
alias_maps =
local_recipient_maps =


${text}
`,
      );
      write(
        folder,
        "master.cf",
        `smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
`,
      );
      return ["/usr/sbin/postfix", "-c", folder, "start-fg"];
    },
  },
  {
    name: "exim4",
    packageName: "exim4-daemon-light",
    program: "/usr/sbin/exim4",
    product: "exim",
    address: other,
    port: 25,
    tells: /^220 mail\.example\.org ESMTP Exim \d/,
    becomes: /^220 mail\.example\.org ESMTP$/,
    prepare: (folder) => ["/usr/bin/install", "-d", "-o", "Debian-exim", `${folder}/spool`],
    run: (folder, text) => {
      const file = write(
        folder,
        "exim.conf",
        `primary_hostname = mail.example.org
local_interfaces = ${other}
daemon_smtp_ports = 25
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/log-%s
pid_file_path = ${folder}/spool/pid
keep_environment =
tls_advertise_hosts =
${text}
`,
      );
      return ["/usr/sbin/exim4", "-bdf", "-C", file];
    },
  },
  {
    name: "php",
    packageName: "php-cli",
    program: "/usr/bin/php[0-9]*",
    product: "php",
    address: other,
    port: 8080,
    tells: /^X-Powered-By: PHP\/\d/,
    becomes: /names no software$/,
    run: (folder, text) => {
      write(folder, "index.php", "<?php echo 'ready';");
      const file = write(folder, "php.ini", `${text}\n`);
      return ["/bin/sh", "-c", `exec /usr/bin/php[0-9]* -n -c ${file} -S ${other}:8080 -t ${folder}`];
    },
  },
  {
    name: "dovecot",
    packageName: "dovecot-imapd",
    program: "/usr/sbin/dovecot",
    product: "dovecot",
    address: outside,
    port: 143,
    tells: /Dovecot \(Debian\) ready\.$/,
    becomes: /\] Ready\.$/,
    run: (folder, text) => {
      const file = write(
        folder,
        "dovecot.conf",
        `base_dir = ${folder}/base
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = ${outside}
ssl = no
default_internal_user = news
default_internal_group = news
default_login_user = uucp
mail_location = maildir:${folder}/mail
service stats {
  chroot =
}
passdb {
  driver = static
  args = nopassword=n
}
userdb {
  driver = static
  args = uid=news gid=news home=${folder}
}
${text}
`,
      );
      return ["/usr/sbin/dovecot", "-F", "-c", file];
    },
  },
  {
    name: "vsftpd",
    packageName: "vsftpd",
    program: "/usr/sbin/vsftpd",
    product: "vsftpd",
    address: outside,
    port: 21,
    tells: /^220 \(vsFTPd \d/,
    becomes: /^220 Ready\.$/,
    run: (folder, text) => {
      mkdirSync(join(folder, "empty"), { recursive: true });
      const lines = `listen=YES\nlisten_address=${outside}\nbackground=NO\nnopriv_user=nobody\nftp_username=nobody\nsecure_chroot_dir=${folder}/empty\n`;
      return ["/usr/sbin/vsftpd", write(folder, "vsftpd.conf", `${lines}seccomp_sandbox=NO\n${text}\n`)];
    },
  },
  {
    name: "proftpd",
    packageName: "proftpd-core",
    program: "/usr/sbin/proftpd",
    product: "proftpd",
    address: other,
    port: 21,
    tells: /^220 ProFTPD Server/,
    becomes: /^220 \S+ FTP server ready/,
    run: (folder, text) => {
      const file = write(
        folder,
        "proftpd.conf",
        `ServerType standalone
Port 21
DefaultAddress ${other}
SocketBindTight on
UseIPv6 off
User nobody
Group nogroup
PidFile ${folder}/pid
ScoreboardFile ${folder}/scoreboard
DelayEngine off
WtmpLog off
${text}
`,
      );
      return ["/usr/sbin/proftpd", "-n", "-q", "-c", file];
    },
  },
  {
    name: "bind9",
    packageName: "bind9",
    program: "/usr/sbin/named",
    product: "bind",
    address: outside,
    port: 53,
    transport: "udp",
    tells: /^9\.\d+\.\d+/,
    becomes: /names no software$/,
    run: (folder, text) => {
      const file = write(
        folder,
        "named.conf",
        `options { directory "${folder}"; listen-on { ${outside}; }; listen-on-v6 { none; }; recursion no;
          pid-file none; session-keyfile none; ${text} };
        controls { };`,
      );
      return ["/usr/sbin/named", "-f", "-n", "1", "-c", file];
    },
  },
  {
    name: "mariadb",
    packageName: "mariadb-server",
    program: "/usr/sbin/mariadbd",
    product: "mariadb",
    address: outside,
    port: 3306,
    tells: /^(?:5\.5\.5-)?\d+\.\d+\.\d+-MariaDB/,
    becomes: "closed",
    prepare: installMariadb,
    run: (folder, text) => runMariadb(folder, 3306, text),
  },
  {
    name: "mariadb where it has to be reachable",
    packageName: "mariadb-server",
    program: "/usr/sbin/mariadbd",
    product: "mariadb",
    change: 1,
    address: other,
    port: 3307,
    way: "mysql",
    tells: /^(?:5\.5\.5-)?\d+\.\d+\.\d+-MariaDB/,
    becomes: /^(?:5\.5\.5-)?10\.0\.0-none$/,
    prepare: installMariadb,
    run: (folder, text) => runMariadb(folder, 3307, text),
  },
  {
    name: "postgresql",
    packageName: "postgresql",
    program: "/usr/lib/postgresql/*/bin/postgres",
    product: "postgresql",
    address: outside,
    port: 5432,
    tells: /names no software$/,
    becomes: "closed",
    prepare: (folder) => [
      "/bin/sh",
      "-c",
      `install -d -o nobody -m 700 ${folder}/data && exec setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/lib/postgresql/*/bin/initdb -N --locale=C -D ${folder}/data`,
    ],
    run: (folder, text) => {
      const file = write(
        folder,
        "postgresql.conf",
        `data_directory = '${folder}/data'\nhba_file = '${folder}/data/pg_hba.conf'\nident_file = '${folder}/data/pg_ident.conf'
unix_socket_directories = ''\nfsync = off\n${text}\n`,
      );
      const command = `exec setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/lib/postgresql/*/bin/postgres -c config_file=${file}`;
      return ["/bin/sh", "-c", command];
    },
  },
  {
    name: "redis",
    packageName: "redis-server",
    program: "/usr/bin/redis-server",
    product: "redis",
    address: outside,
    port: 6379,
    tells: /^redis_version:\d/,
    becomes: "closed",
    run: (folder, text) => ["/usr/bin/redis-server", write(folder, "redis.conf", `save ""\ndir ${folder}\n${text}\n`)],
  },
  {
    name: "snmpd",
    packageName: "snmpd",
    program: "/usr/sbin/snmpd",
    product: "net-snmp",
    address: outside,
    port: 161,
    transport: "udp",
    tells: /^engine of enterprise 8072\b/,
    becomes: "closed",
    run: (folder, text) => {
      const file = write(folder, "snmpd.conf", `[snmp] persistentDir ${folder}\n${text}\n`);
      return ["/usr/sbin/snmpd", "-f", "-C", "-c", file, "-LF", "6", `${folder}/log`, "-p", `${folder}/pid`];
    },
  },
  {
    name: "samba",
    packageName: "samba",
    program: "/usr/sbin/smbd",
    product: "samba",
    address: outside,
    port: 445,
    tells: /^dialect 0302/,
    becomes: "closed",
    run: (folder, text) => {
      const places = [
        "lock directory",
        "state directory",
        "cache directory",
        "private dir",
        "pid directory",
        "ncalrpc dir",
      ];
      for (const place of places) mkdirSync(join(folder, place.replaceAll(" ", "-")), { recursive: true, mode: 0o755 });
      const lines = places.map((place) => `${place} = ${join(folder, place.replaceAll(" ", "-"))}`).join("\n");
      const file = write(
        folder,
        "smb.conf",
        `[global]\nserver role = standalone server\nsmb ports = 445\ndisable spoolss = yes\nload printers = no\nlog file = ${folder}/log\n${lines}\n${text}\n`,
      );
      return ["/usr/sbin/smbd", "-F", "--no-process-group", "-s", file, "-l", folder];
    },
  },
];

function installMariadb(folder: string): Command {
  return [
    "/bin/sh",
    "-c",
    `install -d -o nobody ${folder}/data ${folder}/tmp && exec mariadb-install-db --no-defaults --user=nobody --tmpdir=${folder}/tmp --datadir=${folder}/data --auth-root-authentication-method=normal --skip-test-db`,
  ];
}

/** Only hosts that some account may come from are told the version. */
function runMariadb(folder: string, port: number, text: string): Command {
  const accounts = write(folder, "accounts.sql", "CREATE USER IF NOT EXISTS app@'198.51.100.%';\n");
  const lines = `[mysqld]\nuser = nobody\nport = ${port}\ndatadir = ${folder}/data\nsocket = ${folder}/data/socket\npid-file = ${folder}/data/pid\ninit-file = ${accounts}\n${text}\n`;
  return ["/usr/sbin/mariadbd", `--defaults-file=${write(folder, "my.cnf", lines)}`];
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o644 });
  return file;
}
