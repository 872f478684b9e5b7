/** A database in MaxMind's format (MMDB 2.0, 24-bit records, IPv4) that has `record` for addresses whose first bit is 1. */
export function mmdbOf(
  record: Readonly<Record<string, string | number>>,
  databaseType: string,
  buildEpoch: number,
): Buffer {
  const tree = Buffer.alloc(6);
  tree.writeUIntBE(1, 0, 3);
  // Past the one node and the sixteen bytes between: the first of the data.
  tree.writeUIntBE(1 + 16, 3, 3);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: buildEpoch,
    database_type: databaseType,
    ip_version: 4,
    node_count: 1,
    record_size: 24,
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    encode(record),
    Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"),
    metadata,
  ]);
}

function encode(value: string | number | Readonly<Record<string, string | number>>): Buffer {
  if (typeof value === "string") {
    const size = value.length < 29 ? [0x40 | value.length] : [0x40 | 29, value.length - 29];
    return Buffer.concat([Buffer.from(size), Buffer.from(value)]);
  }
  if (typeof value === "number") {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.of(0xc4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.of(0xe0 | entries.length),
    ...entries.flatMap(([key, each]) => [encode(key), encode(each)]),
  ]);
}
