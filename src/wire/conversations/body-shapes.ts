import { ascii } from "./ascii.ts";

/** Something that a body shows itself to be by its own words, whatever its path or type claims. */
export interface BodyShape {
  /** In the words that are told. */
  readonly is: string;
  /** What it begins with; empty where it may stand anywhere. */
  readonly begins: Uint8Array;
  /** What stands in it as well, in any order. */
  readonly holds: readonly Uint8Array[];
}

function shape(is: string, begins: string, ...holds: readonly string[]): BodyShape {
  return { is, begins: ascii(begins), holds: holds.map(ascii) };
}

/** Files and pages that are not meant for others, by how they begin. */
export const openings: readonly BodyShape[] = [
  // gitrepository-layout(5), git-config(1), gitformat-index(5), git-pack-refs(1).
  shape("git configuration", "[core]", "repositoryformatversion"),
  shape("git HEAD", "ref: refs/"),
  shape("git index", "DIRC\0\0\0"),
  shape("git log", "0000000000000000000000000000000000000000 "),
  shape("git references", "# pack-refs with:"),
  // Dumps name their maker in the first line: mysqldump, MariaDB since 10.5.25 (its sandbox mark), pg_dump, phpMyAdmin, Adminer.
  shape("database dump", "-- MySQL dump "),
  shape("database dump", "-- MariaDB dump "),
  shape("database dump", "/*!999999"),
  shape("database dump", "/*M!999999"),
  shape("database dump", "--\n-- PostgreSQL database "),
  shape("database dump", "PGDMP"),
  shape("database dump", "-- phpMyAdmin SQL Dump"),
  shape("database dump", "-- Adminer "),
  // sqlite.org/fileformat2.html, 1.3.
  shape("database", "SQLite format 3\0"),
  // RFC 7468; PuTTY's manual, appendix C.
  shape("private key", "-----BEGIN ", " PRIVATE KEY-----"),
  shape("private key", "PuTTY-User-Key-File-"),
  shape("list of users", "root:x:0:0:"),
  // AWS CLI user guide, credentials file.
  shape("cloud credentials", "[default]", "aws_access_key_id"),
  // Docker's config.json; Kubernetes' kubeconfig.
  shape("registry credentials", '{"auths":'),
  shape("registry credentials", '{\n\t"auths":'),
  shape("cluster credentials", "apiVersion: v1", "kind: Config"),
  shape("program source", "<?php"),
  shape("server configuration", "<?xml", "<configuration>", "connectionStrings"),
  shape("server configuration", "<configuration>", "connectionStrings"),
  // The finder's store of a folder's names (Mac::Finder::DSStore).
  shape("directory index", "\0\0\0\u0001Bud1"),
  shape("heap dump", "JAVA PROFILE 1.0"),
  // Spring Boot reference, actuator endpoints.
  shape("Spring actuator", '{"_links":{"self":', "/actuator"),
  shape("Spring actuator", '{"activeProfiles":', "propertySources"),
  shape("Spring actuator", '{"contexts":{', '"beans"'),
  shape("Spring actuator", '{"propertySources":'),
  // ngx_http_stub_status_module; mod_status with ?auto; PHP-FPM's pm.status_path.
  shape("server status", "Active connections: ", "server accepts handled requests"),
  shape("server status", "Total Accesses: ", "BusyWorkers: "),
  shape("server status", "pool: ", "process manager:"),
  // net/http/pprof, expvar.
  shape("Go profile", "goroutine profile: total "),
  shape("Go profile", "heap profile: "),
  shape("Go variables", '{\n"cmdline": [', '"memstats"'),
  // PHP manual, display_errors and html_errors.
  shape("PHP error", "<br />\n<b>Fatal error</b>:", " on line <b>"),
  shape("PHP error", "<br />\n<b>Parse error</b>:", " on line <b>"),
  shape("PHP error", "<br />\n<b>Warning</b>:", " on line <b>"),
];

/** What tools write when a program fails, in answers that say so (RFC 9110, section 15.6). */
export const traces: readonly BodyShape[] = [
  shape("Python stack trace", "", "Traceback (most recent call last)"),
  shape("Java stack trace", "", ".java:", "at "),
  shape("Java stack trace", "", "at java.base/"),
  shape(".NET stack trace", "", "   at System."),
  shape(".NET stack trace", "", "   at Microsoft.AspNetCore."),
  shape(".NET stack trace", "", "[HttpException"),
  shape("PHP stack trace", "", "Stack trace:", "#0 "),
  shape("Ruby stack trace", "", ".rb:", ":in `"),
  shape("Ruby stack trace", "", ".rb:", ":in '"),
  shape("Node stack trace", "", ".js:", "\n    at "),
  shape("Node stack trace", "", ".js:", "\\n    at "),
  shape("Node stack trace", "", ".js:", "&nbsp; &nbsp;at "),
  shape("Go stack trace", "", "goroutine ", "[running]:"),
  shape("PHP error", "", "<b>Fatal error</b>:", " on line <b>"),
];
