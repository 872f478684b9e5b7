const IN_A_ROW = 16;

/** A packet for people to read: offset, bytes and what of them is ASCII, from its hexadecimal digits. */
export function formatPacket(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const rows = Array.from({ length: Math.ceil(bytes.length / IN_A_ROW) }, (_, i) => {
    const row = bytes.slice(i * IN_A_ROW, (i + 1) * IN_A_ROW);
    const shown = row.map((byte) => asciiOf(Number.parseInt(byte, 16))).join("");
    return `${(i * IN_A_ROW).toString(16).padStart(4, "0")}  ${row.join(" ").padEnd(IN_A_ROW * 3)} ${shown}`;
  });
  return rows.join("\n");
}

function asciiOf(code: number): string {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".";
}
