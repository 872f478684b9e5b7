// Hot: once per line; measured by bench/log-formats.ts.
import { JsonScan } from "../../bytes/json-scan.ts";
import { defineJsonFormat } from "../define-json-format.ts";
import { ZeekLog, ZeekRecords, zeekLogs } from "../zeek-records.ts";

const scan = new JsonScan();
const s = {
  ts: scan.want("ts"),
  path: scan.want("_path"),
  source: scan.want("id.orig_h"),
  state: scan.want("conn_state"),
  method: scan.want("trans_depth"),
  uri: scan.want("uri"),
  requestBytes: scan.want("request_body_len"),
  established: scan.want("established"),
  resumed: scan.want("resumed"),
  note: scan.want("note"),
  query: scan.want("query"),
  rejected: scan.want("rejected"),
  hostKey: scan.want("host_key"),
  auth: scan.want("auth_attempts"),
  kexAlgorithm: scan.want("kex_alg"),
};

/**
 * Zeek's logs as JSON, one object a line (`LogAscii::use_json`, json-streaming-logs, Corelight). The log a record belongs to
 * is named by `_path` or told by the fields that only one has. Source: Zeek, src/logging/writers/ascii/Ascii.cc.
 */
export const zeekJson = defineJsonFormat({
  id: "zeek-json",
  title: "Zeek log as JSON (conn, http, ssl, ssh, dns, notice)",
  scan,
  looksLike: (record) => record.has(s.ts) && (record.has(s.source) || record.has(s.path) || record.has(s.note)),
  open(context) {
    const records = new ZeekRecords(scan, context);
    return (record, witness) => {
      if (!record.has(s.ts) && !record.has(s.source)) return witness.other();
      return records.read(record.has(s.path) ? record.word(s.path, zeekLogs) : logOfFields(record), witness);
    };
  },
});

function logOfFields(record: JsonScan): number {
  if (record.has(s.state)) return ZeekLog.conn;
  if (record.has(s.note)) return ZeekLog.notice;
  if (record.has(s.requestBytes) || (record.has(s.method) && record.has(s.uri))) return ZeekLog.http;
  if (record.has(s.established) || record.has(s.resumed)) return ZeekLog.ssl;
  if (record.has(s.auth) || record.has(s.hostKey) || record.has(s.kexAlgorithm)) return ZeekLog.ssh;
  return record.has(s.rejected) ? ZeekLog.dns : ZeekLog.other;
}
